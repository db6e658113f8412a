//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdService
internal import Synchronization

/// What a call comes to: the bytes of its reply, or why there is none.
typealias CallOutcome = Result<[UInt8], CallError>

/// A call that was handed to the lanes, and what became of it.
final class MadeCall {
    private final class Ends: Sendable {
        private let outcomes = Mutex<[CallOutcome]>([])

        var all: [CallOutcome] { self.outcomes.withLock { $0 } }

        func add(_ outcome: CallOutcome) { self.outcomes.withLock { $0.append(outcome) } }
    }

    private let ends = Ends()
    private weak var call: PendingCall?

    init(
        _ work: PendingCall.Work,
        of client: ClientID,
        policies: CompiledPolicies,
        request: UnsafeRawBufferPointer,
        arrival: MonotonicTime,
        deadline: MonotonicTime?,
        to lanes: ComputeLanes
    ) {
        let ends = self.ends
        let call = PendingCall(
            work: work,
            client: client,
            caller: .anyone,
            policies: policies,
            request: request,
            arrival: arrival,
            deadline: deadline
        ) { outcome, kind in
            // Taken at once: it is copied.
            if case .success(let reply) = outcome { lanes.replyTaken(kind, client, bytes: reply.payload.count) }
            ends.add(outcome.map { [UInt8]($0.payload) })
        }
        self.call = call
        do throws(CallError) {
            try lanes.add(call)
        } catch {
            ends.add(.failure(error))
        }
    }

    /// What became of it, once there is nothing left to be worked on: it has ended once, and nobody holds it any more.
    func outcome() -> CallOutcome {
        precondition(self.call == nil, "a call is held that nobody works on")
        let all = self.ends.all
        precondition(all.count == 1, "a call has ended \(all.count) times")
        return all[0]
    }
}
