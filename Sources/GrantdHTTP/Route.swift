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

    private static let calls = Dictionary(
        Method.allCases.map { ("/\($0.entry.service)/\($0.entry.name)", $0) },
        uniquingKeysWith: { first, _ in first }
    )

    /// - Parameter path: As it was sent.
    init(_ path: Substring) {
        let path = String(path)
        if let method = Self.calls[path] {
            self = .call(method)
        } else if let operation = Operation(rawValue: path) {
            self = .operation(operation)
        } else if path.hasPrefix("/grantd.") || path.hasPrefix("/grpc.") {
            self = .noCall
        } else {
            self = .page
        }
    }
}
