//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Where a daemon listens.
public struct GrantdAddress: Hashable, Sendable {
    /// A host name, an IPv4 address, or an IPv6 address without brackets.
    public var host: String
    /// The TCP port.
    public var port: Int

    /// The address that a daemon without options listens on, `127.0.0.1:7843`.
    public static let standard = Self(host: "127.0.0.1", port: 7843)

    /// Makes an address.
    ///
    /// - Parameters:
    ///   - host: A host name, an IPv4 address, or an IPv6 address without brackets.
    ///   - port: The TCP port; 7843 by default.
    public init(host: String, port: Int = 7843) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`, `HOST`, `[IPV6]:PORT` or `[IPV6]`; a port that is left out is 7843.
    ///
    /// - Parameter text: What a person wrote.
    /// - Returns: `nil` where it is no address.
    public init?(_ text: some StringProtocol) {
        let text = Substring(text)
        let host: Substring
        let rest: Substring
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            rest = text[text.index(after: end)...]
            guard host.contains(":") else { return nil }
        } else {
            let colon = text.firstIndex(of: ":") ?? text.endIndex
            host = text[..<colon]
            rest = text[colon...]
        }
        guard !host.isEmpty, !host.contains(where: \.isWhitespace) else { return nil }
        if rest.isEmpty {
            self.init(host: String(host))
        } else {
            let digits = rest.dropFirst()
            guard rest.first == ":", digits.allSatisfy(\.isASCII), digits.first != "+",
                let port = Int(digits), (1...65_535).contains(port)
            else { return nil }
            self.init(host: String(host), port: port)
        }
    }
}

extension GrantdAddress: CustomStringConvertible {
    /// `HOST:PORT`, an IPv6 address in brackets.
    public var description: String {
        self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)"
    }
}
