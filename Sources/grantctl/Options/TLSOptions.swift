//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdClient
internal import GrantdInterview

/// Whether the daemon is spoken to over TLS, and with what.
struct TLSOptions: ParsableArguments {
    @Flag(
        help: .said(
            "以 TLS 连接；给出以下任何一项即为启用。",
            "Speak TLS; each of the options below implies it."
        )
    )
    var tls = false

    @Option(
        help: .said(
            "所信任的证书颁发机构，PEM 文件；默认用系统所信任的。",
            "The authorities to trust, a PEM file; by default the system's.",
            valueName: "file"
        )
    )
    var tlsCa: String?

    @Option(
        help: .said(
            "服务证书上应有的域名；默认为 --address 中的主机。",
            "The DNS name that the daemon's certificate must bear; by default the host of --address.",
            valueName: "name"
        )
    )
    var tlsServerName: String?

    @Option(
        help: .said(
            "向服务出示的证书，PEM 文件；服务以 --tls-client-ca 要求证书时使用。",
            "The certificate to show, a PEM file, where the daemon asks for one (--tls-client-ca).",
            valueName: "file"
        )
    )
    var tlsCert: String?

    @Option(
        help: .said("--tls-cert 的私钥，PEM 文件。", "The key of --tls-cert, a PEM file.", valueName: "file")
    )
    var tlsKey: String?

    func validate() throws {
        guard (self.tlsCert == nil) == (self.tlsKey == nil) else {
            throw ValidationError(
                Language.said("--tls-cert 与 --tls-key 须一并给出", "give --tls-cert and --tls-key together")
            )
        }
    }

    /// What to speak TLS with; `nil` where it is not asked for.
    func configuration() throws -> GrantdTLS? {
        guard
            self.tls || self.tlsCa != nil || self.tlsServerName != nil || self.tlsCert != nil
        else { return nil }
        var identity: GrantdTLS.Identity?
        if let certificate = self.tlsCert, let key = self.tlsKey {
            identity = GrantdTLS.Identity(certificates: .file(certificate), key: .file(key))
        }
        do {
            return try GrantdTLS(
                authorities: self.tlsCa.map { .file($0) },
                serverName: self.tlsServerName,
                identity: identity
            )
        } catch {
            throw RunFailure.badInput(error.toolMessage.printable)
        }
    }
}
