//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdClient

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
        case .connectionFailed, .connectionLost, .unavailable:
            self = .unreachable("no daemon answers at \(address): \(message)")
        case .invalidRequest: self = .badInput(place + message)
        case .limitExceeded where error.isOfInput: self = .badInput(place + message)
        case .replyTooLarge: self = .other(message)
        case .unauthenticated: self = .other("\(message); give a file with the daemon's token as --token-file")
        default: self = .other("\(place)\(message) (\(error.code))")
        }
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

    /// The message for those who use the tool, who cannot set what a program that uses the client can.
    var toolMessage: String {
        self.code == .replyTooLarge
            ? "the answer is larger than this tool reads; ask for less in one call" : self.message
    }
}
