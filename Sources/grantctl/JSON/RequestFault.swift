//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdClient
internal import GrantdInterview
internal import GrantdJSON

/// What is wrong with a request before it is sent.
struct RequestFault: Error, Equatable {
    /// The place, as the daemon would name it: `applicant.kind`, `prior_awards[0].measure`, `facts`. Empty where the
    /// text is no JSON.
    var field: String
    /// What is wrong and what would be right, without a full stop.
    var message: String
    /// What the schema lacks, if that is the problem: a newer schema may have it.
    var unknown: Unknown?

    /// A name that a schema does not have.
    enum Unknown: Sendable {
        /// A member of an application that may be the facts of a measure.
        case measure
        /// Any other name of a field or of an enum's value.
        case other
    }

    /// The place, if there is one, and what is wrong there, for a person.
    var printable: String { (self.field.isEmpty ? "" : "\(self.field.printable): ") + self.message.printable }

    /// The application's own name in a request that has this problem; empty where it has none, or is no JSON.
    func applicationID(in text: ArraySlice<UInt8>) -> String {
        text.withUnsafeBufferPointer { text in
            JSONLookup.string(at: ["application", "application_id"], in: text)
                ?? JSONLookup.string(at: ["application", "applicationId"], in: text) ?? ""
        }
    }

    /// The same problem as a daemon's refusal, so that both read alike.
    var asClientError: GrantdClientError {
        GrantdClientError(code: .invalidRequest, message: self.message, field: self.field)
    }
}

extension RequestFault {
    /// - Parameter fault: What is wrong with the request's text.
    init(_ fault: JSONFault) {
        let said = Language.said(fault.zh, fault.en)
        self.init(field: fault.field, message: said)
        switch fault.kind {
        case .syntax:
            self.message =
                fault.line == 1
                ? Language.said(
                    "不是有效的 JSON，第 \(fault.column) 字节：\(said)",
                    "not valid JSON at byte \(fault.column): \(said)"
                )
                : Language.said(
                    "不是有效的 JSON，第 \(fault.line) 行第 \(fault.column) 字节：\(said)",
                    "not valid JSON at line \(fault.line), byte \(fault.column): \(said)"
                )
        case .limit:
            // A place in a list of thousands is not found by its number.
            self.message = Language.said("\(said)（第 \(fault.line) 行）", "\(said) (line \(fault.line))")
        case .unknownField(message: "grantd.v1.Application", isObject: true):
            // The facts of a measure are an object, whichever measure it is.
            self.unknown = .measure
        case .unknownField, .unknownValue: self.unknown = .other
        case .value: break
        }
    }
}
