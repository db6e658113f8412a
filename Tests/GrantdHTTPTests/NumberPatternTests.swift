//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import GrantdHTTP

@Suite("Numbers in strings, as the OpenAPI document has them")
struct NumberPatternTests {
    @Test(
        "the pattern matches every number of the range, and no other",
        arguments: [
            0...0, 1...12, 0...100, 7...7, -5...3, -120 ... -17, 199...201, 95...1_205, 1...999, 100...999, 0...1_000,
            -1_000...1_000,
        ] as [ClosedRange<Int64>]
    )
    func exact(range: ClosedRange<Int64>) throws {
        let pattern = try Regex(NumberPattern.of(range))
        for number in -1_300...Int64(1_300) {
            let matches = try pattern.wholeMatch(in: "\(number)") != nil
            #expect(matches == range.contains(number), "\(number) by \(NumberPattern.of(range))")
        }
        for text in ["", "-", "-0", "00", "01", "+1", "1.0", "1e1", " 1"] {
            #expect(try pattern.wholeMatch(in: text) == nil, "\(text) by \(NumberPattern.of(range))")
        }
    }

    @Test("a range up to the longest numbers is short")
    func longest() throws {
        let most: Int64 = 999_999_999_999_999_999
        #expect(NumberPattern.of(0...most) == "^(0|[1-9][0-9]{0,17})$")
        #expect(NumberPattern.of(-most...most) == "^(-[1-9][0-9]{0,17}|0|[1-9][0-9]{0,17})$")
        #expect(NumberPattern.of(1...12) == "^([1-9]|1[0-2])$")
    }
}
