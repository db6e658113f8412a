//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc

/// Random bytes of the system, taken some thousand at a time.
struct SaltSource {
    private static let words = 512
    /// As much as the system gives in one call, in bytes.
    private static let mostAtOnce = 256
    private var pool = [UInt64](repeating: 0, count: Self.words)
    private var next = Self.words

    /// 16 bytes that nobody can guess.
    mutating func salt() -> (UInt64, UInt64) {
        if self.next >= Self.words { self.fill() }
        defer { self.next += 2 }
        return (self.pool[self.next], self.pool[self.next + 1])
    }

    private mutating func fill() {
        self.pool.withUnsafeMutableBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: Self.mostAtOnce) {
                let part = UnsafeMutableRawBufferPointer(rebasing: bytes[start...].prefix(Self.mostAtOnce))
                guard getentropy(part.baseAddress, part.count) != 0 else { continue }
                // A kernel without it: Swift's own generator reads the same elsewhere.
                var generator = SystemRandomNumberGenerator()
                for index in part.indices { part[index] = generator.next() }
            }
        }
        self.next = 0
    }
}
