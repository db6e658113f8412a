//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc

/// Finds a method by the bytes of its service's and its own name.
///
/// A service is named in full (`grantd.v1.Calculator`) or, as brpc's servers allow it, by its last part (`Calculator`).
package enum MethodTable {
    package enum Lookup: Equatable {
        case found(Method)
        case noService
        case noMethod
    }

    /// A service and the names of its methods.
    struct Service {
        let name: String
        fileprivate(set) var methods: [String]

        /// What follows the last dot of its name.
        var shortName: String { self.name.split(separator: ".").last.map(String.init) ?? self.name }

        fileprivate var isOfGRPC: Bool { self.name.hasPrefix("grpc.") }
    }

    /// Every service: the contract's, and then those that are gRPC's own.
    static let services: [Service] = {
        var services: [Service] = []
        for method in Method.allCases {
            let entry = method.entry
            let service = "\(entry.service)"
            if let known = services.firstIndex(where: { $0.name == service }) {
                services[known].methods.append("\(entry.name)")
            } else {
                services.append(Service(name: service, methods: ["\(entry.name)"]))
            }
        }
        return services.filter { !$0.isOfGRPC } + services.filter(\.isOfGRPC)
    }()

    /// The method of these names, or which of them is not served.
    package static func find(service: UnsafeRawBufferPointer, method: UnsafeRawBufferPointer) -> Lookup {
        var hasService = false
        for candidate in Method.allCases {
            let entry = candidate.entry
            guard Self.isService(entry.service, service) else { continue }
            hasService = true
            if Self.isEqual(entry.name, method) { return .found(candidate) }
        }
        return hasService ? .noMethod : .noService
    }

    /// Whether `name` names the service, in full or by its last part.
    static func isService(_ fullName: StaticString, _ name: UnsafeRawBufferPointer) -> Bool {
        let full = Self.bytes(fullName)
        if name.count == full.count { return Self.isEqual(full, name) }
        // The short name: what follows the last dot, and nothing less.
        let prefix = full.count - name.count
        guard prefix > 0, !name.isEmpty, full[prefix - 1] == UInt8(ascii: "."), !name.contains(UInt8(ascii: ".")) else {
            return false
        }
        return Self.isEqual(UnsafeRawBufferPointer(rebasing: full[prefix...]), name)
    }

    private static func isEqual(_ name: StaticString, _ bytes: UnsafeRawBufferPointer) -> Bool {
        Self.isEqual(Self.bytes(name), bytes)
    }

    private static func isEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        guard let left = left.baseAddress, let other = right.baseAddress else { return true }
        return memcmp(left, other, right.count) == 0
    }

    private static func bytes(_ name: StaticString) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    }
}
