//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why TLS cannot be spoken with what was given; files are named as they were given.
package enum TLSSetupFault: Error, Hashable {
    /// The file cannot be read.
    case unreadable(String)
    /// No certificate in PEM.
    case noCertificate(String)
    /// No private key in PEM without a passphrase.
    case noKey(String)
    /// The first is not the key of the second's certificate.
    case otherKey(String, String)
    /// The authorities cannot be loaded.
    case noAuthorities
    /// The server name is no DNS name.
    case badName
}

extension TLSSetupFault: CustomStringConvertible {
    /// The fault in words, and what would be right.
    package var description: String {
        switch self {
        case .unreadable(let file): "\(file) cannot be read"
        case .noCertificate(let file): "\(file) holds no certificate in PEM"
        case .noKey(let file): "\(file) holds no private key in PEM without a passphrase"
        case .otherKey(let key, let certificate): "\(key) is not the key of the certificate in \(certificate)"
        case .noAuthorities: "the authorities that are trusted cannot be loaded"
        case .badName:
            """
            the server name of TLS must be a DNS name, as grants.example; an IP address is checked where it is the host \
            that is connected to
            """
        }
    }
}

extension GrantdClientError {
    static func invalidTLS(_ fault: TLSSetupFault) -> Self {
        Self(code: .invalidTLS, message: fault.description, cause: fault)
    }
}
