//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser

/// `HOST:PORT` on the command line; a host with colons stands in brackets.
struct ListenAddress: ExpressibleByArgument, Equatable {
    /// Without brackets.
    let host: String
    let port: Int

    init?(argument: String) {
        guard let colon = argument.lastIndex(of: ":"), let port = UInt16(argument[argument.index(after: colon)...])
        else {
            return nil
        }
        let host = argument[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            self.host = String(host.dropFirst().dropLast())
        } else {
            guard !host.contains(":") else { return nil }
            self.host = String(host)
        }
        guard !self.host.isEmpty else { return nil }
        self.port = Int(port)
    }
}
