//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A diagnostic before its place is looked up; every text of the compiler is written in this file and nowhere else.
struct Problem: Error, Hashable {
    let code: String
    let message: String
    let note: String?
    let range: Range<Int>

    private init(_ number: Int, _ message: String, _ range: Range<Int>, note: String? = nil) {
        let digits = String(number)
        self.code = "GRD-CEL-" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
        self.message = Self.shortened(message)
        self.note = note.map(Self.shortened)
        self.range = range
    }

    /// A message never grows with the text that it is about.
    private static func shortened(_ text: String) -> String {
        guard text.utf8.count > 600 else { return text }
        return String(decoding: text.utf8.prefix(600), as: UTF8.self) + "…"
    }
}

// MARK: - Source and tokens

extension Problem {
    static func sourceTooLong(_ bytes: Int, limit: Int) -> Problem {
        Problem(1, "the expression has \(bytes) bytes; at most \(limit) are allowed", 0..<0)
    }

    static func unexpectedCharacter(_ scalar: Unicode.Scalar?, _ range: Range<Int>) -> Problem {
        Problem(2, "unexpected character \(scalar.map { "'\($0)'" } ?? "outside UTF-8")", range)
    }

    static func unterminatedString(_ range: Range<Int>) -> Problem {
        Problem(3, "the string does not end", range, note: "close it with the quotation mark that opened it")
    }

    static func invalidEscape(_ range: Range<Int>) -> Problem {
        Problem(
            4,
            "invalid escape sequence in a string",
            range,
            note: "write \\\\ for a backslash, or put r before the opening quotation mark"
        )
    }

    static func integerOutOfRange(_ range: Range<Int>) -> Problem {
        Problem(5, "the integer does not fit into 64 bits", range)
    }

    static func unsupportedLiteral(_ what: String, _ range: Range<Int>) -> Problem {
        Problem(6, "\(what) are not part of this language", range, note: "integers, strings and booleans are")
    }
}

// MARK: - Syntax

extension Problem {
    static func expected(_ what: String, found: String, _ range: Range<Int>) -> Problem {
        Problem(10, "expected \(what), found \(found)", range)
    }

    static func reservedWord(_ word: String, _ range: Range<Int>) -> Problem {
        Problem(11, "'\(word)' is a reserved word and cannot name a variable", range)
    }

    static func tooDeep(_ limit: Int, _ range: Range<Int>) -> Problem {
        Problem(12, "the expression nests deeper than \(limit) levels", range)
    }

    static func macroVariable(_ range: Range<Int>) -> Problem {
        Problem(13, "the first argument of a macro must be the name of its variable", range)
    }

    static func hasArgument(_ range: Range<Int>) -> Problem {
        Problem(14, "has() takes a field selection", range, note: "write has(record.field)")
    }

    static func tooManyMacros(_ limit: Int, _ range: Range<Int>) -> Problem {
        Problem(15, "more than \(limit) macros stand inside one another", range)
    }

    static func message(_ range: Range<Int>) -> Problem {
        Problem(16, "message literals are not part of this language", range)
    }
}

// MARK: - Types

extension Problem {
    static func undeclared(_ name: String, container: String, suggestion: String?, _ range: Range<Int>) -> Problem {
        let place = container.isEmpty ? "" : " (in container '\(container)')"
        return Problem(
            20,
            "undeclared reference to '\(name)'\(place)",
            range,
            note: suggestion.map { "did you mean '\($0)'?" }
        )
    }

    static func noSuchField(_ name: String, type: ValueType, suggestion: String?, _ range: Range<Int>) -> Problem {
        Problem(
            21,
            "\(type) has no field '\(name)'",
            range,
            note: suggestion.map { "did you mean '\($0)'?" }
        )
    }

    static func noSelection(_ type: ValueType, _ range: Range<Int>) -> Problem {
        Problem(22, "a value of type \(type) has no fields", range)
    }

    static func noOverload(_ name: String, _ types: [ValueType], _ range: Range<Int>, note: String? = nil) -> Problem {
        let list = types.map(\.description).joined(separator: ", ")
        return Problem(23, "no overload of '\(name)' takes (\(list))", range, note: note)
    }

    static func unknownFunction(_ name: String, suggestion: String?, _ range: Range<Int>) -> Problem {
        Problem(
            24,
            "there is no function '\(name)'",
            range,
            note: suggestion.map { "did you mean '\($0)'?" }
        )
    }

    static func notBoolean(_ type: ValueType, _ range: Range<Int>) -> Problem {
        Problem(25, "expected bool, found \(type)", range)
    }

    static func branchesDiffer(_ first: ValueType, _ second: ValueType, _ range: Range<Int>) -> Problem {
        Problem(26, "the branches of a conditional must agree: one is \(first), the other \(second)", range)
    }

    static func notIterable(_ type: ValueType, _ range: Range<Int>) -> Problem {
        Problem(27, "a macro goes over a list or a map, not over \(type)", range)
    }

    static func wrongResult(expected: ValueType, found: ValueType, _ range: Range<Int>) -> Problem {
        Problem(28, "the expression must give \(expected); it gives \(found)", range)
    }

    static func mapKey(_ type: ValueType, _ range: Range<Int>) -> Problem {
        Problem(29, "a map key is bool, int or string, not \(type)", range)
    }

    static func invalidLiteral(_ function: String, _ value: String, _ range: Range<Int>, note: String) -> Problem {
        Problem(30, "'\(value)' is no valid argument of \(function)()", range, note: note)
    }

    static func literalNeeded(_ function: String, _ range: Range<Int>) -> Problem {
        Problem(31, "this argument of \(function)() must be a string literal", range)
    }

    static func tooCostly(_ cost: UInt64, limit: UInt64, _ range: Range<Int>) -> Problem {
        Problem(
            40,
            "the expression may cost \(cost) steps; at most \(limit) are allowed",
            range,
            note: "a macro inside a macro multiplies the lengths of both lists"
        )
    }
}
