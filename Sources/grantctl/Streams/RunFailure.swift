//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdClient
internal import GrantdInterview

/// Why the tool ends without having done all that it was asked, as a person is told and as a script sees it.
enum RunFailure: Error {
    /// 64: the command line asks for nothing that there is.
    case usage(String)
    /// 65: what was read is no request, or no policy.
    case badInput(String)
    /// 69: nobody answers at the address.
    case unreachable(String)
    /// 1: anything else.
    case other(String)
    /// The reason has been told already.
    case told(ExitCode)

    /// What a failed call comes to.
    init(_ error: GrantdClientError, address: GrantdAddress) {
        let message = error.toolMessage.printable
        let place = error.field.isEmpty ? "" : "\(error.field.printable): "
        switch error.code {
        case .invalidTLS: self = .badInput(message)
        case .connectionFailed, .connectionLost, .unavailable: self = .noAnswer(address, message)
        case .deadlineExceeded where error.isAfterLoss: self = .noAnswer(address, message)
        case .invalidRequest: self = .badInput(place + message)
        case .limitExceeded where error.isOfInput: self = .badInput(place + message)
        case .replyTooLarge: self = .other(message)
        case .unauthenticated:
            self = .other(
                Language.said(
                    "\(message)；请以 --token-file 给出存有服务令牌的文件",
                    "\(message); give a file with the daemon's token as --token-file"
                )
            )
        default: self = .other("\(place)\(message) (\(error.code))")
        }
    }

    private static func noAnswer(_ address: GrantdAddress, _ message: String) -> Self {
        .unreachable(Language.said("\(address) 无服务应答：\(message)", "no daemon answers at \(address): \(message)"))
    }

    var exitCode: ExitCode {
        switch self {
        case .usage: ExitCode(64)
        case .badInput: ExitCode(65)
        case .unreachable: ExitCode(69)
        case .other: ExitCode(1)
        case .told(let code): code
        }
    }

    /// What to say, if it has not been said.
    var message: String? {
        switch self {
        case .usage(let text), .badInput(let text), .unreachable(let text), .other(let text): text
        case .told: nil
        }
    }
}

extension GrantdClientError {
    /// Whether what was read is to blame, over a limit included, rather than what the daemon has to do at the moment: a
    /// list that is too long is named by its field, and of a request that is too large both ends say so.
    var isOfInput: Bool {
        switch self.code {
        case .invalidRequest: true
        case .limitExceeded: !self.field.isEmpty || self.message.hasPrefix("the request")
        default: false
        }
    }

    /// Whether the time ran out while a daemon that could not be reached was tried again.
    var isAfterLoss: Bool { self.cause is GrantdClientError }

    /// The message for those who use the tool, who cannot set what a program that uses the client can; what the client
    /// says by itself in the language of this run, and what the daemon says of a request.
    var toolMessage: String {
        if let fault = self.tlsFault { return fault.said }
        if let fault = self.cause as? TLSSetupFault { return fault.said }
        return switch self.code {
        case .replyTooLarge:
            Language.said(
                "答复超出本工具可读的大小；请减少一次的请求量",
                "the answer is larger than this tool reads; ask for less in one call"
            )
        case .connectionFailed: Language.said("无法连接；请确认服务已启动、地址无误", self.message)
        case .connectionLost: Language.said("连接在得到答复前中断", self.message)
        case .deadlineExceeded where self.isAfterLoss: Language.said("在时限内未能连上", self.message)
        case .deadlineExceeded: Language.said("未在时限内得到答复；请加大 --timeout，或减少一次的请求量", self.message)
        case .invalidReply: Language.said("答复不合协议，对方可能不是 grantd", self.message)
        case .limitExceeded where self.message.hasPrefix("the request has"):
            Language.said("请求超出大小限制；请减少清单与文字", self.message)
        case .invalidRequest, .limitExceeded:
            Language.said(DaemonWords.chinese(self.message), self.message)
        default: Language.said(DaemonWords.known(self.message) ?? self.message, self.message)
        }
    }
}
