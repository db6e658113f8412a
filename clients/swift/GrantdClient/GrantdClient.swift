//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

@_exported public import GrantdMessages
public import NIOCore
public import NIOPosix

/// Asks a grantd daemon, over connections that it makes, shares between calls, and makes again when they are lost.
///
/// A client is safe to use from many tasks at once; one for a whole program is enough. Call ``shutdown()`` when done,
/// or let ``withGrantdClient(address:configuration:eventLoopGroup:_:)`` do so.
public final class GrantdClient: Sendable {
    /// Where the daemon listens.
    public let address: GrantdAddress
    /// How the client behaves.
    public let configuration: GrantdClientConfiguration
    let pool: ConnectionPool
    /// Told what each answered call is known by; nil where nobody asks.
    private let hashes: RequestHashNote?

    /// Makes a client. Nothing is connected before the first call.
    ///
    /// - Parameters:
    ///   - address: Where the daemon listens; `127.0.0.1:7843` by default.
    ///   - configuration: How the client behaves; ``GrantdClientConfiguration/defaults`` by default.
    ///   - eventLoopGroup: Where the connections run; NIO's own group by default.
    public convenience init(
        address: GrantdAddress = .standard,
        configuration: GrantdClientConfiguration = .defaults,
        eventLoopGroup: any EventLoopGroup = .singletonMultiThreadedEventLoopGroup
    ) {
        self.init(
            address: address,
            configuration: configuration,
            eventLoopGroup: eventLoopGroup,
            connector: .sockets(to: address, timeout: configuration.connectTimeout, tls: configuration.tls)
        )
    }

    /// Makes a client. Nothing is connected before the first call.
    ///
    /// - Parameters:
    ///   - host: A host name or an IP address, IPv6 without brackets.
    ///   - port: The daemon's port; 7843 by default.
    ///   - configuration: How the client behaves; ``GrantdClientConfiguration/defaults`` by default.
    public convenience init(
        host: String,
        port: Int = 7843,
        configuration: GrantdClientConfiguration = .defaults
    ) {
        self.init(address: GrantdAddress(host: host, port: port), configuration: configuration)
    }

    init(
        address: GrantdAddress,
        configuration: GrantdClientConfiguration,
        eventLoopGroup: any EventLoopGroup,
        connector: Connector
    ) {
        self.address = address
        self.configuration = configuration
        self.pool = ConnectionPool(group: eventLoopGroup, connector: connector, configuration: configuration)
        self.hashes = nil
    }

    /// Makes a client that has another one's connections, and notes the hashes of its requests.
    init(sharing other: GrantdClient, noting hashes: RequestHashNote) {
        self.address = other.address
        self.configuration = other.configuration
        self.pool = other.pool
        self.hashes = hashes
    }

    /// Closes the connections for good. Calls under way, and later ones, fail with
    /// ``GrantdClientError/Code/shutDown``.
    public func shutdown() async {
        await self.pool.shutdown()
    }

    /// What the client's connections have seen so far.
    public func statistics() async -> GrantdClientStatistics {
        let counters = await self.pool.counters()
        return GrantdClientStatistics(
            connectionsMade: counters.connects,
            lateReplies: counters.lateReplies,
            unknownReplies: counters.unknownReplies
        )
    }

    /// Makes a call with an encoded request, and returns the encoded answer.
    ///
    /// - Parameters:
    ///   - method: What to call.
    ///   - payload: The serialized request message.
    ///   - deadline: How long it may take; the configuration's by default.
    ///   - isPatient: Try as often as the deadline leaves time for.
    /// - Returns: The serialized answer, of at most ``ReplyContents/mostEntries`` entries.
    package func call(
        _ method: GrantdMethod,
        payload: ByteBuffer,
        deadline: Duration? = nil,
        isPatient: Bool = false
    ) async throws(GrantdClientError) -> ByteBuffer {
        let limit = self.configuration.maximumBytes(of: method)
        guard payload.readableBytes <= limit else {
            throw GrantdClientError(
                code: .limitExceeded,
                message: """
                    the request has \(payload.readableBytes) bytes, more than the \(limit) allowed; \
                    \(method == .evaluateBatch || method == .awardBatch ? "send fewer applications in one call" : "shorten its lists and texts")
                    """
            )
        }
        let answered = try await self.pool.call(
            Request(method: method, payload: payload),
            deadline: deadline ?? self.configuration.deadline,
            isPatient: isPatient
        )
        self.hashes?.note(answered.requestHash)
        try ReplyContents.check(answered.payload, of: method)
        return answered.payload
    }
}

extension GrantdClientConfiguration {
    /// The largest request of a method that is sent.
    fileprivate func maximumBytes(of method: GrantdMethod) -> Int {
        method == .clearAuction ? self.maximumAuctionRequestBytes : self.maximumRequestBytes
    }
}

/// What a client's connections have seen.
public struct GrantdClientStatistics: Hashable, Sendable {
    /// Connections made, the first ones and those after a loss.
    public let connectionsMade: Int
    /// Replies to calls that had been given up: past their deadline, or cancelled.
    public let lateReplies: Int
    /// Replies to calls that were never made. More than none means that the peer is at fault.
    public let unknownReplies: Int
}

/// Makes a client, hands it to the body, and shuts it down when the body is done, whatever its end.
///
/// - Parameters:
///   - address: Where the daemon listens; `127.0.0.1:7843` by default.
///   - configuration: How the client behaves; ``GrantdClientConfiguration/defaults`` by default.
///   - eventLoopGroup: Where the connections run; NIO's own group by default.
///   - body: What to do with the client.
/// - Returns: What the body returns.
/// - Throws: What the body throws, and nothing else.
public func withGrantdClient<Value, Failure: Error>(
    address: GrantdAddress = .standard,
    configuration: GrantdClientConfiguration = .defaults,
    eventLoopGroup: any EventLoopGroup = .singletonMultiThreadedEventLoopGroup,
    _ body: (GrantdClient) async throws(Failure) -> Value
) async throws(Failure) -> Value {
    let client = GrantdClient(address: address, configuration: configuration, eventLoopGroup: eventLoopGroup)
    do {
        let result = try await body(client)
        await client.shutdown()
        return result
    } catch {
        await client.shutdown()
        throw error
    }
}
