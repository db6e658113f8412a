//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import GRPCCore

    /// How long a caller waits: the metadata `grpc-timeout`, at most eight digits and a unit.
    enum CallTimeout {
        /// Nanoseconds; nil where the caller told nothing, or nothing that can be read.
        static func nanoseconds(in metadata: Metadata) -> Int64? {
            var values = metadata[stringValues: "grpc-timeout"].makeIterator()
            guard let value = values.next(), let unit = value.utf8.last, let factor = Self.factor(unit) else {
                return nil
            }
            let digits = value.utf8.dropLast()
            guard (1...8).contains(digits.count) else { return nil }
            var number: Int64 = 0
            for digit in digits {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
                number = number * 10 + Int64(digit - UInt8(ascii: "0"))
            }
            // The longest, 99,999,999 hours, is more than fits.
            let (product, overflow) = number.multipliedReportingOverflow(by: factor)
            return overflow ? .max : product
        }

        /// Nanoseconds of a unit.
        private static func factor(_ unit: UInt8) -> Int64? {
            switch unit {
            case UInt8(ascii: "n"): 1
            case UInt8(ascii: "u"): 1_000
            case UInt8(ascii: "m"): 1_000_000
            case UInt8(ascii: "S"): 1_000_000_000
            case UInt8(ascii: "M"): 60 * 1_000_000_000
            case UInt8(ascii: "H"): 3600 * 1_000_000_000
            default: nil
            }
        }
    }
#endif
