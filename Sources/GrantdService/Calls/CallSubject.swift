//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How a call came in.
package enum CallTransport: Int, Sendable, Hashable, CaseIterable {
    case frames
    case http
    case grpc

    /// As the labels of counters and the log have it.
    package var name: String {
        switch self {
        case .frames: "frames"
        case .http: "http"
        case .grpc: "grpc"
        }
    }
}

/// What a call is counted by: its transport, its method, its caller. Small enough to be handed on beside every call.
package struct CallSubject: Sendable, Hashable {
    /// The transport's and the method's place among all pairs of them.
    let cell: UInt16
    /// Who called.
    package let caller: Caller.Number

    /// A call.
    ///
    /// - Parameter method: what was asked for; nil where that is not known, or is nothing that is served.
    @inline(__always)
    package init(_ transport: CallTransport, _ method: Method?, caller: Caller.Number = .unnamed) {
        let method = method.map { Int($0.rawValue) } ?? Self.methods
        self.cell = UInt16(truncatingIfNeeded: transport.rawValue &* (Self.methods &+ 1) &+ method)
        self.caller = caller
    }

    /// How it came in.
    package var transport: CallTransport {
        CallTransport(rawValue: Int(self.cell) / (Self.methods + 1)) ?? .frames
    }

    /// What was asked for; nil where that is not known.
    package var method: Method? {
        Method(rawValue: UInt8(truncatingIfNeeded: Int(self.cell) % (Self.methods + 1)))
    }

    /// Of methods; the place behind them is that of no method.
    static let methods = Method.allCases.count
    /// Of ``cell``.
    static let cells = CallTransport.allCases.count * (Self.methods + 1)
}
