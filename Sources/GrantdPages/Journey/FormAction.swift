//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a reader wants next.
enum FormAction: Equatable {
    /// Take the answer and go on.
    case next
    /// Nobody knows: go on without an answer.
    case skip
    /// A list has no entries, a choice of several no values.
    case none
    /// Back to the question before.
    case back
    /// All answers at a glance.
    case check
    case result
    /// The request as a file.
    case download
    /// Ask the rest too, although it is settled.
    case goOn
    /// Show a question, or an entry of a list, to change its answer.
    case change(path: String)
    /// Take an entry out of a list.
    case remove(path: String)

    init?(_ text: String) {
        switch text {
        case "", "next": self = .next
        case "skip": self = .skip
        case "none": self = .none
        case "back": self = .back
        case "check": self = .check
        case "result": self = .result
        case "download": self = .download
        case "go-on": self = .goOn
        default:
            if text.hasPrefix("change ") {
                self = .change(path: String(text.dropFirst(7)))
            } else if text.hasPrefix("remove ") {
                self = .remove(path: String(text.dropFirst(7)))
            } else {
                return nil
            }
        }
    }

    var text: String {
        switch self {
        case .next: "next"
        case .skip: "skip"
        case .none: "none"
        case .back: "back"
        case .check: "check"
        case .result: "result"
        case .download: "download"
        case .goOn: "go-on"
        case .change(let path): "change " + path
        case .remove(let path): "remove " + path
        }
    }
}
