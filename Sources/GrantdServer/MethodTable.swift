//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc

/// The methods that are served.
package enum Method: Sendable, Hashable, CaseIterable {
    case evaluate
    case evaluateBatch
    case screen
    case listMeasures
    case describeMeasure
    case listDocuments
    case getSchema
    case clearAuction
    case healthCheck

    /// The full name of the service and the name of the method.
    package var names: (service: StaticString, method: StaticString) {
        switch self {
        case .evaluate: ("grantd.v1.Calculator", "Evaluate")
        case .evaluateBatch: ("grantd.v1.Calculator", "EvaluateBatch")
        case .screen: ("grantd.v1.Calculator", "Screen")
        case .listMeasures: ("grantd.v1.Catalogue", "ListMeasures")
        case .describeMeasure: ("grantd.v1.Catalogue", "DescribeMeasure")
        case .listDocuments: ("grantd.v1.Catalogue", "ListDocuments")
        case .getSchema: ("grantd.v1.Catalogue", "GetSchema")
        case .clearAuction: ("grantd.v1.RenewablesAuction", "ClearAuction")
        case .healthCheck: ("grpc.health.v1.Health", "Check")
        }
    }
}

/// Finds a method by the bytes of its service's and its own name.
///
/// A service is named in full (`grantd.v1.Calculator`) or, as brpc's servers allow it, by its last part (`Calculator`).
enum MethodTable {
    enum Lookup: Equatable {
        case found(Method)
        case noService
        case noMethod
    }

    static func find(service: UnsafeRawBufferPointer, method: UnsafeRawBufferPointer) -> Lookup {
        var hasService = false
        for candidate in Method.allCases {
            let names = candidate.names
            guard Self.isService(names.service, service) else { continue }
            hasService = true
            if Self.isEqual(names.method, method) { return .found(candidate) }
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
