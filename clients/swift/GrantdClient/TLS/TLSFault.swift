//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import NIOCore
internal import NIOSSL

/// What is wrong between both ends of a connection over TLS.
package enum TLSFault: Error, Hashable {
    /// The peer's certificate is of no authority that is trusted.
    case untrusted
    /// The peer's certificate has expired.
    case expired
    /// The peer's certificate does not hold yet.
    case early
    /// The peer's certificate does not bear the name, or the address.
    case otherName(String)
    /// The peer answers, and not with TLS.
    case plain
    /// The peer speaks TLS only, and this end did not.
    case asked
    /// The peer closed the connection in the middle of the handshake.
    case ended
    /// The handshake was not done in time.
    case late
    /// The peer refuses what this end shows of itself: the alert, in its own words.
    case refused(String)
    /// Anything else, in the library's words.
    case other(String)

    /// - Parameters:
    ///   - error: What a handshake ended with.
    ///   - name: What the peer's certificate must bear.
    ///   - certificate: What the peer showed, where it came to that.
    init(ofHandshake error: any Error, name: String, certificate: NIOSSLCertificate?) {
        if let error = error as? NIOSSLExtraError, error == .failedToValidateHostname {
            self = .otherName(name)
        } else if let fault = Self(error) {
            guard fault == .untrusted, let certificate else {
                self = fault
                return
            }
            let now = time(nil)
            self = certificate.notValidAfter < now ? .expired : certificate.notValidBefore > now ? .early : .untrusted
        } else if let error = error as? NIOSSLError, case .handshakeFailed(.sslError(let stack)) = error {
            self = stack.contains(.eofDuringHandshake) ? .ended : .other(Self.reasons(stack))
        } else if error is ChannelError || error is IOError || error as? NIOSSLError == .uncleanShutdown {
            self = .ended
        } else {
            self = .other("\(error)")
        }
    }

    /// What the peer's alert or its bytes say; `nil` for an error that neither is behind.
    ///
    /// - Parameter error: What a connection over TLS ended with, its handshake done or not.
    package init?(_ error: any Error) {
        let inner = (error as? NIOSSLError).flatMap { if case .handshakeFailed(let inner) = $0 { inner } else { nil } }
        guard case .sslError(let stack)? = inner ?? error as? BoringSSLError else { return nil }
        let reasons = Self.reasons(stack)
        // BoringSSL names a reason by its constant; there is no other way to tell one from another.
        if reasons.contains("CERTIFICATE_VERIFY_FAILED") {
            self = .untrusted
        } else if let alert = reasons.split(separator: " ").first(where: { $0.contains("ALERT_") }) {
            let name = alert.split(separator: "_").drop { $0 != "ALERT" }.dropFirst()
            self = .refused(name.joined(separator: " ").lowercased())
        } else if Self.ofPlainBytes.contains(where: reasons.contains) {
            self = .plain
        } else {
            return nil
        }
    }

    /// What is said of bytes that are no record of TLS.
    private static let ofPlainBytes = [
        "WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "INVALID_SSL_RECORD", "BAD_PACKET_LENGTH",
        "ENCRYPTED_LENGTH_TOO_LONG",
    ]

    /// The names of an error's reasons, without where in the library they were found.
    private static func reasons(_ stack: NIOBoringSSLErrorStack) -> String {
        stack.map { error in
            let text = error.description.split(separator: " at ", maxSplits: 1)[0]
            return String(text.split(separator: ":").last ?? text).trimmingPrefix { $0 == " " }
        }
        .joined(separator: " ")
    }
}

extension TLSFault: CustomStringConvertible {
    /// The fault in words, and what to do.
    package var description: String {
        switch self {
        case .untrusted:
            "TLS: the daemon's certificate is of no authority that is trusted; give the certificate of its authority"
        case .expired: "TLS: the daemon's certificate has expired; the daemon needs a new one"
        case .early: "TLS: the daemon's certificate does not hold yet; look at the clocks of both ends"
        case .otherName(let name):
            "TLS: the daemon's certificate does not bear \(name); give the server name that it bears"
        case .plain: "the peer does not speak TLS; see that the address is right, or leave TLS out"
        case .asked: "the peer speaks TLS only; configure TLS"
        case .ended: "the peer ended the TLS handshake; it may not speak TLS"
        case .late: "no TLS handshake in time; the peer may not speak TLS"
        case .refused(let alert):
            """
            TLS: the daemon refuses this end (\(alert)); where it asks for certificates, give one of the authority that it \
            trusts
            """
        case .other(let text): "TLS: \(text)"
        }
    }
}
