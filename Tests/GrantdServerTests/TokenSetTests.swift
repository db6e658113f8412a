//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService
internal import Testing

@testable internal import GrantdServer

@Suite
struct TokenSetTests {
    private static func admits(_ tokens: TokenSet, _ credential: String) -> Bool {
        Array(credential.utf8).withUnsafeBytes { tokens.admits($0) }
    }

    @Test("without tokens nothing is asked for")
    func empty() {
        #expect(Self.admits(TokenSet(), ""))
        #expect(Self.admits(TokenSet(), "anything"))
    }

    @Test("a token is admitted as a whole only")
    func comparison() throws {
        let tokens = try TokenSet.parse(Array("first-token\nsecond\n".utf8))
        #expect(Self.admits(tokens, "first-token"))
        #expect(Self.admits(tokens, "second"))
        for wrong in ["", "first-toke", "first-token1", "secone", "secon", "first-token\0", "first-token\nsecond"] {
            #expect(!Self.admits(tokens, wrong), "\(wrong)")
        }
    }

    @Test("blank lines, comments and white space at the ends are left out")
    func parsing() throws {
        let text = "\u{FEFF}# who: 机关\r\n\r\n  alpha-beta \t\r\n  #gamma\nlast"
        let tokens = try TokenSet.parse(Array(text.utf8))
        #expect(Self.admits(tokens, "alpha-beta"))
        #expect(Self.admits(tokens, "last"))
        #expect(!Self.admits(tokens, "#gamma"))
        #expect(!Self.admits(tokens, ""))
    }

    private static func caller(_ tokens: TokenSet, _ credential: String) -> Caller? {
        Array(credential.utf8).withUnsafeBytes { tokens.caller($0) }
    }

    @Test("a line may name who has the token and what for; a token with a colon is no name")
    func names() throws {
        let text = """
            desk-1 [agency]: one
            ops@city\t[ operate,ask ] :\ttwo\u{20}
            desk-1: three
            user:four
            five
            """
        let tokens = try TokenSet.parse(Array(text.utf8))
        let one = try #require(Self.caller(tokens, "one"))
        #expect(one.name == "desk-1" && one.roles == .agency)
        let two = try #require(Self.caller(tokens, "two"))
        #expect(two.name == "ops@city" && two.roles == [.operate, .ask])
        let three = try #require(Self.caller(tokens, "three"))
        #expect(three.name == "desk-1" && three.roles == .ask && three.number == one.number)
        for bare in ["user:four", "five"] {
            let caller = try #require(Self.caller(tokens, bare))
            #expect(caller.name == nil && caller.roles == .ask && caller.number == .unnamed)
        }
        #expect(Self.caller(tokens, "desk-1") == nil)
        #expect(tokens.names.map(\.name) == ["desk-1", "ops@city"])
        #expect(tokens.maySeeCounters(one) && tokens.maySeeCounters(two) && !tokens.maySeeCounters(three))
        #expect(try TokenSet.parse(Array("five\n".utf8)).maySeeCounters(three))
        #expect(Self.caller(TokenSet(), "") == .anyone && TokenSet().maySeeCounters(.anyone))
    }

    @Test(
        "a line that is neither a token nor a named one is refused as a whole file, with its place",
        arguments: [
            ("a [ask] s3cret", "line 1 "), ("ok\n-a [ask]: s3cret", "line 2 "), ("a b: s3cret", "line 1 "),
            ("a [ask: s3cret", "line 1 "), ("a [ask]:", "line 1 "), ("a [ask]: s3cret x", "line 1 "),
            ("a [king]: s3cret", "line 1 of the token file: the roles are ask, agency, operate"),
            ("a []: s3cret", "line 1 of the token file: the roles are"), ("a: b c s3cret", "line 1 "),
            (String(repeating: "a", count: 65) + ": s3cret", "line 1 "),
            ("s3cret\na [agency]: s3cret", "line 2 of the token file: its token stands on line 1 too"),
        ]
    )
    func badNames(text: String, start: String) {
        let error = #expect(throws: ServerStartError.self) { try TokenSet.parse(Array(text.utf8)) }
        #expect(error?.code == .tokens)
        #expect(error?.message.hasPrefix(start) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("s3cret") == false)
    }

    @Test("a name keeps its number when the file is read anew, and more names than are counted are nobody's")
    func numbers() throws {
        let tokens = try TokenSet.parse(Array("a [ask]: one\nb [ask]: two\n".utf8))
        let second = try #require(Self.caller(tokens, "two")).number
        tokens.replace(with: try TokenSet.parse(Array("c [ask]: three\nb [ask]: four\n".utf8)))
        #expect(Self.caller(tokens, "four")?.number == second)
        #expect(tokens.names.map(\.name) == ["a", "b", "c"])
        let many = (0..<3000).map { "n\($0) [ask]: t\($0)\n" }.joined()
        tokens.replace(with: try TokenSet.parse(Array(many.utf8)))
        #expect(tokens.names.count == TokenSet.maximumNames)
        #expect(Self.caller(tokens, "t2999")?.number == .unnamed && Self.caller(tokens, "t2999")?.name == "n2999")
    }

    @Test(
        "a file that is no UTF-8, or a token of other bytes than visible ASCII, is refused with its line",
        arguments: [
            ([0xFF, 0xFE, 0x61, 0x00], "the token file is UTF-16; save it as UTF-8"),
            ([0xFE, 0xFF, 0x00, 0x61], "the token file is UTF-16; save it as UTF-8"),
            ([0x61, 0x00, 0x0A], "the token file is UTF-16; save it as UTF-8"),
            (Array("ok\ns3 cret".utf8), "line 2 "), (Array("s3cret\u{A0}".utf8), "line 1 "),
            (Array("\n\ns3cret\u{0B}\n".utf8), "line 3 "), (Array("s3\u{2028}cret".utf8), "line 1 "),
            (Array("s3cret\u{7F}".utf8), "line 1 "), (Array("\u{FEFF}\u{FEFF}s3cret".utf8), "line 1 "),
            (Array("s3\rcret".utf8), "line 1 "),
        ] as [([UInt8], String)]
    )
    func badFile(bytes: [UInt8], start: String) {
        let error = #expect(throws: ServerStartError.self) { try TokenSet.parse(bytes) }
        #expect(error?.code == .tokens)
        #expect(error?.message.hasPrefix(start) == true)
        #expect(error?.message.contains("cret") == false)
    }

    @Test("tokens that are replaced are so in every copy; a daemon without tokens gets none")
    func replaced() {
        let tokens = TokenSet([Array("one".utf8)])
        let copy = tokens
        tokens.replace(with: TokenSet([Array("two".utf8)]))
        #expect(Self.admits(copy, "two") && !Self.admits(copy, "one"))
        tokens.replace(with: TokenSet())
        #expect(Self.admits(copy, "two") && !Self.admits(copy, ""))
        let none = TokenSet()
        none.replace(with: tokens)
        #expect(Self.admits(none, ""))
    }

    @Test("a file without tokens or with one that is too long is refused, and the token is not quoted")
    func refused() {
        for text in ["", "\n\n", "# nothing\n", "ok\n" + String(repeating: "s3cret", count: 1000)] {
            let error = #expect(throws: ServerStartError.self) { try TokenSet.parse(Array(text.utf8)) }
            #expect(error?.code == .tokens)
            #expect(error?.message.contains("s3cret") == false)
        }
    }
}
