//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import GRPCNIOTransportHTTP2Posix
    internal import GrantdServer
    internal import NIOCertificateReloading
    internal import NIOSSL

    /// Gives each new connection the certificate that is served at that moment.
    private struct Reloader: CertificateReloader {
        let source: TLSSource

        var sslContextConfigurationOverride: NIOSSLContextConfigurationOverride {
            let material = self.source.material
            var override = NIOSSLContextConfigurationOverride()
            override.certificateChain = material.certificates.map { .certificate($0) }
            override.privateKey = .privateKey(material.key)
            return override
        }
    }

    extension TLSSource {
        /// What the transport secures its connections with. The authorities of peers are those of the start: what the transport reads
        /// anew is the certificate and its key, and its callback for peers would replace the whole check of their chain.
        ///
        /// - Throws: where one of them cannot be written down for the transport.
        func transportSecurity() throws -> HTTP2ServerTransport.Posix.TransportSecurity {
            let authorities = try self.material.clientAuthorities?
                .map { TLSConfig.CertificateSource.bytes(try $0.toDERBytes(), format: .der) }
            return try .tls(certificateReloader: Reloader(source: self)) { configuration in
                guard let authorities else { return }
                configuration.clientCertificateVerification = .noHostnameVerification
                configuration.trustRoots = .certificates(authorities)
            }
        }
    }
#endif
