//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Engine {
    /// Begins an `EvaluateBatchRequest`, whose bytes must outlive the job.
    ///
    /// - Throws: A bad request, over a limit. What is wrong with one application only stands beside its own result
    ///   instead.
    package func beginBatch(_ request: UnsafeRawBufferPointer) throws(CallError) -> BatchJob {
        return try BatchJob(self, request, self.takeArena())
    }
}
