//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// An envelope of the book as one application sees it. Its texts lie in the arena of the call.
struct EnvelopeBalance: BitwiseCopyable {
    /// `envelope:ID`.
    let capID: UnsafeRawBufferPointer
    /// What people read; the id where it has no title.
    let zh: UnsafeRawBufferPointer
    let en: UnsafeRawBufferPointer
    /// In fen, 0 or more.
    let limit: Int64
    /// What awards use of it or hold, in fen.
    let used: Int64

    /// What is left, in fen.
    var remaining: Int64 { self.used >= self.limit ? 0 : self.limit - self.used }
}

extension UnsafeBufferPointer<EnvelopeBalance> {
    /// Of those that leave least the first; `nil` where there is none.
    var least: (index: Int, remaining: Int64)? {
        var least: (index: Int, remaining: Int64)?
        for index in self.indices where self[index].remaining < least?.remaining ?? .max {
            least = (index, self[index].remaining)
        }
        return least
    }
}
