//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What the walk over a text met, and where. What is told of it is a ``JSONFault``.
struct JSONFaultCause: Error, BitwiseCopyable {
    enum Reason: BitwiseCopyable {
        // The text is no JSON.
        case expected(Wanted)
        case openString
        case controlCharacter
        case notUTF8
        case nestedTooDeep
        // It is JSON that does not fit the message.
        case wrongType(Wanted)
        case twice
        /// Another member of the oneof has a value: its place among the fields.
        case secondMember(after: Int)
        case halfSurrogate
        case notBase64
        case notWhole
        case outOfRange(JSONPlan.Value)
        /// No value of the enum, by its place in the plan.
        case noSuchValue(Int)
        case noSuchField
        // There is too much, whatever follows.
        case textTooLarge
        case messageTooLarge
        case listTooLong
        case tooManyEntries
    }

    /// What should stand at a place.
    enum Wanted: UInt8, BitwiseCopyable {
        case value, object, list, string, bool, integer, enumeration
        case digit, hexadecimalDigit, escape
        case colon, commaOrBrace, commaOrBracket, end
    }

    /// Whether the text may be JSON all the same, and not too large: only a value does not fit.
    var isMisfit: Bool {
        switch self.reason {
        case .expected, .openString, .controlCharacter, .notUTF8, .nestedTooDeep: false
        case .textTooLarge, .messageTooLarge, .listTooLong, .tooManyEntries: false
        default: true
        }
    }

    let reason: Reason
    /// In the text, in bytes, from 0.
    let offset: Int
}
