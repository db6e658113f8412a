//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Logging
package import NIOSSL
internal import Synchronization

/// The files of the daemon's certificate and key, and what new connections are secured with.
///
/// TLS 1.2 and 1.3. ``reload(logger:)`` changes what the next connection gets; those that stand keep theirs.
package final class TLSSource: Sendable {
    /// Where the files are.
    package struct Paths: Sendable {
        /// The certificate and those that lead from it to its authority, in PEM.
        package var certificates: String
        /// The certificate's key, in PEM, without a passphrase.
        package var key: String
        /// The authorities of which every peer's certificate must come from one, in PEM; nil where none is asked for.
        package var clientAuthorities: String?

        package init(certificates: String, key: String, clientAuthorities: String? = nil) {
            self.certificates = certificates
            self.key = key
            self.clientAuthorities = clientAuthorities
        }
    }

    /// What a connection speaks inside TLS.
    package enum InnerProtocol: Sendable {
        /// Frames, or HTTP/1.1.
        case http1
        /// HTTP/2, that of gRPC.
        case http2
    }

    /// What the files held when they were last read.
    private struct Contexts {
        let http1: NIOSSLContext
        let http2: NIOSSLContext
    }

    private let paths: Paths
    private let current: Mutex<Contexts>

    /// Reads the files, and warns where others can read the key.
    ///
    /// - Throws: `ServerStartError` with code `.tls` where they are not as they should be, with code `.files` where one cannot
    ///   be read.
    package init(_ paths: Paths, logger: Logger) throws(ServerStartError) {
        self.paths = paths
        self.current = Mutex(try Self.read(paths, logger))
    }

    /// Reads the files anew, for the connections to come; files that are not as they should be change nothing.
    ///
    /// - Returns: whether they are as they should be.
    @discardableResult
    package func reload(logger: Logger) -> Bool {
        do throws(ServerStartError) {
            let contexts = try Self.read(self.paths, logger)
            self.current.withLock { $0 = contexts }
            logger.info("certificate loaded anew")
            return true
        } catch {
            logger.error(
                "certificate not loaded anew: the one served before stays",
                metadata: ["problem": "\(error.message)"]
            )
            return false
        }
    }

    /// What secures a new connection.
    package func makeHandler(for innerProtocol: InnerProtocol) -> NIOSSLServerHandler {
        let contexts = self.current.withLock { $0 }
        return switch innerProtocol {
        case .http1: NIOSSLServerHandler(context: contexts.http1)
        case .http2: NIOSSLServerHandler(context: contexts.http2)
        }
    }

    private static func read(_ paths: Paths, _ logger: Logger) throws(ServerStartError) -> Contexts {
        let certificates = try self.certificates(paths.certificates)
        let (keyBytes, isOpenToOthers) = try SmallFile.readSecret(paths.key)
        let authorities = try paths.clientAuthorities.map { path throws(ServerStartError) in try self.certificates(path)
        }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(bytes: keyBytes, format: .pem)
        } catch {
            throw ServerStartError(code: .tls, message: "\(paths.key) holds no private key in PEM without a passphrase")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: certificates.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        if let authorities {
            // A peer is known by whom its certificate is from; it has no name that could be compared.
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .certificates(authorities)
        }
        let contexts: Contexts
        do {
            // By the names that peers ask for (ALPN).
            configuration.applicationProtocols = ["http/1.1"]
            let http1 = try NIOSSLContext(configuration: configuration)
            configuration.applicationProtocols = ["grpc-exp", "h2"]
            contexts = Contexts(http1: http1, http2: try NIOSSLContext(configuration: configuration))
        } catch {
            throw ServerStartError(
                code: .tls,
                message: "\(paths.key) is not the key of the certificate in \(paths.certificates)"
            )
        }
        if isOpenToOthers {
            logger.warning(
                "others than its owner can read or write the key; chmod 600 keeps it to its owner",
                metadata: ["file": "\(paths.key)"]
            )
        }
        return contexts
    }

    private static func certificates(_ path: String) throws(ServerStartError) -> [NIOSSLCertificate] {
        let bytes = try SmallFile.read(path)
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes), !certificates.isEmpty else {
            throw ServerStartError(code: .tls, message: "\(path) holds no certificate in PEM")
        }
        return certificates
    }
}
