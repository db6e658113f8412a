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
