//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import GrantdService
package import NIOCore

extension GrantdServer {
    /// The address as people write it: `127.0.0.1:7843`, `[::1]:7843`.
    package static func text(of address: SocketAddress) -> String {
        let host = address.ipAddress ?? "?"
        let port = address.port ?? 0
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Why the address cannot be listened on, and what to do.
    ///
    /// - Parameters:
    ///   - hostOption: what the operator says to choose another host.
    ///   - portOption: what the operator says to choose another port.
    package static func explain(
        _ error: any Error,
        _ configuration: ServerConfiguration,
        hostOption: String = "--host",
        portOption: String = "--port"
    ) -> String {
        let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        let place = "\(host):\(configuration.port)"
        if let error = error as? IOError {
            switch error.errnoCode {
            case EADDRINUSE:
                return
                    "cannot listen on \(place): the port is in use; stop who uses it or choose another with \(portOption)"
            case EACCES, EPERM:
                return
                    "cannot listen on \(place): not allowed; ports below 1024 need a privilege, use \(portOption)"
            case EADDRNOTAVAIL:
                return
                    "cannot listen on \(place): this machine does not have that address; choose another with \(hostOption)"
            case EMFILE, ENFILE:
                return "cannot listen on \(place): no file descriptor is left; raise the limit on open files"
            default:
                return "cannot listen on \(place): \(String(cString: strerror(error.errnoCode)))"
            }
        }
        if error is SocketAddressError {
            return "cannot listen on \(place): no address of that name; give one with \(hostOption)"
        }
        return "cannot listen on \(place): \(error)"
    }
}

extension ServerConfiguration {
    /// Whether the host is this machine's own loopback address, which nobody else can reach.
    package var isLoopback: Bool {
        if self.host == "localhost" { return true }
        // Only what is an address: a name could lead anywhere. `ipAddress` is written by the system, in one form.
        guard let address = try? SocketAddress(ipAddress: self.host, port: 0).ipAddress else { return false }
        return address == "::1" || address.hasPrefix("127.")
    }

    /// Refuses an address that others can reach while nothing protects it.
    ///
    /// - Parameter isInsecure: whether the operator has said that this is meant.
    /// - Throws: `ServerStartError` with code `.exposure`.
    package func checkExposure(isInsecure: Bool) throws(ServerStartError) {
        if self.isLoopback || !self.tokens.isEmpty || self.tls != nil || isInsecure { return }
        throw ServerStartError(
            code: .exposure,
            message: "\(self.host) can be reached from other machines: give tokens with --token-file, "
                + "or a certificate with --tls-cert and --tls-key, or say --insecure if the network itself keeps strangers out"
        )
    }

    /// An event loop for each core.
    package static var threadsForAllCores: Int { max(1, System.coreCount) }
}
