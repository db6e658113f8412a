//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The syntax tree of a regular expression.
indirect enum PatternTree: Hashable {
    case empty
    case scalar(ranges: [ClosedRange<UInt32>], negated: Bool)
    case start
    case end
    case sequence([PatternTree])
    case alternatives([PatternTree])
    case repetition(PatternTree, least: Int, most: Int?)
}

/// Parses a regular expression within a bounded depth.
struct PatternParser {
    private let scalars: [Unicode.Scalar]
    private var offset = 0
    private var depth = 0

    init(_ bytes: [UInt8]) {
        self.scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    }

    mutating func parse() throws(Pattern.Reason) -> PatternTree {
        let tree = try self.alternatives()
        guard self.offset == self.scalars.count else { throw .syntax }
        return tree
    }

    private var current: Unicode.Scalar? { self.offset < self.scalars.count ? self.scalars[self.offset] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard self.current == scalar else { return false }
        self.offset += 1
        return true
    }

    private mutating func alternatives() throws(Pattern.Reason) -> PatternTree {
        self.depth += 1
        defer { self.depth -= 1 }
        guard self.depth <= 30 else { throw .tooDeep }
        var parts = [try self.sequence()]
        while self.take("|") { parts.append(try self.sequence()) }
        return parts.count == 1 ? parts[0] : .alternatives(parts)
    }

    private mutating func sequence() throws(Pattern.Reason) -> PatternTree {
        var parts: [PatternTree] = []
        while let scalar = self.current, scalar != "|", scalar != ")" {
            let atom = try self.atom()
            parts.append(try self.repeated(atom))
        }
        return parts.isEmpty ? .empty : .sequence(parts)
    }

    private mutating func repeated(_ atom: PatternTree) throws(Pattern.Reason) -> PatternTree {
        let tree: PatternTree
        switch self.current {
        case "*": tree = .repetition(atom, least: 0, most: nil)
        case "+": tree = .repetition(atom, least: 1, most: nil)
        case "?": tree = .repetition(atom, least: 0, most: 1)
        case "{":
            self.offset += 1
            guard let least = self.number() else { throw .syntax }
            var most: Int? = least
            if self.take(",") { most = self.number() }
            guard self.current == "}" else { throw .syntax }
            if let most, most < least { throw .syntax }
            if least > Pattern.mostInstructions || most ?? 0 > Pattern.mostInstructions { throw .tooLarge }
            tree = .repetition(atom, least: least, most: most)
        default: return atom
        }
        self.offset += 1
        // Whether as much or as little as possible is taken makes no difference to whether there is a match.
        _ = self.take("?")
        if let scalar = self.current, "*+?{".unicodeScalars.contains(scalar) { throw .syntax }
        return tree
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = self.current, let digit = Int(String(scalar)), scalar.isASCII {
            value = min(100_000, (value ?? 0) * 10 + digit)
            self.offset += 1
        }
        return value
    }

    private mutating func atom() throws(Pattern.Reason) -> PatternTree {
        guard let scalar = self.current else { throw .syntax }
        self.offset += 1
        switch scalar {
        case ".": return .scalar(ranges: [10...10], negated: true)
        case "^": return .start
        case "$": return .end
        case "(":
            if self.take("?") {
                guard self.take(":") else { throw .syntax }
            }
            let inner = try self.alternatives()
            guard self.take(")") else { throw .syntax }
            return inner
        case "[": return try self.set()
        case "\\":
            let (ranges, negated) = try self.escape()
            return .scalar(ranges: ranges, negated: negated)
        case "*", "+", "?", "{", "]", "}": throw .syntax
        default: return .scalar(ranges: [scalar.value...scalar.value], negated: false)
        }
    }

    private mutating func escape() throws(Pattern.Reason) -> (ranges: [ClosedRange<UInt32>], negated: Bool) {
        guard let scalar = self.current else { throw .syntax }
        self.offset += 1
        switch scalar {
        case "d", "D": return ([48...57], scalar == "D")
        case "w", "W": return ([48...57, 65...90, 95...95, 97...122], scalar == "W")
        case "s", "S": return ([9...10, 12...13, 32...32], scalar == "S")
        case "n": return ([10...10], false)
        case "r": return ([13...13], false)
        case "t": return ([9...9], false)
        default:
            let isWord = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            if isWord { throw .syntax }
            return ([scalar.value...scalar.value], false)
        }
    }

    private mutating func set() throws(Pattern.Reason) -> PatternTree {
        let negated = self.take("^")
        var ranges: [ClosedRange<UInt32>] = []
        var isFirst = true
        while isFirst || self.current != "]" {
            isFirst = false
            guard let lower = try self.setMember(into: &ranges) else { continue }
            var upper = lower
            if self.current == "-", self.offset + 1 < self.scalars.count, self.scalars[self.offset + 1] != "]" {
                self.offset += 1
                guard let end = try self.setMember(into: &ranges), end >= lower else { throw .syntax }
                upper = end
            }
            ranges.append(lower...upper)
        }
        self.offset += 1
        return .scalar(ranges: ranges, negated: negated)
    }

    /// One scalar of a set, or nil where it was an escape that stands for several, already added.
    private mutating func setMember(into ranges: inout [ClosedRange<UInt32>]) throws(Pattern.Reason) -> UInt32? {
        guard let scalar = self.current else { throw .syntax }
        self.offset += 1
        guard scalar == "\\" else { return scalar.value }
        let (escaped, negated) = try self.escape()
        guard !negated else { throw .syntax }
        if escaped.count == 1, escaped[0].count == 1 { return escaped[0].lowerBound }
        ranges += escaped
        return nil
    }
}
