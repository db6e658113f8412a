//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
package import GrantdServer
internal import Logging

/// Certificates for `localhost` and their keys, good for a hundred years and for nothing but tests.
package enum TLSFiles {
    package struct Pair: Sendable {
        /// In PEM.
        package let certificate: String
        /// In PEM.
        package let key: String

        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    package static let first = Pair(
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIBmzCCAUGgAwIBAgIUPQkozY37FD4CSHT5ND9gZPw/8/owCgYIKoZIzj0EAwIw
            FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyOTAzNDAwN1oYDzIxMjYxMTA1
            MDM0MDA3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
            PQMBBwNCAAQsfBlcQ4g+eZGP1OMaG/a1x2X9ivRVQK63dPk9PkkkYgouYDLOWLZi
            gRv6ev/MNtqYvRPRZT8zQdrElLY7XdwJo28wbTAdBgNVHQ4EFgQUiZki8LkJbRZJ
            o+XsRQlUKXIijskwHwYDVR0jBBgwFoAUiZki8LkJbRZJo+XsRQlUKXIijskwDwYD
            VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
            zj0EAwIDSAAwRQIgVc5rLKgB0K/UWRKKjfLsaEm0EbJmpXnVEuNNcffeticCIQCl
            OdBNJV+gaO3pcnOfGqZ4y1za0SB/Ta2r19ssB9mVbg==
            -----END CERTIFICATE-----
            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgYmg6eLuh1OeJIxjV
            zILk4V85naXPKJ8NWi2ftFsRy4+hRANCAAQsfBlcQ4g+eZGP1OMaG/a1x2X9ivRV
            QK63dPk9PkkkYgouYDLOWLZigRv6ev/MNtqYvRPRZT8zQdrElLY7XdwJ
            -----END PRIVATE KEY-----
            """
    )
    package static let second = Pair(
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIBkjCCATmgAwIBAgIUW/6lPX6dopxBZRI+Us+4kyrLdxIwCgYIKoZIzj0EAwIw
            EDEOMAwGA1UEAwwFb3RoZXIwIBcNMjYxMTI5MDM0MDA3WhgPMjEyNjExMDUwMzQw
            MDdaMBAxDjAMBgNVBAMMBW90aGVyMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
            ea6NDFONx3CtKUWL5vfogCP+A/mTtiJ3tynRyg8P3f0ZiwKSkZ/QQQDnPFp/+egi
            1WtFxDJRFwwh+NqRdEGzg6NvMG0wHQYDVR0OBBYEFOdN7Viv2ui2h3WGcVA9TAHm
            K5QdMB8GA1UdIwQYMBaAFOdN7Viv2ui2h3WGcVA9TAHmK5QdMA8GA1UdEwEB/wQF
            MAMBAf8wGgYDVR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMAoGCCqGSM49BAMCA0cA
            MEQCIBSAdbQ3Ksne5a+wt0YCdbKmPOJPGUuQcWriYBdmZPPjAiBAIM6MRJQgpcE6
            zpt37EiHypLHNi//E88B8C38+HmY8w==
            -----END CERTIFICATE-----
            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQpIpdqYlQfGQUIEM
            cgh9FKI9BNY5IwuNiO5OHdZfJKShRANCAAR5ro0MU43HcK0pRYvm9+iAI/4D+ZO2
            Ine3KdHKDw/d/RmLApKRn9BBAOc8Wn/56CLVa0XEMlEXDCH42pF0QbOD
            -----END PRIVATE KEY-----
            """
    )

    /// It held until 2021.
    package static let expired = Pair(
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIBWTCB/6ADAgECAhR788PheQSxS+DaD9bLmm5vpVzt/jAKBggqhkjOPQQDAjAU
            MRIwEAYDVQQDDAlsb2NhbGhvc3QwHhcNMjAwMTAxMDAwMDAwWhcNMjEwMTAxMDAw
            MDAwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMB
            BwNCAAT/RdrapFogqQJYQVYzYXXQTuGTLVPLkgemCyFLDVlUJiz2k3q3EhnxfIi2
            NusoSH4h7Az445SH76aR9LkWV4vgoy8wLTAPBgNVHRMBAf8EBTADAQH/MBoGA1Ud
            EQQTMBGCCWxvY2FsaG9zdIcEfwAAATAKBggqhkjOPQQDAgNJADBGAiEA0ftS6zSd
            Jouml0v0kR5IkNmpRr5wZR0DaJg6cm2zgQQCIQCwuVUsgFlI0cH5K33OsdzOOKCZ
            BiFu7+mFVccpnbh8ww==
            -----END CERTIFICATE-----
            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgz/VVjd+kl8STKe6b
            LkKS6/eww+zxlC/0xOh3Lo/QQluhRANCAAT/RdrapFogqQJYQVYzYXXQTuGTLVPL
            kgemCyFLDVlUJiz2k3q3EhnxfIi2NusoSH4h7Az445SH76aR9LkWV4vg
            -----END PRIVATE KEY-----
            """
    )
    /// A certificate for `localhost`, 127.0.0.1, `*.grants.example` and `*.example`, in PEM.
    package static let wildcard = """
        -----BEGIN CERTIFICATE-----
        MIIBYjCCAQmgAwIBAgIUUq2TUAo0gpIFd3qall2MLGoYUbowCgYIKoZIzj0EAwIw
        EjEQMA4GA1UEAwwHZXhhbXBsZTAgFw0yNjAxMDEwMDAwMDBaGA8yMTI2MDEwMTAw
        MDAwMFowEjEQMA4GA1UEAwwHZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEH
        A0IABHBaWFqJ+f6Z2ERmNrP0aZH+CID/AzSjMN2NJiQq7G1Rl3cojKjuoW0NPX2m
        g0AadOW2800DOFN7MtzKwIMh01ajOzA5MDcGA1UdEQQwMC6CCWxvY2FsaG9zdIIQ
        Ki5ncmFudHMuZXhhbXBsZYIJKi5leGFtcGxlhwR/AAABMAoGCCqGSM49BAMCA0cA
        MEQCIFI/NuYNxbpWpWOz3PIPUC3M8oIWTYEfAXP8FryQA7eqAiBBJyk7+BJTchQY
        SQwZMtc6zpOZ/XyWdKrecCjPTIRRjA==
        -----END CERTIFICATE-----
        """

    /// Writes a pair to a directory, as `cert.pem` and `key.pem`, for a server to be secured with.
    ///
    /// - Parameter asksForClients: whether every peer must show a certificate of the same authority.
    package static func source(
        _ directory: String,
        _ pair: Pair,
        asksForClients: Bool = false
    ) throws -> TLSSource {
        try self.write(pair.certificate, to: directory + "/cert.pem")
        try self.write(pair.key, to: directory + "/key.pem")
        return try TLSSource(
            TLSSource.Paths(
                certificates: directory + "/cert.pem",
                key: directory + "/key.pem",
                clientAuthorities: asksForClients ? directory + "/cert.pem" : nil
            ),
            logger: Logger(label: "tls") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Makes a directory for as long as `body` runs.
    package static func withDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        return try await body(directory.path)
    }

    package static func write(_ text: String, to path: String) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
}
