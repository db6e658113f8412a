//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Logging

extension Logger.MetadataValue {
    /// Seconds, to the millisecond, as a number.
    package static func seconds(_ duration: Duration) -> Logger.MetadataValue {
        let (seconds, attoseconds) = duration.components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        return milliseconds == 0
            ? .stringConvertible(seconds)
            : .stringConvertible(Double(seconds) + Double(milliseconds) / 1000)
    }

    /// Nanoseconds as milliseconds, to the microsecond, as a number.
    package static func milliseconds(_ nanoseconds: some BinaryInteger) -> Logger.MetadataValue {
        .stringConvertible(Double(nanoseconds / 1000) / 1000)
    }
}
