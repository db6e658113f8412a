//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import Logging

/// How a ``GrantdClient`` behaves.
public struct GrantdClientConfiguration: Sendable {
    /// Connections to the daemon, each made when it is first needed. The default is 1: one connection carries many
    /// calls at once. Scoring in bulk gains from as many as the daemon has threads.
    public var connections: Int
    /// How long a call may take, its retries included, where the call does not say. The default is 10 seconds.
    public var deadline: Duration
    /// How long one call of ``GrantdClient/score(_:options:batchSize:batchesInFlight:)`` or
    /// ``GrantdClient/award(_:run:envelope:orderBy:progress:each:)`` may take, its retries included: a batch is tried as often as
    /// that leaves time for. The default is 60 seconds.
    public var scoreDeadline: Duration
    /// How long one attempt to connect may take, the look-up of the name, all its addresses and the handshake of TLS
    /// included. The default is 5 seconds.
    public var connectTimeout: Duration
    /// How long a connection that owes an answer may go without making progress: a whole reply, or 1 KiB of one; while a
    /// request is still being sent, bytes that the daemon takes. Then it is left: closed, and what waits on it is tried
    /// again on a new one. What was asked and given up at its deadline is still owed, so a dead peer is found out by calls
    /// with short deadlines too. A connection that owes nothing may be silent for ever. The default is 5 seconds; 0 waits
    /// for ever.
    public var silenceTimeout: Duration
    /// Calls in flight on one connection; further calls wait for their turn. The default is 128, half of what the
    /// daemon lets wait on a connection.
    public var maximumCallsInFlight: Int
    /// The largest request that is sent, in bytes. The default is 4 MiB, the daemon's own limit.
    public var maximumRequestBytes: Int
    /// The largest ``GrantdClient/clearAuction(_:deadline:)`` request that is sent, in bytes, in place of
    /// ``maximumRequestBytes``: an auction's bids cannot be shared out over several calls. The default is 16 MiB, the
    /// daemon's own limit for that call.
    public var maximumAuctionRequestBytes: Int
    /// The largest reply that is accepted, in bytes: its header's own figure, looked at before the bytes come. The
    /// default is 16 MiB, the daemon's own limit.
    public var maximumReplyBytes: Int
    /// What to do when the daemon stops or a connection is lost.
    public var retry: Retry
    /// What the daemon's `--token-file` asks for; ``token(inFile:)`` reads such a file. The default is none.
    public var token: String?
    /// What connections are secured with, as the daemon's `--tls-cert` has it. The default is no TLS.
    public var tls: GrantdTLS?
    /// Told of connections made and lost; never of what is asked. The default tells nobody.
    public var logger: Logger

    /// The defaults of every property.
    public static let defaults = Self(
        connections: 1,
        deadline: .seconds(10),
        scoreDeadline: .seconds(60),
        connectTimeout: .seconds(5),
        silenceTimeout: .seconds(5),
        maximumCallsInFlight: 128,
        maximumRequestBytes: 4 * 1024 * 1024,
        maximumAuctionRequestBytes: 16 * 1024 * 1024,
        maximumReplyBytes: 16 * 1024 * 1024,
        retry: .defaults,
        token: nil,
        tls: nil,
        logger: Logger(label: "grantd.client", factory: { _ in SwiftLogNoOpLogHandler() })
    )

    /// When to try again. Every call may be repeated: what awards or settles has a key by which the daemon knows it again.
    public struct Retry: Hashable, Sendable {
        /// How often a call is tried in all; 1 never tries again. The default is 5. A batch of
        /// ``GrantdClient/score(_:options:batchSize:batchesInFlight:)`` is tried as often as
        /// ``GrantdClientConfiguration/scoreDeadline`` leaves time for, unless this is 1.
        public var attempts: Int
        /// The pause after the first failure of a connection. The default is 50 milliseconds.
        public var initialBackoff: Duration
        /// The longest pause; each failure in a row doubles the pause up to it. The default is 5 seconds.
        public var maximumBackoff: Duration
        /// How much of a pause chance may take away, in hundredths, so that many clients do not return at once. The
        /// default is 25.
        public var jitterPercent: Int

        /// The defaults of every property.
        public static let defaults = Self(
            attempts: 5,
            initialBackoff: .milliseconds(50),
            maximumBackoff: .seconds(5),
            jitterPercent: 25
        )
    }
}
