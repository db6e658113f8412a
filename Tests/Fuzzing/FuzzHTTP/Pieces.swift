//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How bytes are cut on their way: by what only looks like chance, so that the same input is cut the same way again.
struct Pieces {
    private let most: Int
    private var state: UInt32

    /// - Parameter most: the length of the longest piece.
    init(most: Int, seed: UInt8) {
        self.most = most
        self.state = UInt32(seed)
    }

    /// The length of the next piece where `left` bytes are left; at least 1.
    mutating func next(left: Int) -> Int {
        self.state = self.state &* 1_664_525 &+ 1_013_904_223
        guard self.most < left else { return left }
        return 1 + Int(self.state >> 16) % self.most
    }
}
