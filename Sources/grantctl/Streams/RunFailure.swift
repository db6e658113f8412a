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
        let message = error.message.printable
        let place = error.field.isEmpty ? "" : "\(error.field.printable): "
        switch error.code {
        case .connectionFailed, .connectionLost, .unavailable:
            self = .unreachable("no daemon answers at \(address): \(message)")
        case .invalidRequest: self = .badInput(place + message)
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
