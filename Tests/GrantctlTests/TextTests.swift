//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdInterview
import Testing

@testable import grantctl

@Suite("Text for a terminal")
struct TextTests {
    @Test(
        "is as wide as a terminal makes it",
        arguments: [
            ("abc", 3), ("京经信发〔2025〕50号", 20), ("上限:", 5), ("上限：", 6), ("e\u{301}", 1), ("", 0), ("✓", 1), ("😀", 2),
        ]
    )
    func columns(text: String, columns: Int) {
        #expect(text.columns == columns)
    }

    @Test("holds no command")
    func printable() {
        #expect("京 A-1 ✓".printable == "京 A-1 ✓")
        #expect("a\u{1B}[2Jb\u{9B}c\nd\u{202E}e".printable == "a\u{FFFD}[2Jb\u{FFFD}c\u{FFFD}d\u{FFFD}e")
    }

    @Test(
        "says money in yuan",
        arguments: [
            (0, "0元", "0 yuan"), (5, "0.05元", "0.05 yuan"), (1_500_000_000, "1,500万元", "15,000,000 yuan"),
            (100_010, "1,000.10元", "1,000.10 yuan"), (-1, "-0.01元", "-0.01 yuan"),
            (.max, "92,233,720,368,547,758.07元", "92,233,720,368,547,758.07 yuan"),
            (.min, "-92,233,720,368,547,758.08元", "-92,233,720,368,547,758.08 yuan"),
        ] as [(Int64, String, String)]
    )
    func money(fen: Int64, zh: String, en: String) {
        #expect(Money.text(fen: fen, .zh) == zh)
        #expect(Money.text(fen: fen, .en) == en)
    }

    @Test(
        "is in the locale's language",
        arguments: [
            ([:], Language.en), (["LANG": "zh_CN.UTF-8"], .zh), (["LANG": "zh_CN.UTF-8", "LC_ALL": "C"], .en),
            (["LANG": "en_GB.UTF-8", "LC_MESSAGES": "zh_TW"], .zh), (["LC_ALL": "", "LANG": "zh"], .zh),
            (["LANG": "zha_CN"], .en), (["LANG": "POSIX"], .en),
        ] as [([String: String], Language)]
    )
    func language(environment: [String: String], language: Language) {
        #expect(Language(environment: environment) == language)
    }

    @Test(
        "is wrapped at spaces and beside full-width characters",
        arguments: [
            ("one two three", 7, ["one two", "three"]), ("one", 7, ["one"]),
            ("onetwothree", 5, ["onetw", "othre", "e"]),
            ("申请单位在京注册", 6, ["申请单", "位在京", "注册"]), ("申请，单位", 4, ["申", "请，", "单位"]),
            ("京（标题）", 4, ["京", "（标", "题）"]), ("按 30%：1.8万元", 10, ["按 30%：", "1.8万元"]), ("", 5, [""]),
        ] as [(String, Int, [String])]
    )
    func wrapping(text: String, width: Int, lines: [String]) {
        #expect(text.wrapped(first: width, rest: width) == lines)
    }

    @Test("takes its language from --lang before the locale", arguments: [["--lang", "zh"], ["health", "--lang=zh"]])
    func asked(arguments: [String]) {
        #expect(Language(arguments: arguments, environment: ["LANG": "en_GB"]) == .zh)
        #expect(Language(arguments: ["--"] + arguments, environment: ["LANG": "en_GB"]) == .en)
        #expect(Language.stripped(arguments + ["--", "--lang", "zh"]).suffix(3) == ["--", "--lang", "zh"])
        #expect(!Language.stripped(arguments).contains { $0.hasPrefix("--lang") })
    }

    @Test("stands in columns")
    func table() {
        var page = Page(.zh, hasColour: false)
        page.table([["甲", .init("1", isNumber: true), "x"], ["乙乙", .init("22", isNumber: true), ""], ["c", "", "y"]])
        #expect(page.text == "  甲     1  x\n  乙乙  22\n  c         y\n")
    }

    @Test("is coloured only where that is wished")
    func colour() {
        var page = Page(.zh, hasColour: true)
        page.table([[.init("甲", .good), .init("1", isNumber: true)]], indent: 0)
        #expect(page.text == "\u{1B}[32m甲\u{1B}[0m  1\n")
    }

    @Test("says a time in seconds", arguments: [("1", 1_000), ("0.25", 250), ("86400", 86_400_000)])
    func seconds(text: String, milliseconds: Int) {
        #expect(Seconds(argument: text)?.duration == .milliseconds(milliseconds))
    }

    @Test("says no time", arguments: ["0", "-1", "nan", "inf", "1e99", "", "5s", "86401"])
    func noTime(text: String) {
        #expect(Seconds(argument: text) == nil)
    }
}
