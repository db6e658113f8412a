//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A diagnostic before its place is looked up; every text of the compiler is written in this file and nowhere else.
struct CompilationError: Error, Hashable {
    let code: String
    let message: Phrase
    let note: Phrase?
    let range: Range<Int>

    private init(_ number: Int, zh: String, en: String, _ range: Range<Int>, note: Phrase? = nil) {
        let digits = String(number)
        self.code = "GRD-CEL-" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
        self.message = Self.shortened(Phrase(zh: zh, en: en))
        self.note = note.map(Self.shortened)
        self.range = range
    }

    /// A message never grows with the text that it is about.
    private static func shortened(_ phrase: Phrase) -> Phrase {
        Phrase(zh: self.shortened(phrase.zh), en: self.shortened(phrase.en))
    }

    private static func shortened(_ text: String) -> String {
        guard text.utf8.count > 600 else { return text }
        return String(decoding: text.utf8.prefix(600), as: UTF8.self) + "…"
    }

    private static func didYouMean(_ suggestion: String?) -> Phrase? {
        suggestion.map { Phrase(zh: "您是指“\($0)”吗？", en: "did you mean '\($0)'?") }
    }
}

// MARK: - Source and tokens

extension CompilationError {
    static func sourceTooLong(_ bytes: Int, limit: Int) -> CompilationError {
        CompilationError(
            1,
            zh: "表达式有 \(bytes) 字节；最多 \(limit) 字节",
            en: "the expression has \(bytes) bytes; at most \(limit) are allowed",
            0..<0
        )
    }

    static func unexpectedCharacter(_ scalar: Unicode.Scalar?, _ range: Range<Int>) -> CompilationError {
        CompilationError(
            2,
            zh: scalar.map { "不认识的字符“\($0)”" } ?? "有不是 UTF-8 的字符",
            en: "unexpected character \(scalar.map { "'\($0)'" } ?? "outside UTF-8")",
            range,
            note: scalar.flatMap(Self.meaning)
        )
    }

    /// What was meant by a character that other languages, or people, compare and count with.
    private static func meaning(_ scalar: Unicode.Scalar) -> Phrase? {
        switch scalar {
        case "=", "＝": Phrase(zh: "相等写作 ==", en: "write == for equal")
        case "&": Phrase(zh: "“并且”写作 &&", en: "write && for and")
        case "|": Phrase(zh: "“或者”写作 ||", en: "write || for or")
        case "≥": Phrase(zh: "请写 >=", en: "write >=")
        case "≤": Phrase(zh: "请写 <=", en: "write <=")
        case "≠": Phrase(zh: "请写 !=", en: "write !=")
        case "×": Phrase(zh: "请写 *", en: "write *")
        case "÷": Phrase(zh: "请写 /", en: "write /")
        case "“", "”": Phrase(zh: "请写半角 \"", en: "write \" on either side")
        default:
            // The full-width forms of ASCII.
            if let plain = Unicode.Scalar(scalar.value &- 0xFEE0), (0xFF01...0xFF5E).contains(scalar.value) {
                Phrase(zh: "这是全角字符；请写半角 \(plain)", en: "this is a full-width character; write \(plain)")
            } else {
                nil
            }
        }
    }

    static func unterminatedString(_ range: Range<Int>) -> CompilationError {
        CompilationError(
            3,
            zh: "字符串没有结束",
            en: "the string does not end",
            range,
            note: Phrase(zh: "用开头的那种引号结尾", en: "close it with the quotation mark that opened it")
        )
    }

    static func invalidEscape(_ range: Range<Int>) -> CompilationError {
        CompilationError(
            4,
            zh: "字符串中的转义写法无效",
            en: "invalid escape sequence in a string",
            range,
            note: Phrase(
                zh: "反斜杠写作 \\\\，或在开头的引号前加 r",
                en: "write \\\\ for a backslash, or put r before the opening quotation mark"
            )
        )
    }

    static func integerOutOfRange(_ range: Range<Int>) -> CompilationError {
        CompilationError(5, zh: "整数超出 64 位", en: "the integer does not fit into 64 bits", range)
    }

