//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOCore
internal import Synchronization

@testable internal import GrantdClient

/// Keeps replies back for a fake server.
final class HeldReplies: Sendable {
    private let held = Mutex<[FakeAction]>([])
    private let size: Int

    /// - Parameter size: How many ``add(_:)`` gathers.
    init(size: Int = 1) { self.size = size }

    func keep(_ reply: FakeAction) { self.held.withLock { $0.append(reply) } }

    /// Gives what was kept.
    func take() -> [FakeAction] {
        self.held.withLock { held in
            defer { held = [] }
            return held
        }
    }

    /// Keeps a reply until there are enough, and then gives them the last one first.
    func add(_ reply: FakeAction) -> [FakeAction] {
        self.held.withLock { held in
            held.append(reply)
            guard held.count == self.size else { return [] }
            defer { held = [] }
            return held.reversed()
        }
    }
}

extension ByteBuffer {
    /// The frame with the first byte of its meta part replaced.
    func with(metaByte: UInt8) -> ByteBuffer {
        var copy = self
        copy.setInteger(metaByte, at: copy.readerIndex + 12)
        return copy
    }
}
