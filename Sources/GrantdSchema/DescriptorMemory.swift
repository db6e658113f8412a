//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc

/// Owns what a descriptor made while the program runs is made of.
final class DescriptorMemory {
    private var pieces: [UnsafeMutableRawPointer] = []

    deinit {
        for piece in self.pieces { piece.deallocate() }
    }

    /// An array that lives as long as the memory.
    func keep<Value: BitwiseCopyable>(_ values: [Value]) -> UnsafeMutablePointer<Value> {
        let place = UnsafeMutablePointer<Value>.allocate(capacity: max(values.count, 1))
        place.initialize(from: values, count: values.count)
        self.pieces.append(UnsafeMutableRawPointer(place))
        return place
    }

    /// A text with a NUL at its end.
    func keep(_ text: String) -> UnsafePointer<CChar> {
        UnsafePointer(self.keep(Array(text.utf8CString)))
    }
}
