//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

/// Ids are compared as they stand, so what only looks like another id is refused.
struct PlainIDTests {
    private func isPlain(_ id: String) -> Bool {
        withArenaText(id) { PlainID.fault(in: $0) == nil }
    }

    @Test("What shows is plain", arguments: ["", "a", "A-1", "产品 一号", "x y", "\u{1F600}", "é", "e\u{301}", "~!@#"])
    func plain(_ id: String) {
        #expect(self.isPlain(id))
    }

    @Test(
        "What does not show, and white space at the ends, is not",
        arguments: [
            " a", "a ", " ", "\ta", "a\n", "a\tb", "a\u{7F}b", "a\u{85}", "\u{A0}a", "a\u{3000}", "a\u{200B}b",
            "a\u{200D}b",
            "a\u{FE0F}", "\u{FEFF}a", "a\u{AD}b", "a\u{2028}b", "a\u{202E}b", "a\u{2060}b", "a\u{3164}b", "a\u{E0041}",
            "a\u{FFF9}b", "产\u{200C}品",
        ]
    )
    func hidden(_ id: String) {
        #expect(!self.isPlain(id))
    }

    /// Ids are looked through eight bytes at a time: each place in a word, and each length, is one of its own.
    @Test("Wherever it stands, what hides is found, and nothing else")
    func places() {
        for length in 1...24 {
            for place in 0..<length {
                for byte in UInt8(1)...0x7F {
                    var bytes = [UInt8](repeating: UInt8(ascii: "~"), count: length)
                    bytes[place] = byte
                    let isSpaceInside = byte == 0x20 && place > 0 && place < length - 1
                    let shows = (0x21...0x7E).contains(byte) || isSpaceInside
                    #expect(self.isPlain(String(decoding: bytes, as: UTF8.self)) == shows)
                }
            }
        }
    }

    @Test("Each place that holds an id names itself")
    func fields() throws {
        let caller = try Caller(policies: StayPolicies.load())
        let hidden = "p\u{200B}"
        #expect(caller.refusal(StayPolicies.application().with("subject_id", hidden))?.field == "subject_id")
        #expect(caller.refusal(StayPolicies.application().with("application_id", " a"))?.field == "application_id")
        var award: [String: Any] = ["measure": StayPolicies.measure, "awarded_on": "2026-01-01", "amount_fen": 1]
        award["subject_id"] = hidden
        let application = StayPolicies.application().with("prior_awards", [award])
        let error = try #require(caller.refusal(application))
        #expect(error.field == "prior_awards[0].subject_id")
        #expect(error.message.contains("U+200B"))
        var known = StayPolicies.application()
        known["as_of"] = nil
        known["subject_id"] = "x "
        let screening: [String: Any] = ["as_of": "2026-05-20", "known": [known]]
        #expect(throws: CallError.self) { try caller.screen(screening) }
        do {
            _ = try caller.screen(screening)
        } catch {
            #expect((error as? CallError)?.field == "known[0].subject_id")
        }
    }
}
