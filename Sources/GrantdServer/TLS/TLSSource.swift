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

    /// What the files hold.
    package struct Material: Sendable {
        package let certificates: [NIOSSLCertificate]
        package let key: NIOSSLPrivateKey
        package let clientAuthorities: [NIOSSLCertificate]?
        fileprivate let context: NIOSSLContext
    }

    private let paths: Paths
    private let current: Mutex<Material>

    /// Reads the files, and warns where others can read the key.
    ///
    /// - Throws: `ServerStartError` with code `.tls` where they are not as they should be, with code `.files` where one cannot
    ///   be read.
    package init(_ paths: Paths, logger: Logger) throws(ServerStartError) {
        self.paths = paths
        self.current = Mutex(try Self.read(paths, logger))
    }

    /// Reads the files anew, for the connections to come; files that are not as they should be change nothing.
    package func reload(logger: Logger) {
        do throws(ServerStartError) {
            let material = try Self.read(self.paths, logger)
            self.current.withLock { $0 = material }
            logger.info("certificate loaded anew")
        } catch {
            logger.error(
                "certificate not loaded anew: the one served before stays",
                metadata: ["problem": "\(error.message)"]
            )
        }
    }

    /// What is served at this moment.
    package var material: Material { self.current.withLock { $0 } }

    /// What secures a new connection.
    func makeHandler() -> NIOSSLServerHandler { NIOSSLServerHandler(context: self.material.context) }

    private static func read(_ paths: Paths, _ logger: Logger) throws(ServerStartError) -> Material {
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
        configuration.applicationProtocols = ["http/1.1"]
        if let authorities {
            // A peer is known by whom its certificate is from; it has no name that could be compared.
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .certificates(authorities)
        }
        let context: NIOSSLContext
        do {
            context = try NIOSSLContext(configuration: configuration)
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
        return Material(certificates: certificates, key: key, clientAuthorities: authorities, context: context)
    }

    private static func certificates(_ path: String) throws(ServerStartError) -> [NIOSSLCertificate] {
        let bytes = try SmallFile.read(path)
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes), !certificates.isEmpty else {
            throw ServerStartError(code: .tls, message: "\(path) holds no certificate in PEM")
        }
        return certificates
    }
}
