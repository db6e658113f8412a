//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Engine {
    /// Begins an `EvaluateColumnsRequest`, whose bytes must outlive the job.
    ///
    /// - Throws: A bad request, over a limit: what is wrong with a column; a field inside begins with `columns[0].`. What is wrong
    ///   with one row only stands in its own row instead.
    package func beginColumns(_ request: UnsafeRawBufferPointer) throws(CallError) -> ColumnsJob {
        let arena = self.takeArena()
        do throws(CallError) {
            return try ColumnsJob(self, request, arena)
        } catch {
            self.retire(arena)
            throw error
        }
    }
}
