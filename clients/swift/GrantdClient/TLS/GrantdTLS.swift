//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import FoundationEssentials
package import NIOCore
internal import NIOPosix
internal import NIOSSL

/// What a ``GrantdClient`` secures its connections with: TLS 1.2 or 1.3, the daemon's certificate checked.
///
/// Files are read once, when the value is made.
public struct GrantdTLS: Sendable {
    /// Certificates, or a key, in PEM.
    public struct PEM: Sendable {
        enum Place {
            case file(String)
            case text(String)
        }

        let place: Place

        /// What a file holds.
        ///
        /// - Parameter path: The file's path.
        public static func file(_ path: String) -> Self { Self(place: .file(path)) }
        /// What a text holds.
        ///
        /// - Parameter text: The PEM itself.
        public static func text(_ text: String) -> Self { Self(place: .text(text)) }
    }

    /// What a client shows to a daemon that asks for a certificate (`--tls-client-ca`).
    public struct Identity: Sendable {
        /// The certificate, followed by those that lead from it to its authority.
        public var certificates: PEM
        /// The certificate's key, without a passphrase.
        public var key: PEM

        /// Makes an identity.
        ///
        /// - Parameters:
        ///   - certificates: The certificate, followed by those that lead from it to its authority.
        ///   - key: The certificate's key, without a passphrase.
        public init(certificates: PEM, key: PEM) {
            self.certificates = certificates
            self.key = key
        }
    }

    /// The name that the daemon's certificate must bear; `nil` for the address's host.
    public let serverName: String?
    private let context: NIOSSLContext

    /// How long a connection that is closed waits for the peer's own farewell.
    private static let shutdownTimeout = TimeAmount.milliseconds(500)

    /// Reads what is given.
    ///
    /// - Parameters:
    ///   - authorities: The authorities that are trusted; by default the system's.
    ///   - serverName: The DNS name that the daemon's certificate must bear; by default the address's host, which may be an
    ///     IP address too.
    ///   - identity: What is shown to a daemon that asks for a certificate; by default nothing.
    /// - Throws: ``GrantdClientError/Code/invalidTLS``, with the file and what it should hold, or with what the name should be.
    public init(
        authorities: PEM? = nil,
        serverName: String? = nil,
        identity: Identity? = nil
    ) throws(GrantdClientError) {
        if let serverName { try Self.checkName(serverName) }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.shutdownTimeout = Self.shutdownTimeout
        if let authorities { configuration.trustRoots = .certificates(try authorities.certificates()) }
        if let identity {
            configuration.certificateChain = try identity.certificates.certificates().map { .certificate($0) }
            configuration.privateKey = .privateKey(try identity.key.key())
        }
        self.serverName = serverName
        do {
            self.context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw .invalidTLS(identity.map { .otherKey($0.key.name, $0.certificates.name) } ?? .noAuthorities)
        }
    }

    /// Puts TLS at the front of a channel that is being made; call it on the channel's loop.
    ///
    /// - Parameter host: What is connected to.
    package func secure(_ channel: any Channel, host: String) throws {
        let name = self.serverName ?? host
        // Without a name the certificate must bear the address that was connected to.
        let serverName = Self.isAddress(name) ? nil : name
        let handler = try NIOSSLClientHandler(context: self.context, serverHostname: serverName)
        let handshake = HandshakeHandler(host: host, serverName: serverName, done: channel.eventLoop.makePromise())
        try channel.pipeline.syncOperations.addHandlers(handler, handshake)
    }

    /// Ends when TLS stands on a channel that ``secure(_:host:)`` was called with; call it on the channel's loop.
    ///
    /// - Parameter deadline: When to give up and to close the channel.
    /// - Returns: The channel; fails with a ``TLSFault``, the channel closed.
    package static func handshake(of channel: any Channel, deadline: NIODeadline) -> EventLoopFuture<any Channel> {
        let handshake: HandshakeHandler
        do {
            handshake = try channel.pipeline.syncOperations.handler(type: HandshakeHandler.self)
        } catch {
            // It ended before it was asked for.
            return channel.eventLoop.makeFailedFuture(TLSFault.ended)
        }
        let timer = channel.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { handshake.giveUp() }
        return handshake.done.futureResult.assumeIsolated()
            .map {
                timer.cancel()
                channel.pipeline.syncOperations.removeHandler(handshake, promise: nil)
                return channel
            }
            .flatMapErrorThrowing { error in
                timer.cancel()
                Self.closeAtOnce(channel)
                throw error
            }
            .nonisolated()
    }

    /// Closes a channel without a farewell, whose answer would have to be waited for: for peers that do not behave.
    ///
    /// - Parameter channel: One with TLS or without; call it on its loop.
    package static func closeAtOnce(_ channel: any Channel) {
        guard let front = try? channel.pipeline.syncOperations.context(handlerType: NIOSSLClientHandler.self) else {
            return channel.close(promise: nil)
        }
        front.close(promise: nil)
    }

    private static func isAddress(_ name: String) -> Bool {
        (try? SocketAddress(ipAddress: name, port: 0)) != nil
    }

    private static func checkName(_ name: String) throws(GrantdClientError) {
        let isName =
            (1...255).contains(name.utf8.count) && !name.hasPrefix(".")
            && name.utf8.allSatisfy { (0x21...0x7e).contains($0) } && !Self.isAddress(name)
        guard isName else { throw .invalidTLS(.badName) }
    }
}

extension GrantdTLS.PEM {
    /// What it is called in messages.
    fileprivate var name: String {
        switch self.place {
        case .file(let path): path
        case .text: "the text that was given"
        }
    }

    private func bytes() throws(GrantdClientError) -> [UInt8] {
        switch self.place {
        case .text(let text): return Array(text.utf8)
        case .file(let path):
            guard let data = try? Data(contentsOf: URL(filePath: path)) else { throw .invalidTLS(.unreadable(path)) }
            return Array(data)
        }
    }

    fileprivate func certificates() throws(GrantdClientError) -> [NIOSSLCertificate] {
        let bytes = try self.bytes()
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes), !certificates.isEmpty else {
            throw .invalidTLS(.noCertificate(self.name))
        }
        return certificates
    }

    fileprivate func key() throws(GrantdClientError) -> NIOSSLPrivateKey {
        let bytes = try self.bytes()
        guard let key = try? NIOSSLPrivateKey(bytes: bytes, format: .pem) else { throw .invalidTLS(.noKey(self.name)) }
        return key
    }
}
