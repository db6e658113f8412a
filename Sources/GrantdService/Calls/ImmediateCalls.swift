//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdSchema

/// Answers the short calls of a transport whose calls are tasks, one after the other, and counts all calls.
actor ImmediateCalls {
    private let limits: Limits
    private let readiness: Readiness
    private let clock: ServerClock
    private var policies: CompiledPolicies
    private var dispatcher: CallDispatcher
    private let reply: ByteWriter
    private var statistics = CallStatistics()

    init(limits: Limits, clock: ServerClock, readiness: Readiness, policies: CompiledPolicies) {
        self.limits = limits
        self.readiness = readiness
        self.clock = clock
        self.policies = policies
        self.dispatcher = .forShortCalls(policies: policies, limits: limits, readiness: readiness)
        self.reply = ByteWriter(limit: limits.replyBytes)
    }

    /// Answers a call by the policies of the moment.
    func answer(
        _ call: UnaryCall,
        _ policies: CompiledPolicies,
        isStopping: Bool
    ) throws(CallError) -> [UInt8] {
        if policies !== self.policies {
            self.policies = policies
            self.dispatcher = .forShortCalls(policies: policies, limits: self.limits, readiness: self.readiness)
        }
        if let deadline = call.deadline, self.clock.now() >= deadline { throw Refusal.timedOut }
        try call.request.withUnsafeBufferPointer { bytes throws(CallError) in
            try self.dispatcher.answer(
                call.method,
                UnsafeRawBufferPointer(bytes),
                isStopping: isStopping,
                into: self.reply
            )
        }
        return [UInt8](self.reply.bytes)
    }

    /// Counts a call that is at its end.
    func count(_ call: UnaryCall, _ transport: CallTransport, error: CallError?) {
        let subject = CallSubject(transport, call.method, caller: call.caller.number)
        if let error { self.statistics.callFailed(subject, code: error.code) }
        self.statistics.callsAnswered(
            1,
            of: subject,
            afterNanoseconds: self.clock.now().nanoseconds(since: call.arrival)
        )
    }

    /// What was done so far.
    func currentStatistics() -> CallStatistics { self.statistics }
}
