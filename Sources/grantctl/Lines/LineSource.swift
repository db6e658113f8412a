//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Dispatch

/// Reads an input block by block on a thread of its own, no further ahead than what was taken.
///
/// A read waits as long as whoever writes the input does, so it may hold up neither a task nor the end of the program.
final class LineSource: Sendable {
    /// The blocks, in their order; ends with the input, or with the error of reading it.
    let blocks: AsyncThrowingStream<LineBlock, any Error>
    private let taker: AsyncThrowingStream<LineBlock, any Error>.Continuation
    private let room: DispatchSemaphore

    /// - Parameters:
    ///   - input: What to read.
    ///   - window: The most blocks that may be under way; ``blockDone()`` makes room for the next.
    init(_ input: Input, window: Int) {
        // Dispatch traps when a semaphore goes with less than it was made with, as it may where the run ends early.
        let room = DispatchSemaphore(value: 0)
        for _ in 0..<window { room.signal() }
        let (blocks, taker) = AsyncThrowingStream.makeStream(of: LineBlock.self)
        self.taker = taker
        self.room = room
        self.blocks = blocks
        DispatchQueue(label: "grantctl.lines").async {
            var cutter = LineCutter()
            do {
                while true {
                    let bytes = try input.read(upTo: 128 * 1024)
                    for block in cutter.cut(bytes) {
                        room.wait()
                        taker.yield(block)
                    }
                    if bytes.isEmpty { break }
                }
                taker.finish()
            } catch {
                taker.finish(throwing: error)
            }
        }
    }

    /// Makes room for one more block.
    func blockDone() { self.room.signal() }

    /// Ends ``blocks`` with an error, though there may be more to read: whoever waits for the next block must learn that
    /// a block before it has failed.
    func fail(_ error: any Error) { self.taker.finish(throwing: error) }
}
