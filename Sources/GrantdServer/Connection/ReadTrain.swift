//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService

/// The reads of one connection that follow each other without a pause: all of them together have one turn.
///
/// A loop reads once from each connection in a round, except where a peer has closed its side: then NIO reads all that it has
/// sent, megabytes of it, before anybody else is served. What the turn does not serve waits in the input for a turn of its own.
struct ReadTrain {
    /// In nanoseconds. While others are served more time goes by than this, between two reads in a row less.
    static let pause: Int64 = 20_000

    /// When its turn began.
    private(set) var began: MonotonicTime
    private var ended: MonotonicTime

    init(now: MonotonicTime) {
        self.began = now
        self.ended = now
    }

    /// A read begins.
    mutating func readBegins(now: MonotonicTime) {
        if now.nanoseconds(since: self.ended) > Self.pause { self.began = now }
    }

    /// What was read is served, as far as the turn goes.
    mutating func readEnds(now: MonotonicTime) { self.ended = now }

    /// Others were served, and it has a turn of its own.
    mutating func turnBegins(now: MonotonicTime) { self.began = now }
}