    /// Kinds of literal that CEL has and this language has not.
    enum Literal {
        case unsigned
        case floatingPoint
        case bytes
    }

    static func unsupportedLiteral(_ literal: Literal, _ range: Range<Int>) -> CompilationError {
        let what =
            switch literal {
            case .unsigned: Phrase(zh: "无符号整数", en: "unsigned integers")
            case .floatingPoint: Phrase(zh: "小数", en: "floating-point numbers")
            case .bytes: Phrase(zh: "字节串", en: "byte strings")
            }
        return CompilationError(
            6,
            zh: "本语言没有\(what.zh)",
            en: "\(what.en) are not part of this language",
            range,
            note: Phrase(zh: "可用整数、字符串和布尔值", en: "integers, strings and booleans are")
        )
    }

    static func bareDate(_ text: String, _ range: Range<Int>) -> CompilationError {
        CompilationError(
            7,
            zh: "\(text) 在这里是一道减法",
            en: "\(text) is a subtraction here",
            range,
            note: Phrase(zh: "日期写作 date(\"\(text)\")", en: "write the day as date(\"\(text)\")")
        )
    }
}

// MARK: - Syntax

extension CompilationError {
    static func expected(_ what: Phrase, found: Phrase, _ range: Range<Int>, note: Phrase? = nil) -> CompilationError {
        CompilationError(
            10,
            zh: "此处应为\(what.zh)，而遇到\(found.zh)",
            en: "expected \(what.en), found \(found.en)",
            range,
            note: note
        )
    }

    static func reservedWord(_ word: String, _ range: Range<Int>) -> CompilationError {
        CompilationError(
            11,
            zh: "“\(word)”是保留字，不能作变量名",
            en: "'\(word)' is a reserved word and cannot name a variable",
            range
        )
    }

    static func tooDeep(_ limit: Int, _ range: Range<Int>) -> CompilationError {
        CompilationError(12, zh: "表达式的层次超过 \(limit) 层", en: "the expression nests deeper than \(limit) levels", range)
    }

    static func macroVariable(_ range: Range<Int>) -> CompilationError {
        CompilationError(
            13,
            zh: "宏的第一个参数必须是其变量的名称",
            en: "the first argument of a macro must be the name of its variable",
            range
        )
    }

    static func hasArgument(_ range: Range<Int>) -> CompilationError {
        CompilationError(
            14,
            zh: "has() 的参数必须是字段",
            en: "has() takes a field selection",
            range,
            note: Phrase(zh: "请写 has(record.field)", en: "write has(record.field)")
        )
    }

    static func tooManyMacros(_ limit: Int, _ range: Range<Int>) -> CompilationError {
        CompilationError(15, zh: "宏的嵌套超过 \(limit) 层", en: "more than \(limit) macros stand inside one another", range)
    }

    static func message(_ range: Range<Int>) -> CompilationError {
        CompilationError(16, zh: "本语言没有消息字面量", en: "message literals are not part of this language", range)
    }

    /// What was meant by a word or a sign of another language, where the expression cannot go on with it.
    static func meaning(of token: Token, after previous: Token?) -> Phrase? {
        if case .identifier(let name)? = previous?.kind, name.lowercased() == "not" {
            return Phrase(zh: "“非”写作 !", en: "write ! for not")
        }
        if previous?.kind == .symbol("%") || token.kind == .symbol("%") {
            return Phrase(
                zh: "% 是求余数；比例写作 percent(金额, \"30%\")",
                en: "% gives a remainder; a share is written percent(amount, \"30%\")"
            )
        }
        guard case .identifier(let name) = token.kind else { return nil }
        switch name.lowercased() {
        case "or": return Phrase(zh: "“或者”写作 ||", en: "write || for or")
        case "and": return Phrase(zh: "“并且”写作 &&", en: "write && for and")
        case "not": return Phrase(zh: "“非”写作 !", en: "write ! for not")
        case "is": return Phrase(zh: "相等写作 ==", en: "write == for equal")
        default: return nil
        }
    }
}

// MARK: - Types

