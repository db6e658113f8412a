//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import GrantdJSON

@Suite("A value found by names alone")
struct JSONLookupTests {
    private func string(_ path: [String], _ text: String) -> String? {
        var text = text
        return text.withUTF8 { JSONLookup.string(at: path, in: $0) }
    }

    @Test("is the first of its name, however it is written")
    func string() {
        let text = #"{"x": [{"a": "no"}], "\u0061": {"b": "\u4eac", "b": "no"}, "a": "no"}"#
        #expect(self.string(["a", "b"], text) == "京")
        #expect(self.string(["a"], text) == nil)
        #expect(self.string(["a", "c"], text) == nil)
        #expect(self.string(["x", "a"], text) == nil)
        // What follows need not be JSON.
        #expect(self.string(["a"], #"{"a": "b", nonsense"#) == "b")
        for text in ["", "{", "[]", "{}", #"{"a""#, #"{"a": "\ud800"}"#, #"{"a": 1}"#, #"{"b": ]"#] {
            #expect(self.string(["a"], text) == nil, "\(text)")
        }
    }

    @Test("is found where it stands")
    func range() {
        var text = #" {"a": 1, "b": {"c": [1, "}"]} , "d": 2}"#
        let found = text.withUTF8 { text in
            JSONLookup.range(of: "b", in: text).map { String(decoding: text[$0], as: UTF8.self) }
        }
        #expect(found == #"{"c": [1, "}"]}"#)
        #expect(text.withUTF8 { JSONLookup.range(of: "c", in: $0) } == nil)
        var open = #"{"b": {"c": [1"#
        #expect(open.withUTF8 { JSONLookup.range(of: "b", in: $0) } == nil)
    }
}
