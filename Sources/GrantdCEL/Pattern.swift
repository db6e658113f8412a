//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A regular expression for `matches()`: literals, `.`, classes, groups, `|`, `*`, `+`, `?`, `{m,n}`, `^`, `$`
/// and the escapes `\d \w \s`.
///
/// It is matched by stepping all alternatives at once, so time is linear in the text for every pattern; there
/// is no backtracking.
struct Pattern: Sendable, Hashable {
    /// One instruction of the matcher.
    enum Instruction: Sendable, Hashable {
        /// Takes one scalar out of the ranges, or out of all others.
        case scalar(ranges: [ClosedRange<UInt32>], negated: Bool)
        /// Goes on at both places.
        case split(Int, Int)
        case jump(Int)
        case start
        case end
        case match
    }

    /// Why a pattern cannot be compiled.
    enum Reason: Error, Hashable {
        case syntax, tooLarge, tooDeep

        var text: Phrase {
            switch self {
            case .syntax:
                Phrase(
                    zh: "正则表达式写法有误，或用了本语言没有的写法",
                    en: "the regular expression is malformed or uses what this language lacks"
                )
            case .tooLarge:
                Phrase(
                    zh: "正则表达式展开后超过 \(Pattern.mostInstructions) 步",
                    en: "the regular expression expands to more than \(Pattern.mostInstructions) steps"
                )
            case .tooDeep:
                Phrase(zh: "正则表达式嵌套过深", en: "the regular expression nests too deep")
            }
        }
    }

    static let mostInstructions = 1000

    private(set) var program: [Instruction] = []
    /// Counts emitted trees: repetitions of nothing emit no instruction and must end all the same.
    private var emitted = 0

    /// Compiles a pattern in UTF-8.
    static func compile(_ bytes: [UInt8]) -> Result<Pattern, Reason> {
        do throws(Reason) {
            var parser = PatternParser(bytes)
            let tree = try parser.parse()
            var pattern = Pattern()
            try pattern.emit(tree)
            try pattern.append(.match)
            return .success(pattern)
        } catch {
            return .failure(error)
        }
    }

    private mutating func append(_ instruction: Instruction) throws(Reason) {
        guard self.program.count < Self.mostInstructions else { throw .tooLarge }
        self.program.append(instruction)
    }

    private mutating func emit(_ tree: PatternTree) throws(Reason) {
        self.emitted += 1
        guard self.emitted <= 20 * Self.mostInstructions else { throw .tooLarge }
        switch tree {
        case .empty: break
        case .scalar(let ranges, let negated): try self.append(.scalar(ranges: ranges, negated: negated))
        case .start: try self.append(.start)
        case .end: try self.append(.end)
        case .sequence(let parts):
            for part in parts { try self.emit(part) }
        case .alternatives(let parts):
            var ends: [Int] = []
            for (index, part) in parts.enumerated() {
                guard index < parts.count - 1 else {
                    try self.emit(part)
                    break
                }
                let split = self.program.count
                try self.append(.jump(0))
                try self.emit(part)
                ends.append(self.program.count)
                try self.append(.jump(0))
                self.program[split] = .split(split + 1, self.program.count)
            }
            for end in ends { self.program[end] = .jump(self.program.count) }
        case .repetition(let part, let least, let most):
            for _ in 0..<least { try self.emit(part) }
            if let most {
                var splits: [Int] = []
                for _ in least..<max(least, most) {
                    splits.append(self.program.count)
                    try self.append(.jump(0))
                    try self.emit(part)
                }
                for split in splits { self.program[split] = .split(split + 1, self.program.count) }
            } else {
                let split = self.program.count
                try self.append(.jump(0))
                try self.emit(part)
                try self.append(.jump(split))
                self.program[split] = .split(split + 1, self.program.count)
            }
        }
    }

    /// Whether the pattern matches somewhere in a text; nil where memory for the states is lacking.
    func matches(_ text: UnsafeRawBufferPointer, memory: Memory) -> Bool? {
        let count = self.program.count
        // Three arrays: the states at hand, those after the next scalar, and the step at which each state was
        // added last.
        guard let room = memory.allocate(count * 4 * MemoryLayout<Int>.stride) else { return nil }
        let states = room.bindMemory(to: Int.self, capacity: count * 4)
        states.initialize(repeating: -1, count: count * 4)
        var current = states
        var next = states + count
        let added = states + 2 * count
        let stack = states + 3 * count
        var currentCount = 0
        var step = 0
        var offset = 0
        while true {
            let atEnd = offset >= text.count
            // A match may begin anywhere.
            if self.add(0, to: current, &currentCount, added, stack, step, atStart: offset == 0, atEnd: atEnd) {
                return true
            }
            if atEnd { return false }
            let (scalar, length) = Self.scalar(text, offset)
            offset += length
            step += 1
            var nextCount = 0
            for index in 0..<currentCount {
                let state = current[index]
                guard case .scalar(let ranges, let negated) = self.program[state] else { continue }
                guard ranges.contains(where: { $0.contains(scalar) }) != negated else { continue }
                if self.add(
                    state + 1,
                    to: next,
                    &nextCount,
                    added,
                    stack,
                    step,
                    atStart: false,
                    atEnd: offset >= text.count
                ) {
                    return true
                }
            }
            swap(&current, &next)
            currentCount = nextCount
        }
    }

    /// Adds a state and all that it leads to without taking a scalar; true when one of them is the match.
    private func add(
        _ state: Int,
        to list: UnsafeMutablePointer<Int>,
        _ count: inout Int,
        _ added: UnsafeMutablePointer<Int>,
        _ stack: UnsafeMutablePointer<Int>,
        _ step: Int,
        atStart: Bool,
        atEnd: Bool
    ) -> Bool {
        var depth = 0
        func push(_ state: Int) {
            guard added[state] != step else { return }
            added[state] = step
            stack[depth] = state
            depth += 1
        }
        push(state)
        while depth > 0 {
            depth -= 1
            let state = stack[depth]
            switch self.program[state] {
            case .match: return true
            case .jump(let target): push(target)
            case .split(let first, let second):
                push(second)
                push(first)
            case .start: if atStart { push(state + 1) }
            case .end: if atEnd { push(state + 1) }
            case .scalar:
                list[count] = state
                count += 1
            }
        }
        return false
    }

    /// The scalar at an offset and its length; a byte that begins none stands for itself.
    private static func scalar(_ text: UnsafeRawBufferPointer, _ offset: Int) -> (UInt32, Int) {
        let first = text[offset]
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
        guard length > 1, offset + length <= text.count else { return (UInt32(first), 1) }
        var value = UInt32(first) & (0x7F >> UInt32(length))
        for index in 1..<length { value = value << 6 | UInt32(text[offset + index] & 0x3F) }
        return (value, length)
    }
}
