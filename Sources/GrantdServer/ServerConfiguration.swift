//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdHTTP
package import GrantdService

/// How a server listens and what it demands of its callers.
package struct ServerConfiguration: Sendable {
    /// The address or name to listen on. The default is `127.0.0.1`.
    package var host = "127.0.0.1"
    /// The port to listen on; 0 takes a free one. The default is 7843.
    package var port = 7843
    /// The event loops, a thread each. The default is 1.
    package var threads = 1
    /// Connections that the kernel holds until they are accepted. The default is 512.
    package var backlog: Int32 = 512
    /// What every call must carry one of; empty asks for nothing. The default is empty.
    package var tokens = TokenSet()
    /// What every connection is secured with; nil leaves them plain. The default is nil.
    package var tls: TLSSource?
    /// Whether the daemon wants new work, as those are told who ask after its health; one for all servers of the daemon. The
    /// default is one of its own.
    package var readiness = Readiness()
    /// Calls that take this long are written to the log; nil for none. The default is 1 s.
    package var slowCall: Duration? = .seconds(1)
    /// What gathers the counters of all servers of the daemon; nil where the server is to have one of its own. The default is
    /// nil.
    package var monitor: Monitor?
    /// The book of awards, which all servers of the daemon share; nil where the server is to have one of its own, for dry runs
    /// alone. The default is nil.
    package var ledger: AwardLedger?
    /// Where decisions are written down, for all servers of the daemon; nil where they are not. The default is nil.
    package var decisionLog: (any DecisionLog)?
    /// Every bound of the daemon.
    package var limits = Limits.defaults
    /// What HTTP is served like.
    package var http = HTTPConfiguration()
    /// How long a stopping server may take to answer, to refuse and to take leave. The default is 10 s.
    package var gracePeriod: Duration = .seconds(10)
    /// How long a connection must be silent before a stopping server takes leave of it: calls that were on their
    /// way when it began to stop are still refused properly. The default is 100 ms.
    package var quietPeriod: Duration = .milliseconds(100)
    /// How long a stopping server waits for a peer to close its side. The default is 1 s.
    package var linger: Duration = .seconds(1)
    /// Where the server takes its time from. The default is the machine's monotonic clock.
    package var clock = ServerClock.system

    /// The defaults, of a daemon of its own.
    package static var defaults: ServerConfiguration { ServerConfiguration() }

    package init() {}
}
