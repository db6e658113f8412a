//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdDigest
internal import GrantdEngine
internal import GrantdService
internal import Synchronization

/// Calls on their way from the threads that answer them to the one that writes.
///
/// Two rooms: one is filled, the other is being written. Whoever records copies bytes under a lock that nobody else wants but
/// the writer, for as long as it takes to exchange the rooms.
final class DecisionQueue: DecisionRecorder {
    private struct State {
        var room: ByteRoom
        var salts = SaltSource()
        /// The policies of the last call, and their number.
        var policies: CompiledPolicies?
        var policiesNumber: UInt32 = 0
    }

    private let shared: LogShared
    private let state: Mutex<State>
    private let isFull = Atomic<Bool>(false)
    private let queued = Atomic<Int>(0)

    init(_ shared: LogShared) {
        self.shared = shared
        self.state = Mutex(State(room: shared.makeRoom()))
    }

    // MARK: - Whoever answers

    var holdsAnswers: Bool {
        self.isFull.load(ordering: .relaxed) && self.shared.settings.full == .wait
    }

    func waitForRoom(while isWanted: () -> Bool) -> Bool {
        guard self.holdsAnswers else { return true }
        self.shared.waiting.add(1, ordering: .relaxed)
        defer { self.shared.waiting.subtract(1, ordering: .relaxed) }
        while self.holdsAnswers {
            if self.shared.isEnding || !isWanted() { return false }
            LogThread.sleep(milliseconds: 2)
        }
        return true
    }

    func awaitRoom(while isWanted: () -> Bool) async -> Bool {
        guard self.holdsAnswers else { return true }
        self.shared.waiting.add(1, ordering: .relaxed)
        defer { self.shared.waiting.subtract(1, ordering: .relaxed) }
        while self.holdsAnswers {
            if self.shared.isEnding || Task.isCancelled || !isWanted() { return false }
            try? await Task.sleep(for: .milliseconds(2))
        }
        return true
    }

    func record(_ decision: Decision) -> RequestHash? {
        guard let method = decision.method.entry.decisionNumber else { return nil }
        if self.isFull.load(ordering: .relaxed), self.shared.settings.full == .drop || self.shared.isEnding {
            self.shared.dropped.add(1, ordering: .relaxed)
            return nil
        }
        let (request, reply, policies) = (decision.request, decision.reply, decision.policies)
        let (transport, caller, id) = (decision.transport, decision.caller, decision.id)
        let isSalted = !self.shared.settings.masks.isEmpty
        let plain = isSalted ? nil : RequestHash(SHA256.of(request))
        return withUnsafeTemporaryAllocation(byteCount: RequestID.mostBytes, alignment: 1) { idText in
            let idBytes = id.write(into: idText)
            return self.state.withLock { state in
                let hash = plain ?? Self.salted(request, &state.salts)
                if state.policies !== policies {
                    state.policies = policies
                    state.policiesNumber = self.shared.number(of: policies)
                }
                let total =
                    QueuedDecision.size + (isSalted ? SHA256Digest.size : 0) + idBytes + request.count + reply.count
                let head = QueuedDecision(
                    totalBytes: UInt32(truncatingIfNeeded: total),
                    policies: state.policiesNumber,
                    time: QueuedDecision.now(),
                    requestBytes: UInt32(truncatingIfNeeded: request.count),
                    caller: caller,
                    idBytes: UInt16(truncatingIfNeeded: idBytes),
                    transport: UInt8(truncatingIfNeeded: transport.rawValue),
                    method: method,
                    isSalted: isSalted
                )
                var place = state.room.add(total)
                place.storeBytes(of: head, as: QueuedDecision.self)
                place += QueuedDecision.size
                if isSalted {
                    hash.digest.store(to: place)
                    place += SHA256Digest.size
                }
                place = ByteRoom.put(
                    UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(idText)[..<idBytes]),
                    at: place
                )
                place = ByteRoom.put(request, at: place)
                _ = ByteRoom.put(reply, at: place)
                self.noteFill(state.room.count)
                return hash
            }
        }
    }

    private static func salted(_ request: UnsafeRawBufferPointer, _ salts: inout SaltSource) -> RequestHash {
        let salt = salts.salt()
        return withUnsafeBytes(of: salt) { RequestHash(SHA256.of($0, request), salt: salt) }
    }

    private func noteFill(_ count: Int) {
        self.queued.store(count, ordering: .relaxed)
        if count >= self.shared.settings.queueBytes { self.isFull.store(true, ordering: .relaxed) }
        // Before that the writer comes by itself, soon enough, and nobody pays for a call of the system.
        if count >= LogShared.wakingBytes, !self.shared.isAwake.exchange(true, ordering: .relaxed) {
            self.shared.wake.signal()
        }
    }

    // MARK: - The writer

    /// Bytes that wait.
    var queuedBytes: Int { self.queued.load(ordering: .relaxed) }

    /// Takes what waits.
    ///
    /// - Parameter empty: Takes its place.
    /// - Returns: nil where nothing waits; `empty` is then the caller's still.
    func take(leaving empty: ByteRoom) -> ByteRoom? {
        self.state.withLock { state in
            guard state.room.count > 0 else { return nil }
            let room = state.room
            state.room = empty
            self.queued.store(0, ordering: .relaxed)
            self.isFull.store(false, ordering: .relaxed)
            return room
        }
    }
}
