//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdEngine

/// A client of the lanes that waits for its calls in a task: they take their turns with all others of the client.
package struct LaneClient: Sendable {
    private let lanes: ComputeLanes
    private let client: ClientID

    package init(_ lanes: ComputeLanes, _ client: ClientID) {
        self.lanes = lanes
        self.client = client
    }

    /// Answers a call that only reads and is not short, or tells what is wrong with it, or why it is not answered.
    ///
    /// - Parameters:
    ///   - policies: what it is answered under.
    ///   - arrival: when what it is made for came in.
    ///   - deadline: when nobody waits for it any more.
    package func answer(
        _ method: Method,
        _ request: [UInt8],
        caller: Caller,
        policies: CompiledPolicies,
        arrival: MonotonicTime,
        deadline: MonotonicTime
    ) async -> Result<[UInt8], CallError> {
        guard caller.roles.isSuperset(of: method.entry.role) else { return .failure(Refusal.forbidden) }
        let (lanes, client) = (self.lanes, self.client)
        return await withCheckedContinuation { continuation in
            let pending = request.withUnsafeBytes { bytes in
                PendingCall(
                    work: .answer(method),
                    client: client,
                    caller: caller,
                    policies: policies,
                    request: bytes,
                    arrival: arrival,
                    deadline: deadline
                ) { outcome, kind in
                    // Taken at once: whoever waits copies it.
                    if case .success(let reply) = outcome {
                        lanes.replyTaken(kind, client, bytes: reply.payload.count)
                    }
                    continuation.resume(returning: outcome.map { [UInt8]($0.payload) })
                }
            }
            do throws(CallError) {
                try lanes.add(pending)
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
    }
}
