//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdCEL

/// Regular expressions: what they match, and that none is slow.
struct PatternTests {
    private func matches(_ pattern: String, _ text: String) throws -> Bool {
        let compiled = try Pattern.compile(Array(pattern.utf8)).get()
        let workspace = Workspace()
        let isMatch: Bool? = Array(text.utf8).withUnsafeBytes { bytes in
            compiled.matches(bytes, memory: workspace.memory)
        }
        return try #require(isMatch as Bool?)
    }

    @Test(
        "matches anywhere, unless anchored",
        arguments: [
            ("", "", true), ("", "x", true), ("b", "abc", true), ("^b", "abc", false), ("c$", "abc", true),
            ("b$", "abc", false),
            ("^abc$", "abc", true), ("a.c", "a京c", true), ("a.c", "a\nc", false), ("^a*$", "", true),
            ("^a+$", "", false),
            ("^ab?c$", "ac", true), ("^ab?c$", "abbc", false), ("^a{3}$", "aaa", true), ("^a{3}$", "aa", false),
            ("^a{2,}$", "aaaa", true), ("^a{2,3}$", "aaaa", false), ("^(ab|cd)+$", "abcdab", true),
            ("^(ab|cd)+$", "abc", false),
            ("^[a-c]+$", "abcabc", true), ("^[^a-c]+$", "xyz", true), ("^[^a-c]+$", "xbz", false),
            ("^\\d{18}$", "123456789012345678", true),
            ("^\\w+\\s\\w+$", "ab cd", true), ("^[\\d-]+$", "12-3", true), ("^[]a]+$", "]a", true),
            ("\\.", "a.b", true),
            ("\\.", "ab", false), ("^[一-龥]+$", "北京市", true), ("^[一-龥]+$", "北京A", false), ("^(?:a|b)$", "b", true),
            ("^(a*)*$", "aaab", false), ("(|a)+b", "b", true), ("^a??b$", "ab", true), ("[^\\d]", "1", false),
            ("[^\\d]", "a", true),
        ]
    )
    func table(_ pattern: String, _ text: String, _ expected: Bool) throws {
        #expect(try self.matches(pattern, text) == expected)
    }

    @Test(
        "what is malformed is refused",
        arguments: [
            "(", ")", "[", "[a", "*", "a**", "a{2,1}", "a{", "a{x}", "\\", "\\z", "(?P<n>a)", "[b-a]", "[\\D]", "a|*",
            "{1}", "(?i)a",
        ]
    )
    func malformed(_ pattern: String) {
        #expect(throws: Pattern.Reason.self) { try Pattern.compile(Array(pattern.utf8)).get() }
    }

    @Test("what would take exponential time elsewhere, or expand without end, is harmless")
    func hostile() throws {
        let text = String(repeating: "a", count: 2_000)
        #expect(try self.matches("^(a+)+$", text + "!") == false)
        #expect(try self.matches("(a|aa|aaa)*b", text) == false)
        for pattern in [
            "a{1001}", "(a{100}){100}", "((((((((a{10}){10}){10}){10}){10}){10}){10}){10}){10}",
            "(((((((){99}){99}){99}){99}){99}){99})",
        ] {
            #expect(throws: Pattern.Reason.self) { try Pattern.compile(Array(pattern.utf8)).get() }
        }
        let deep = String(repeating: "(", count: 5_000) + "a" + String(repeating: ")", count: 5_000)
        #expect(throws: Pattern.Reason.tooDeep) { try Pattern.compile(Array(deep.utf8)).get() }
    }
}
