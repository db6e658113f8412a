//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService
internal import NIOPosix

/// A thread for one long piece of work beside the event loops, which yields to them where they want the same core.
enum BackgroundThread {
    /// Does the work and returns when it is done.
    ///
    /// The thread is made for it and ends with it: one of a pool would keep its priority.
    ///
    /// - Throws: when no thread can be had.
    static func run(_ work: @escaping @Sendable () -> Void) async throws {
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        let result: Result<Void, any Error>
        do {
            try await pool.runIfActive {
                ThreadPriority.yieldToEventLoops()
                work()
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try? await pool.shutdownGracefully()
        try result.get()
    }
}
