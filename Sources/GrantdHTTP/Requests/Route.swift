//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdService

/// Where a path leads.
package enum Route: Sendable, Hashable {
    /// To a method of the service.
    case call(Method)
    /// To where a method of that service would be.
    case noCall
    /// To what operators and generators of clients ask for.
    case operation(Operation)
    /// To the pages for people.
    case page
    /// To those of the book of awards, which are an agency's.
    case awardsPage

    /// What operators and generators of clients ask for.
    package enum Operation: String, Sendable, CaseIterable {
        /// Whether the daemon is alive.
        case alive = "/healthz"
        /// Whether it takes calls.
        case ready = "/readyz"
        case metrics = "/metrics"
        /// The description of the HTTP interface.
        case openAPI = "/openapi.json"
        /// The descriptors of all messages.
        case schema = "/schema.binpb"

        /// Whether a prober is told who shows no token.
        var isForProbes: Bool { self == .alive || self == .ready }
    }

    /// The paths of methods.
    private static let calls: [(path: [UInt8], method: Method)] = Method.allCases.map {
        (Array("/\($0.entry.service)/\($0.entry.name)".utf8), $0)
    }

    /// - Parameter path: As it was sent.
    init(_ path: UnsafeRawBufferPointer) {
        if let call = Self.calls.first(where: { $0.path.count == path.count && $0.path.elementsEqual(path) }) {
            self = .call(call.method)
        } else if let operation = Operation(rawValue: String(decoding: path, as: UTF8.self)) {
            self = .operation(operation)
        } else if path.starts(with: "/grantd.".utf8) || path.starts(with: "/grpc.".utf8) {
            self = .noCall
        } else if path.elementsEqual("/awards".utf8) || path.starts(with: "/awards/".utf8) {
            self = .awardsPage
        } else {
            self = .page
        }
    }
}
