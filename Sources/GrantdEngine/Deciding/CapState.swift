//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How far one cap is used up, for one application.
struct CapState: BitwiseCopyable {
    /// What earlier awards have used, in fen; `nil` while the subject, on which it hangs, is missing.
    var used: Int64?
    /// What is left, in fen, 0 or more; the whole cap while ``used`` is missing.
    var remaining: Int64

    /// A cap that is used up for certain.
    var isExhausted: Bool { self.used != nil && self.remaining == 0 }
}
