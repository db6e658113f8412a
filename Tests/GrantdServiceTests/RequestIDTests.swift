//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService
internal import Testing

@Suite("The id of a call")
struct RequestIDTests {
    @Test(
        "is taken where it is 1 to 128 bytes of visible ASCII",
        arguments: [
            ("a", true), ("7f3a-c2/d:1", true), (String(repeating: "x", count: 128), true),
            (String(repeating: "x", count: 129), false), ("", false), ("a b", false), ("a\r\nb: c", false),
            ("a\u{7F}", false), ("é", false),
        ]
    )
    func taken(text: String, isTaken: Bool) {
        let id = RequestID(text.utf8)
        #expect((id != nil) == isTaken)
        if isTaken { #expect(id?.description == text) }
    }

    @Test("is written in hexadecimal digits where it is made, and no two are alike")
    func made() {
        #expect(RequestID.made(0, 0).description == "0000000000000000-0")
        #expect(RequestID.made(0x0123_4567_89AB_CDEF, 0xF0).description == "0123456789abcdef-f0")
        #expect(RequestID.made(.max, .max).description == "ffffffffffffffff-ffffffffffffffff")
        var first = RequestIDMaker()
        var second = RequestIDMaker()
        #expect(Set([first.next(), first.next(), second.next(), second.next()]).count == 4)
    }

    @Test("is a number as brpc has it, or nothing")
    func others() {
        #expect(RequestID.number(-7).description == "-7")
        #expect(RequestID.none.description == "")
    }
}
