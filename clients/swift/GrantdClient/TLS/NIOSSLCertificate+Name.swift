//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOSSL

extension NIOSSLCertificate {
    /// Whether the certificate is one for a DNS name, as RFC 6125 has it: among its alternative names stands the name itself, or
    /// a `*` in place of its first label.
    ///
    /// NIOSSL is content with the address that was connected to, too, whatever name was asked for: who forges the answer to a
    /// look-up would need no more than a certificate of an own address.
    func bears(_ name: String) -> Bool {
        let wanted = Self.labels(name.utf8)
        return self._subjectAlternativeNames().contains { other in
            guard other.nameType == .dnsName else { return false }
            let labels = Self.labels(other.contents)
            guard labels.count == wanted.count, labels.count > 0 else { return false }
            if labels[0] == [UInt8(ascii: "*")] { return labels.count > 2 && labels.dropFirst() == wanted.dropFirst() }
            return labels == wanted
        }
    }

    /// A name's labels in small letters, without the dot that may end it.
    private static func labels(_ name: some Collection<UInt8>) -> [[UInt8]] {
        var labels = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map { label in
            label.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
        }
        if labels.last == [] { labels.removeLast() }
        return labels
    }
}
