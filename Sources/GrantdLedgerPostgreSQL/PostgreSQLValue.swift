//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if PostgreSQL
    /// A parameter of a statement in PostgreSQL's binary form.
    package struct PostgreSQLValue {
        /// The numbers of types that every server has.
        private enum TypeNumber {
            static let bytes: UInt32 = 17
            static let integer: UInt32 = 20
            static let text: UInt32 = 25
            static let arrayOfBytes: UInt32 = 1001
            static let arrayOfText: UInt32 = 1009
            static let arrayOfIntegers: UInt32 = 1016
        }

        /// The type of the whole numbers of a book.
        static let integerType = TypeNumber.integer

        let type: UInt32
        /// `nil` for NULL.
        let bytes: [UInt8]?

        package static func integer(_ value: Int64) -> Self {
            Self(type: TypeNumber.integer, bytes: Self.bigEndian(UInt64(bitPattern: value)))
        }

        package static func text(_ value: String) -> Self { Self(type: TypeNumber.text, bytes: Array(value.utf8)) }

        package static func bytes(_ value: [UInt8]) -> Self { Self(type: TypeNumber.bytes, bytes: value) }

        package static func optionalInteger(_ value: Int64?) -> Self {
            value.map { .integer($0) } ?? Self(type: TypeNumber.integer, bytes: nil)
        }

        package static func optionalText(_ value: String?) -> Self {
            value.map { .text($0) } ?? Self(type: TypeNumber.text, bytes: nil)
        }

        package static func optionalBytes(_ value: [UInt8]?) -> Self {
            value.map { .bytes($0) } ?? Self(type: TypeNumber.bytes, bytes: nil)
        }

        package static func integers(_ values: [Int64?]) -> Self {
            self.array(values, of: TypeNumber.integer, TypeNumber.arrayOfIntegers) { bytes, value in
                bytes += Self.bigEndian(UInt32(8))
                bytes += Self.bigEndian(UInt64(bitPattern: value))
            }
        }

        package static func texts(_ values: [String?]) -> Self {
            self.array(values, of: TypeNumber.text, TypeNumber.arrayOfText) { bytes, value in
                bytes += Self.bigEndian(UInt32(truncatingIfNeeded: value.utf8.count))
                bytes += value.utf8
            }
        }

        package static func byteStrings(_ values: [[UInt8]?]) -> Self {
            self.array(values, of: TypeNumber.bytes, TypeNumber.arrayOfBytes) { bytes, value in
                bytes += Self.bigEndian(UInt32(truncatingIfNeeded: value.count))
                bytes += value
            }
        }

        /// An array of one dimension: dimensions, whether there are nulls, the elements' type, how many, the first index; then
        /// each element behind its length.
        private static func array<Element>(
            _ values: [Element?],
            of element: UInt32,
            _ type: UInt32,
            _ write: (inout [UInt8], Element) -> Void
        ) -> Self {
            var bytes: [UInt8] = []
            bytes += Self.bigEndian(UInt32(values.isEmpty ? 0 : 1))
            bytes += Self.bigEndian(UInt32(values.contains { $0 == nil } ? 1 : 0))
            bytes += Self.bigEndian(element)
            if !values.isEmpty {
                bytes += Self.bigEndian(UInt32(truncatingIfNeeded: values.count))
                bytes += Self.bigEndian(UInt32(1))
            }
            for value in values {
                if let value { write(&bytes, value) } else { bytes += Self.bigEndian(UInt32.max) }
            }
            return Self(type: type, bytes: bytes)
        }

        private static func bigEndian<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
            withUnsafeBytes(of: value.bigEndian) { [UInt8]($0) }
        }
    }
#endif
