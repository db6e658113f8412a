//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdJSON
internal import GrantdPolicy

/// Assesses applications under two policy sets, a line at a time: memory does not grow with the input.
final class Impact {
    /// So many malformed lines are told; the rest is only counted.
    static let mostTold = 20

    let old: ImpactSide
    let new: ImpactSide
    private var comparison: ImpactComparison

    init(old: ImpactSide, new: ImpactSide) {
        self.old = old
        self.new = new
        self.comparison = ImpactComparison(old: old.policies, new: new.policies)
    }

    var tally: ImpactTally { self.comparison.tally }

    /// Goes over every line.
    ///
    /// - Parameters:
    ///   - input: An `EvaluateRequest` as JSON a line, or an object that holds one as `request`; empty lines are passed over.
    ///   - each: Takes each difference, in order.
    func run(_ input: Input, each: (ImpactDifference) throws -> Void) throws {
        var cutter = LineCutter()
        while true {
            let bytes = try input.read(upTo: 128 * 1024)
            for block in cutter.cut(bytes) {
                for (index, line) in block.lines.enumerated() {
                    let number = block.firstLine + index
                    guard let line else {
                        self.complain(input, number, Language.said("该行过长", "the line is too long"))
                        continue
                    }
                    try block.bytes.withUnsafeBufferPointer { bytes in
                        try self.take(UnsafeBufferPointer(rebasing: bytes[line]), number, input, each)
                    }
                }
            }
            if bytes.isEmpty { break }
        }
        if self.tally.malformed > Self.mostTold {
            let rest = self.tally.malformed - Self.mostTold
            Output.complain(Language.said("另有 \(rest) 行有误", "\(rest) more lines are malformed"))
        }
    }

    private func complain(_ input: Input, _ line: Int, _ message: String) {
        self.comparison.addMalformed()
        guard self.tally.malformed <= Self.mostTold else { return }
        Output.complain("\(input.name.printable):\(line): \(message.printable)")
    }

    private func take(
        _ line: UnsafeBufferPointer<UInt8>,
        _ number: Int,
        _ input: Input,
        _ each: (ImpactDifference) throws -> Void
    ) throws {
        guard line.contains(where: { ![0x20, 0x09, 0x0D].contains($0) }) else { return }
        let text = Self.request(in: line)
        let (before, after) = (self.old.answer(text), self.new.answer(text))
        let bytes: (old: [UInt8]?, new: [UInt8]?)
        switch (before, after) {
        case (.refused, .refused(let problem)): return self.complain(input, number, problem.printable)
        case (.assessed(let left), .assessed(let right)): bytes = (left, right)
        case (.assessed(let left), .refused): bytes = (left, nil)
        case (.refused, .assessed(let right)): bytes = (nil, right)
        }
        try self.comparison.add(.line(number), old: bytes.old, new: bytes.new, each)
    }

    /// The value of the member `request` of an object that has one, else the whole line.
    private static func request(in line: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        JSONLookup.range(of: "request", in: line).map { UnsafeBufferPointer(rebasing: line[$0]) } ?? line
    }
}
