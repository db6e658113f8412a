//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdSchema

/// Makes protobuf bytes of JSON text. State of one thread only; keeps nothing between two texts but its memory.
///
/// Stricter than a protobuf library: a field stands once, by either of its names, at most one member of a oneof has a value,
/// a number is whole and fits, no name is passed over. What it makes is for a decoder to look over all the same: a NUL in a
/// string is the decoder's to refuse.
package final class JSONReader {
    let plan: JSONPlan
    let limits: JSONLimits
    /// The way to the value under way: an entry for each message that is open.
    let frames: UnsafeMutablePointer<JSONWalk.Frame>
    /// For each message that is open a bit for each field that was seen, and a word for each oneof.
    let seen: UnsafeMutablePointer<UInt64>

    package init(_ plan: JSONPlan, limits: JSONLimits = JSONLimits()) {
        self.plan = plan
        self.limits = limits
        self.frames = .allocate(capacity: JSONPlan.maximumDepth)
        self.frames.initialize(repeating: JSONWalk.Frame(), count: JSONPlan.maximumDepth)
        self.seen = .allocate(capacity: max(plan.words, 1) * JSONPlan.maximumDepth)
        self.seen.initialize(repeating: 0, count: max(plan.words, 1) * JSONPlan.maximumDepth)
    }

    deinit {
        self.frames.deallocate()
        self.seen.deallocate()
    }

    /// Reads one message.
    ///
    /// - Parameters:
    ///   - text: The whole text, in UTF-8.
    ///   - root: The message, of this reader's plan.
    ///   - writer: Gets the message's bytes, behind what it holds.
    /// - Returns: What is wrong with entries that stand for themselves, by their places; each has an empty one instead.
    /// - Throws: What is wrong otherwise; what was written is then worth nothing.
    @discardableResult
    package func read(
        _ text: UnsafeBufferPointer<UInt8>,
        as root: JSONPlan.Root,
        into writer: ByteWriter
    ) throws(JSONFault) -> [(entry: Int, fault: JSONFault)] {
        guard let start = text.baseAddress, text.count > 0 else {
            throw self.fault(JSONFaultCause(reason: .expected(.object), offset: 0), text, root, depth: 0)
        }
        self.frames[0] = JSONWalk.Frame(message: root.message)
        var walk = JSONWalk(self, JSONScanner(start, count: text.count), root, writer)
        do throws(JSONFaultCause) {
            guard text.count <= self.limits.text else { throw JSONFaultCause(reason: .textTooLarge, offset: 0) }
            try walk.run(root)
        } catch {
            throw self.fault(error, text, root, depth: walk.depth)
        }
        return walk.misfits.enumerated().map { index, misfit in
            (misfit.entry, self.fault(misfit, text, root, suggests: index < Self.mostSuggestions))
        }
    }

    /// What comes nearest to a name is looked for so many times a text: it takes long.
    private static let mostSuggestions = 50
}
