//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import CProtobufC

/// An enum of the contract: its names and numbers.
package struct EnumDescription: Sendable {
    /// One value of an enum.
    package struct Value: Sendable, Hashable {
        /// As in the .proto: `ENTERPRISE`.
        package let name: String
        package let number: Int32

        package init(name: String, number: Int32) {
            self.name = name
            self.number = number
        }
    }

    /// The full name: `grantd.v1.Applicant.Kind`.
    package let name: String
    /// By number, each number once.
    package let values: [Value]

    /// - Parameter values: No two with one number.
    package init(name: String, values: [Value]) {
        self.name = name
        self.values = values.sorted { $0.number < $1.number }
    }

    init(_ descriptor: UnsafePointer<ProtobufCEnumDescriptor>) {
        self.name = String(cString: descriptor.pointee.name)
        self.values = UnsafeBufferPointer(start: descriptor.pointee.values, count: Int(descriptor.pointee.n_values))
            .map { Value(name: String(cString: $0.name), number: $0.value) }
    }

    /// The number that belongs to a name, `nil` where there is no such name.
    package func number(named name: String) -> Int32? {
        self.values.first { $0.name == name }?.number
    }

    /// The name that belongs to a number, `nil` where there is no such number.
    package func name(of number: Int32) -> String? {
        self.values.first { $0.number == number }?.name
    }
}
