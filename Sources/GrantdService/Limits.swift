//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdEngine

/// Every bound the daemon keeps, so that no peer can make it hold, wait or compute without end.
///
/// Sizes are bytes. What goes beyond one of them is refused with 2004 (`RESOURCE_EXHAUSTED`) unless its comment
/// says otherwise.
package struct Limits: Sendable {
    /// The largest body of a request's frame (meta, payload and attachment). The default is 4 MiB.
    package var requestBytes = 4 << 20
    /// The same for what may be large: an auction, whose bids come all at once, and applications as columns. The default
    /// is 16 MiB.
    package var largeRequestBytes = 16 << 20
    /// Auctions of one connection that are being cleared or wait for it. The default is 2.
    package var auctionsOfConnection = 2
    /// The largest meta of a request's frame; a larger one ends the connection. The default is 64 KiB.
    package var metaBytes = 64 << 10
    /// The largest body that is read past, so that the call can be refused and the connection live on; a larger one
    /// ends the connection. The default is 64 MiB.
    package var skippedBytes = 64 << 20
    /// The largest payload of a reply. The default is 16 MiB.
    package var replyBytes = 16 << 20
    /// Connections at a time, and never more than the process may have open. For the next one the connection that has been
    /// without a call for longest is closed, or, where all have calls, the next one itself. The default is 1,024.
    package var connections = 1024
    /// The same for the connections of one peer address. The default, nil, is a quarter of ``connections``, but at least 16.
    package var connectionsPerPeer: Int?
    /// Calls of one connection that wait for their turn. The default is 256.
    package var callsWaiting = 256
    /// The memory of unsent replies at which the daemon stops reading from a connection; it reads on at half of it. The default
    /// is 1 MiB.
    package var unsentBytes = 1 << 20
    /// How long an unfinished frame may stay so before the connection is closed. The default is 10 s.
    package var unfinishedFrame: Duration = .seconds(10)
    /// How long a connection that is not read from may drain nothing before it is closed. The default is 10 s.
    package var stall: Duration = .seconds(10)
    /// How long a connection may be silent before it is closed. The default is 5 min.
    package var idle: Duration = .seconds(300)
    /// How long one connection's calls may keep the event loop, or a compute thread, before others have their turn. The
    /// default is 1 ms.
    package var turn: Duration = .milliseconds(1)
    /// The steps of a call (about a node of an expression evaluated each) after which it leaves the event loop that answers it and
    /// begins anew on a compute thread. The default is 16,384, which take less than 0.1 ms.
    package var stepsOnLoop = 16_384
    /// How long after such a call a connection's further ones begin on a compute thread, unless they are surely short. The default
    /// is 1 s.
    package var cooldown: Duration = .seconds(1)
    /// The sum of the requests of the costly calls that an event loop's connections wait for; beyond it the connection that
    /// holds most has its newest refused. The default is 64 MiB.
    package var waitingCallBytes = 64 << 20
    /// The sum of the replies to batches that grow beside each other; beyond it one is finished before others go on. The
    /// default is 64 MiB.
    package var growingReplyBytes = 64 << 20
    /// The sum of unfinished frames on an event loop. Beyond it connections are closed: strangers first, and of them and of
    /// the others those whose frame has been unfinished for longest. The default is 256 MiB.
    package var unfinishedBytes = 256 << 20
    /// The memory of unsent replies on an event loop beyond which the connections that hold most of it and take least are
    /// closed. The default is 256 MiB.
    package var totalUnsentBytes = 256 << 20
    /// Takes the place of ``unsentBytes`` while half of ``totalUnsentBytes`` is used, and has to be taken by a peer in
    /// ``stall``: those who do not read, or only a little, fill the other half slowly and are closed. The default is 64 KiB.
    package var crowdedUnsentBytes = 64 << 10
    /// Entries of one dry run: awards, what became of them, envelopes, and answers that its keys remember. The default is 1,000,000.
    package var dryRunEntries = 1_000_000
    /// What callers' words and the remembered answers take in them: ids, reasons, titles. The default is 256 MiB.
    package var dryRunBytes = 256 << 20
    /// The same of all dry runs together. The default is 2,000,000.
    package var allDryRunsEntries = 2_000_000
    /// The same of all dry runs together. The default is 512 MiB.
    package var allDryRunsBytes = 512 << 20
    /// Log lines on account of peers that an event loop writes in a second; the rest are counted. The default is 20.
    package var peerLogLines = 20
    /// Log lines a second, on each event loop, about calls that failed or took long; those beyond are counted. The default is 100.
    package var callLogLines = 100
    /// What bounds the work on a single call.
    package var engine = EngineLimits.defaults

    /// The defaults.
    package static let defaults = Limits()

    package init() {}

    /// The most bytes of a request for a method.
    package func largestRequest(_ method: Method) -> Int {
        method.entry.mayBeLarge ? max(self.requestBytes, self.largeRequestBytes) : self.requestBytes
    }
}
