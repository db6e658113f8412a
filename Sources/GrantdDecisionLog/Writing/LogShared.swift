//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdService
internal import Synchronization

/// What the writer and those who record share.
final class LogShared: Sendable {
    /// So many bytes in a queue wake the writer, which else looks after it every ``period`` milliseconds.
    static let wakingBytes = 256 << 10
    static let period: Int32 = 20

    /// Policies as the log knows them.
    struct KnownPolicies: Sendable {
        let number: UInt32
        let listing: PolicyListing
        let masks: MaskPlan
    }

    private struct Registry {
        /// By number less 1. Those of the same files are the same: it grows with what is served that never was before.
        var known: [KnownPolicies] = []
        /// The last ones, so that they are found without a look at their files.
        var recent: [(policies: CompiledPolicies, number: UInt32)] = []
    }

    let settings: DecisionLogSettings
    let tokens: TokenSet
    let report: @Sendable (DecisionLogEvent) -> Void
    let wake = LogSignal()
    /// Whether the writer was told that there is work.
    let isAwake = Atomic<Bool>(false)
    let dropped = Atomic<UInt64>(0)
    let waiting = Atomic<Int>(0)
    let written = Atomic<UInt64>(0)
    let bytes = Atomic<UInt64>(0)
    let unwrittenBytes = Atomic<Int>(0)
    let segments = Atomic<Int>(0)
    let segmentBytes = Atomic<UInt64>(0)
    let isFailing = Atomic<Bool>(false)
    /// In milliseconds since 1970; 0 for never.
    let lastFailure = Atomic<Int64>(0)
    /// Whether the disk refused what it was last asked to take.
    let isUnsynced = Atomic<Bool>(false)
    let syncFailures = Atomic<UInt64>(0)
    let isRotationWanted = Atomic<Bool>(false)
    private let ending = Atomic<Bool>(false)
    private let closed = Atomic<Bool>(false)
    private let registry = Mutex(Registry())
    private let queueList = Mutex<[DecisionQueue]>([])

    init(
        settings: DecisionLogSettings,
        tokens: TokenSet,
        report: @escaping @Sendable (DecisionLogEvent) -> Void
    ) {
        self.settings = settings
        self.tokens = tokens
        self.report = report
    }

    // MARK: - Queues

    var queues: [DecisionQueue] { self.queueList.withLock { $0 } }

    func add(_ queue: DecisionQueue) { self.queueList.withLock { $0.append(queue) } }

    func makeRoom() -> ByteRoom { ByteRoom(kept: self.settings.queueBytes) }

    // MARK: - The end

    /// Whether answers wait no longer, since the daemon ends.
    var isEnding: Bool { self.ending.load(ordering: .relaxed) }

    /// Whether nothing is recorded any more.
    var isClosed: Bool { self.closed.load(ordering: .acquiring) }

    func end() { self.ending.store(true, ordering: .relaxed) }

    func close() {
        self.end()
        self.closed.store(true, ordering: .releasing)
        self.wake.signal()
    }

    // MARK: - The disk

    /// The disk refused what was written. What it was asked for may be lost with the power, whatever it says of the next attempt: each
    /// refusal stays counted.
    func syncFailed(_ fault: DecisionLogFault) {
        self.syncFailures.add(1, ordering: .relaxed)
        self.lastFailure.store(QueuedDecision.now(), ordering: .relaxed)
        guard !self.isUnsynced.exchange(true, ordering: .relaxed) else { return }
        self.report(.notSynced(reason: fault.message))
    }

    /// The disk has taken what was written.
    func synced() {
        guard self.isUnsynced.exchange(false, ordering: .relaxed) else { return }
        self.report(.synced)
    }

    // MARK: - Policies

    /// The number of policies, which may be new.
    func number(of policies: CompiledPolicies) -> UInt32 {
        let (number, isNew) = self.registry.withLock { registry -> (UInt32, PolicyListing?) in
            if let recent = registry.recent.first(where: { $0.policies === policies }) { return (recent.number, nil) }
            let listing = PolicyListing(policies.policies, masks: self.settings.masks)
            let known = registry.known.first { $0.listing == listing }
            let number = known?.number ?? UInt32(registry.known.count + 1)
            if known == nil {
                let masks = MaskPlan(self.settings.masks, policies.policies)
                registry.known.append(KnownPolicies(number: number, listing: listing, masks: masks))
            }
            registry.recent = Array(registry.recent.suffix(3)) + [(policies, number)]
            return (number, known == nil ? listing : nil)
        }
        if let isNew { self.report(.policies(digest: isNew.digest, programmes: isNew.programmes.count)) }
        return number
    }

    /// The policies of a number that was given out.
    func policies(_ number: UInt32) -> KnownPolicies? {
        self.registry.withLock { registry in
            let index = Int(number) - 1
            return registry.known.indices.contains(index) ? registry.known[index] : nil
        }
    }

    // MARK: - Figures

    var status: DecisionLogStatus {
        var status = DecisionLogStatus()
        status.written = self.written.load(ordering: .relaxed)
        status.dropped = self.dropped.load(ordering: .relaxed)
        status.waiting = self.waiting.load(ordering: .relaxed)
        status.queuedBytes = self.queues.reduce(self.unwrittenBytes.load(ordering: .relaxed)) { $0 + $1.queuedBytes }
        status.bytes = self.bytes.load(ordering: .relaxed)
        status.segments = self.segments.load(ordering: .relaxed)
        status.segmentBytes = self.segmentBytes.load(ordering: .relaxed)
        status.isFailing = self.isFailing.load(ordering: .relaxed) || self.isUnsynced.load(ordering: .relaxed)
        status.syncFailures = self.syncFailures.load(ordering: .relaxed)
        let failure = self.lastFailure.load(ordering: .relaxed)
        status.lastFailure = failure == 0 ? nil : Double(failure) / 1000
        return status
    }
}
