//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import GrantdClient
import SwiftProtobuf

/// An application that grows by one answer at a time.
///
/// Answers come by path (`applicant.registered_in_beijing`), as the daemon names what is missing, so the application is
/// kept as the JSON tree of its message and decoded for each call.
struct ApplicationDraft {
    private var tree: [String: Any]
    private let types: [String: String]

    init(measure: String, facts: [GrantdFactDescription]) {
        let member = measure.replacing(".", with: "_").replacing("-", with: "_")
        // The day is the caller's: the daemon reads no clock. An empty message of facts says which measure is asked for.
        self.tree = ["as_of": "2026-05-20", "applicant": [String: Any](), member: [String: Any]()]
        self.types = Dictionary(facts.map { ($0.path, $0.type) }, uniquingKeysWith: { first, _ in first })
    }

    func type(of path: String) -> String { self.types[path] ?? "string" }

    /// Writes an answer down.
    ///
    /// - Returns: `false` where the text is no value of the fact's type.
    mutating func set(_ path: String, to answer: String) -> Bool {
        let text = answer.trimmingCharacters(in: .whitespaces)
        let value: Any
        switch self.type(of: path) {
        case "bool":
            guard ["y", "yes", "n", "no"].contains(text.lowercased()) else { return false }
            value = text.lowercased().hasPrefix("y")
        case "int32", "int64":
            guard let number = Int64(text) else { return false }
            value = number
        default:
            guard !text.isEmpty else { return false }
            value = text
        }
        let steps = path.split(separator: ".").map(String.init)
        if steps.count == 1 {
            self.tree[steps[0]] = value
        } else {
            var inner = self.tree[steps[0]] as? [String: Any] ?? [:]
            inner[steps[1]] = value
            self.tree[steps[0]] = inner
        }
        return true
    }

    func application() throws -> GrantdApplication {
        try GrantdApplication(jsonUTF8Bytes: JSONSerialization.data(withJSONObject: self.tree))
    }
}
