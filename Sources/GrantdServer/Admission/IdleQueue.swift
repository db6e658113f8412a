//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService
internal import HeapModule

/// Connections in the order in which they make room: who has been without a call for longest is first.
///
/// Connections have calls without a word to the queue. So each stands at the time that was last known of it, which can only be
/// too early, and is put right when it comes first: to choose one costs the logarithm of their number, as long as few have had a
/// call since the last choice, and the calls of those who have cost more than their new places.
struct IdleQueue {
    private struct Item: Comparable {
        let since: MonotonicTime
        let connection: AdmittedConnection

        static func < (left: Item, right: Item) -> Bool { left.since < right.since }
        static func == (left: Item, right: Item) -> Bool { left.since == right.since }
    }

    /// So many that turn out to have a call are looked at for one choice. They go to the end, and the next choice looks at others.
    static let mostBusy = 64

    private let ofStrangers: Bool
    private var heap = Heap<Item>()
    /// Connections that belong here.
    private(set) var count = 0

    /// - Parameter ofStrangers: whether of those that no call was admitted of, or of the others.
    init(ofStrangers: Bool) {
        self.ofStrangers = ofStrangers
    }

    /// How much there is to keep, also of those who are not here any more.
    var size: Int { self.heap.count }

    mutating func add(_ connection: AdmittedConnection, since: MonotonicTime) {
        self.count += 1
        // Those who have gone stand here until they come first; never more of them than of the others.
        if self.heap.count > 2 * self.count + 32 {
            self.heap = Heap(self.heap.unordered.filter { self.belongs($0.connection) })
        }
        self.heap.insert(Item(since: since, connection: connection))
    }

    /// A connection is closed, or no stranger any more.
    mutating func left() {
        self.count -= 1
    }

    private func belongs(_ connection: AdmittedConnection) -> Bool {
        !connection.isGone && connection.isStranger == self.ofStrangers
    }

    /// Who has been without a call for longest, and for how long; nil where all have one.
    ///
    /// - Parameters:
    ///   - newcomer: is not chosen.
    ///   - now: where those who have a call are put.
    mutating func first(
        besides newcomer: ConnectionPlace?,
        asksForTokens: Bool,
        now: MonotonicTime
    ) -> AdmittedConnection? {
        var passedOver: [Item] = []
        defer { for item in passedOver { self.heap.insert(item) } }
        var busy = 0
        while let item = self.heap.popMin() {
            let connection = item.connection
            guard self.belongs(connection) else { continue }
            if connection.isLeaving || connection.place === newcomer {
                passedOver.append(item)
                continue
            }
            guard let since = connection.idleSince(asksForTokens) else {
                passedOver.append(Item(since: now, connection: connection))
                busy += 1
                guard busy < Self.mostBusy else { return nil }
                continue
            }
            guard since <= item.since else {
                self.heap.insert(Item(since: since, connection: connection))
                continue
            }
            passedOver.append(item)
            return connection
        }
        return nil
    }
}
