//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

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
        let tokens = try TokenSet.parse(Array("# who: the agency\r\n\r\n  alpha beta \t\r\n#gamma\nlast".utf8))
        #expect(Self.admits(tokens, "alpha beta"))
        #expect(Self.admits(tokens, "last"))
        #expect(!Self.admits(tokens, "#gamma"))
        #expect(!Self.admits(tokens, ""))
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
