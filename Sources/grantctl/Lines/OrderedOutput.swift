//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Puts the answers to blocks, which come in any order, back into the order of the input.
actor OrderedOutput {
    private let write: @Sendable ([UInt8]) throws -> Void
    private var waiting: [Int: [UInt8]] = [:]
    private var next = 0
    /// Lines written so far, by what they hold.
    private(set) var tally = LineTally()
    private var tallies: [Int: LineTally] = [:]

    init(write: @escaping @Sendable ([UInt8]) throws -> Void) { self.write = write }

    /// Takes the answers to a block and writes all whose turn it is.
    func add(_ bytes: [UInt8], _ tally: LineTally, number: Int) throws {
        self.waiting[number] = bytes
        self.tallies[number] = tally
        while let bytes = self.waiting.removeValue(forKey: self.next) {
            try self.write(bytes)
            self.tally.add(self.tallies.removeValue(forKey: self.next) ?? LineTally())
            self.next += 1
        }
    }
}

/// What became of the lines.
struct LineTally: Equatable, Sendable {
    var assessed = 0
    /// Lines whose request is at fault.
    var malformed = 0
    /// Lines that were not assessed for another reason.
    var failed = 0

    var answered: Int { self.assessed + self.malformed + self.failed }

    mutating func add(_ other: Self) {
        self.assessed += other.assessed
        self.malformed += other.malformed
        self.failed += other.failed
    }
}
