//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdClient
internal import GrantdInterview

extension GrantdClientError {
    /// What is wrong with TLS, where that is why there was no answer.
    var tlsFault: TLSFault? {
        self.cause as? TLSFault ?? (self.cause as? GrantdClientError)?.tlsFault
    }
}

extension TLSFault {
    /// The fault in the language of this run, with the options of this tool.
    var said: String {
        switch self {
        case .untrusted:
            Language.said(
                "TLS：服务的证书不是所信任的机构颁发的；请以 --tls-ca 给出其颁发机构的证书",
                "TLS: the daemon's certificate is of no authority that is trusted; give that of its authority as --tls-ca"
            )
        case .expired: Language.said("TLS：服务的证书已过期；服务须换新证书", self.description)
        case .early: Language.said("TLS：服务的证书尚未生效；请核对两端的时钟", self.description)
        case .otherName(let name):
            Language.said(
                "TLS：服务的证书上没有 \(name)；请以 --tls-server-name 给出证书上的域名",
                "TLS: the daemon's certificate does not bear \(name); give the name that it bears as --tls-server-name"
            )
        case .plain:
            Language.said(
                "对方不用 TLS；请核对地址，或去掉 --tls 各项",
                "the peer does not speak TLS; see that the address is right, or leave the --tls options out"
            )
        case .asked:
            Language.said(
                "对方只用 TLS；请加上 --tls，或以 --tls-ca 给出其颁发机构的证书",
                "the peer speaks TLS only; give --tls, or the certificate of its authority as --tls-ca"
            )
        case .ended: Language.said("对方中断了 TLS 握手，可能不用 TLS", self.description)
        case .late: Language.said("TLS 握手未在时限内完成，对方可能不用 TLS", self.description)
        case .refused(let alert):
            Language.said(
                "TLS：服务拒绝了本端（\(alert)）；服务若要求证书，请以 --tls-cert 与 --tls-key 给出其信任的机构所颁发的证书",
                """
                TLS: the daemon refuses this end (\(alert)); where it asks for certificates, give one of the authority that \
                it trusts as --tls-cert and --tls-key
                """
            )
        case .other(let text): Language.said("TLS：\(text)", self.description)
        }
    }
}

extension TLSSetupFault {
    /// The fault in the language of this run.
    var said: String {
        let zh =
            switch self {
            case .unreadable(let file): "无法读取 \(file)"
            case .noCertificate(let file): "\(file) 中没有 PEM 格式的证书"
            case .noKey(let file): "\(file) 中没有 PEM 格式且无口令的私钥"
            case .otherKey(let key, let certificate): "\(key) 不是 \(certificate) 中证书的私钥"
            case .noAuthorities: "所信任的机构无法载入"
            case .badName: "--tls-server-name 须为域名，如 grants.example；IP 地址只能在作为 --address 的主机时核对"
            }
        return Language.said(zh, self.description)
    }
}
