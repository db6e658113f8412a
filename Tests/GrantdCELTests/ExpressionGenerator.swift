//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Makes random well-typed expressions, the same ones for the same seed.
struct ExpressionGenerator {
    private var state: UInt64
    /// The variables in scope: integers by macros over integers, records by macros over deals.
    private var integers: [String] = []
    private var deals: [String] = []

    init(seed: UInt64) {
        self.state = seed
    }

    mutating func below(_ bound: Int) -> Int {
        // SplitMix64
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return Int(mixed % UInt64(bound))
    }

    mutating func pick(_ choices: [String]) -> String { choices[self.below(choices.count)] }

    mutating func bool(_ depth: Int) -> String {
        if depth <= 0 {
            var leaves = ["a", "b", "a", "b", "true", "false"]
            for deal in self.deals { leaves += ["\(deal).valid", "\(deal).valid"] }
            return self.pick(leaves)
        }
        switch self.below(18) {
        case 0: return "!\(self.bool(depth - 1))"
        case 1, 2: return "(\(self.bool(depth - 1)) && \(self.bool(depth - 1)))"
        case 3, 4: return "(\(self.bool(depth - 1)) || \(self.bool(depth - 1)))"
        case 5, 6: return "(\(self.int(depth - 1)) \(self.pick(["<", ">", "<=", ">="])) \(self.int(depth - 1)))"
        case 7: return "(\(self.int(depth - 1)) \(self.pick(["==", "!="])) \(self.int(depth - 1)))"
        case 8: return "(\(self.bool(depth - 1)) ? \(self.bool(depth - 1)) : \(self.bool(depth - 1)))"
        case 9: return "(\(self.int(depth - 1)) in \(self.list(depth - 1)))"
        case 10, 11: return self.overIntegers(self.pick(["all", "exists", "exists_one"]), depth) { $0.bool(depth - 1) }
        case 12, 13: return self.overDeals(self.pick(["all", "exists", "exists_one"]), depth) { $0.bool(depth - 1) }
        case 14: return "(\(self.list(depth - 1)) == \(self.list(depth - 1)))"
        case 15: return "\(self.deal(depth - 1)).valid"
        default: return self.bool(0)
        }
    }

    mutating func int(_ depth: Int) -> String {
        if depth <= 0 {
            var leaves =
                ["x", "y", "x", "y", "0", "3", "5", "-1", "9223372036854775807"] + self.integers + self.integers
            for deal in self.deals { leaves += ["\(deal).amount", "\(deal).amount"] }
            return self.pick(leaves)
        }
        switch self.below(14) {
        case 0, 1, 2: return "(\(self.int(depth - 1)) \(self.pick(["+", "-", "*", "/", "%"])) \(self.int(depth - 1)))"
        case 3: return "(\(self.bool(depth - 1)) ? \(self.int(depth - 1)) : \(self.int(depth - 1)))"
        case 4: return "size(\(self.list(depth - 1)))"
        case 5: return "size(\(self.dealList(depth - 1)))"
        case 6: return "\(self.list(depth - 1))[\(self.int(depth - 1))]"
        case 7: return "sum(\(self.list(depth - 1)))"
        case 8: return "\(self.pick(["min", "max"]))(\(self.int(depth - 1)), \(self.int(depth - 1)))"
        case 9: return "\(self.deal(depth - 1)).amount"
        case 10: return "-\(self.int(depth - 1))"
        case 11: return "percent(\(self.int(depth - 1)), '30%')"
        default: return self.int(0)
        }
    }

    mutating func list(_ depth: Int) -> String {
        if depth <= 0 { return self.pick(["l", "l", "[x, y]", "[]", "[1, x]", "[5]"]) }
        switch self.below(9) {
        case 0: return "[\(self.int(depth - 1)), \(self.int(depth - 1))]"
        case 1: return self.overIntegers("filter", depth) { $0.bool(depth - 1) }
        case 2: return self.overIntegers("map", depth) { $0.int(depth - 1) }
        case 3: return self.overDeals("map", depth) { $0.int(depth - 1) }
        case 4: return "(\(self.list(depth - 1)) + \(self.list(depth - 1)))"
        case 5: return "(\(self.bool(depth - 1)) ? \(self.list(depth - 1)) : \(self.list(depth - 1)))"
        default: return self.list(0)
        }
    }

    mutating func dealList(_ depth: Int) -> String {
        if depth <= 0 { return self.pick(["f.deals", "f.deals", "f.items"]) }
        switch self.below(5) {
        case 0, 1: return self.overDeals("filter", depth) { $0.bool(depth - 1) }
        case 2: return "(\(self.bool(depth - 1)) ? \(self.dealList(depth - 1)) : \(self.dealList(depth - 1)))"
        case 3: return "(\(self.dealList(depth - 1)) + \(self.dealList(depth - 1)))"
        default: return self.dealList(0)
        }
    }

    private mutating func deal(_ depth: Int) -> String {
        switch self.below(4) {
        case 0: "(\(self.bool(depth - 1)) ? f.deals[0] : f.deals[1])"
        case 1: "\(self.dealList(depth - 1))[\(self.int(depth - 1))]"
        default: self.pick(["f.deals[0]", "f.deals[1]"] + self.deals)
        }
    }

    private mutating func overIntegers(
        _ macro: String,
        _ depth: Int,
        _ body: (inout ExpressionGenerator) -> String
    ) -> String {
        let range = self.list(depth - 1)
        guard self.integers.count + self.deals.count < 3 else {
            return macro == "filter" || macro == "map" ? range : "a"
        }
        let name = "i\(self.integers.count)"
        self.integers.append(name)
        let text = "\(range).\(macro)(\(name), \(body(&self)))"
        self.integers.removeLast()
        return text
    }

    private mutating func overDeals(
        _ macro: String,
        _ depth: Int,
        _ body: (inout ExpressionGenerator) -> String
    ) -> String {
        let range = self.dealList(depth - 1)
        guard self.integers.count + self.deals.count < 3 else {
            return macro == "filter" ? range : macro == "map" ? "l" : "b"
        }
        let name = "d\(self.deals.count)"
        self.deals.append(name)
        let text = "\(range).\(macro)(\(name), \(body(&self)))"
        self.deals.removeLast()
        return text
    }
}