extension CompilationError {
    static func undeclared(
        _ name: String,
        container: String,
        suggestion: String?,
        _ range: Range<Int>
    ) -> CompilationError {
        let zh = container.isEmpty ? "" : "（在 \(container) 中）"
        let en = container.isEmpty ? "" : " (in container '\(container)')"
        return CompilationError(
            20,
            zh: "没有名为“\(name)”的变量、事实或取值\(zh)",
            en: "undeclared reference to '\(name)'\(en)",
            range,
            note: self.didYouMean(suggestion)
        )
    }

    static func noSuchField(
        _ name: String,
        type: ValueType,
        suggestion: String?,
        _ range: Range<Int>
    ) -> CompilationError {
        CompilationError(
            21,
            zh: "\(type) 没有字段“\(name)”",
            en: "\(type) has no field '\(name)'",
            range,
            note: self.didYouMean(suggestion)
        )
    }

    static func noSelection(_ type: ValueType, _ range: Range<Int>) -> CompilationError {
        CompilationError(22, zh: "类型为 \(type) 的值没有字段", en: "a value of type \(type) has no fields", range)
    }

    static func noOverload(
        _ name: String,
        _ types: [ValueType],
        _ range: Range<Int>,
        note: Phrase? = nil
    ) -> CompilationError {
        let list = types.map(\.description).joined(separator: ", ")
        return CompilationError(
            23,
            zh: "“\(name)”不能用于 (\(list))",
            en: "no overload of '\(name)' takes (\(list))",
            range,
            note: note
        )
    }

    static func unknownFunction(_ name: String, suggestion: String?, _ range: Range<Int>) -> CompilationError {
        CompilationError(
            24,
            zh: "没有函数“\(name)”",
            en: "there is no function '\(name)'",
            range,
            note: self.didYouMean(suggestion)
        )
    }

    static func notBoolean(_ type: ValueType, _ range: Range<Int>) -> CompilationError {
        CompilationError(25, zh: "此处应为 bool，而得到 \(type)", en: "expected bool, found \(type)", range)
    }

    static func branchesDiffer(_ first: ValueType, _ second: ValueType, _ range: Range<Int>) -> CompilationError {
        CompilationError(
            26,
            zh: "条件式的两个分支类型必须相同：一个是 \(first)，另一个是 \(second)",
            en: "the branches of a conditional must agree: one is \(first), the other \(second)",
            range
        )
    }

    static func notIterable(_ type: ValueType, _ range: Range<Int>) -> CompilationError {
        CompilationError(
            27,
            zh: "宏用于列表或映射，不能用于 \(type)",
            en: "a macro goes over a list or a map, not over \(type)",
            range
        )
    }

    static func wrongResult(expected: ValueType, found: ValueType, _ range: Range<Int>) -> CompilationError {
        CompilationError(
            28,
            zh: "表达式的结果应为 \(expected)，而得到 \(found)",
            en: "the expression must give \(expected); it gives \(found)",
            range
        )
    }

    static func mapKey(_ type: ValueType, _ range: Range<Int>) -> CompilationError {
        CompilationError(
            29,
            zh: "映射的键应为 bool、int 或 string，而不是 \(type)",
            en: "a map key is bool, int or string, not \(type)",
            range
        )
    }

    static func invalidLiteral(
        _ function: String,
        _ value: String,
        _ range: Range<Int>,
        note: Phrase
    ) -> CompilationError {
        CompilationError(
            30,
            zh: "“\(value)”不能作 \(function)() 的参数",
            en: "'\(value)' is no valid argument of \(function)()",
            range,
            note: note
        )
    }

    static func literalNeeded(_ function: String, _ range: Range<Int>) -> CompilationError {
        CompilationError(
            31,
            zh: "\(function)() 的这个参数必须是字符串字面量",
            en: "this argument of \(function)() must be a string literal",
            range
        )
    }

    static func tooCostly(_ cost: UInt64, limit: UInt64, _ range: Range<Int>) -> CompilationError {
        CompilationError(
            40,
            zh: "表达式最多可能要算 \(cost) 步；上限是 \(limit) 步",
            en: "the expression may cost \(cost) steps; at most \(limit) are allowed",
            range,
            note: Phrase(
                zh: "宏中套宏，步数是两个列表长度之积",
                en: "a macro inside a macro multiplies the lengths of both lists"
            )
        )
    }
}
