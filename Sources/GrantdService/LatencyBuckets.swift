//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The buckets that latencies are counted in: 32 to each doubling, so that a value is known to 3 % of itself.
///
/// Bounds at powers of two fall between buckets, which is what a scraper's histogram is made of.
enum LatencyBuckets {
    /// 68.7 s; longer calls count as this.
    static let longest: UInt64 = 1 << 36 - 1
    /// One for each value below 32, then 32 for each power of two up to the 35th.
    static let buckets = 32 * 32

    /// The bucket of so many nanoseconds.
    @inline(__always)
    static func bucket(_ nanoseconds: UInt64) -> Int {
        let value = min(nanoseconds, self.longest)
        guard value >= 32 else { return Int(value) }
        let exponent = 63 &- value.leadingZeroBitCount
        return (exponent &- 4) &<< 5 &+ Int(truncatingIfNeeded: value &>> UInt64(exponent &- 5)) & 31
    }

    /// The first bucket of all values that are not below 2 to this power, from the 5th to the 36th.
    static func firstBucket(ofPower power: Int) -> Int { (power - 4) * 32 }

    /// The value in the middle of a bucket, in nanoseconds.
    static func middle(of bucket: Int) -> UInt64 {
        guard bucket >= 32 else { return UInt64(bucket) }
        let exponent = UInt64(bucket / 32 + 4)
        let width: UInt64 = 1 << (exponent - 5)
        return (32 + UInt64(bucket % 32)) * width + width / 2
    }
}
