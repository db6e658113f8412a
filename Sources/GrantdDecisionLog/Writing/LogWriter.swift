//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdDigest
internal import GrantdService
internal import Synchronization

/// Writes what the queues hold, on a thread of its own.
final class LogWriter {
    private let shared: LogShared
    private let retention: LogRetention
    private let syncer: SegmentSyncer
    private var segment: SegmentFile
    private var entries: EntryWriter
    /// What is made and not written, and how much of it is.
    private let output = ByteRoom(kept: 4 * LogWriter.batch)
    private var writtenOfOutput = 0
    private var callsInOutput: UInt64 = 0
    private var spare: ByteRoom
    /// The names of callers, by number: a name keeps its number.
    private var names: [Caller.Number: [UInt8]] = [:]
    private var hasUnsynced = false
    /// How much of the segment was handed to the disk; it has it once the syncer is idle.
    private var handedBytes: UInt64 = 0
    private var isRotationDue = false
    private var syncedAt: Int64 = 0
    private var expiredAt: Int64 = 0
    private var nextRotationAttempt: Int64 = 0
    /// Whether the daemon ended while the disk refused.
    private var isCancelled = false

    /// So many bytes are written at once.
    private static let batch = 256 << 10
    private static let betweenAttempts: Int32 = 100
    private static let attemptsAtTheEnd = 20
    private static let syncPeriod: Int64 = 1_000
    /// So many bytes may be put on the disk while the queues wait.
    private static let syncedInPlace: UInt64 = 4 << 20
    private static let expiryPeriod: Int64 = 60_000

    init(_ shared: LogShared, _ segment: SegmentFile, _ entries: EntryWriter, _ syncer: SegmentSyncer) {
        self.shared = shared
        self.retention = LogRetention(shared)
        self.segment = segment
        self.entries = entries
        self.syncer = syncer
        self.spare = shared.makeRoom()
    }

    /// Writes until the log is closed and nothing is left.
    func run() {
        self.retention.expire(except: self.segment)
        while true {
            let isClosed = self.shared.isClosed
            let hadWork = self.drain()
            self.lookAround()
            if hadWork { continue }
            if isClosed { break }
            self.shared.wake.wait(milliseconds: LogShared.period)
            self.shared.isAwake.store(false, ordering: .relaxed)
        }
        self.finish()
    }

    // MARK: - Calls

    /// - Returns: Whether there was anything.
    private func drain() -> Bool {
        var hadWork = false
        for queue in self.shared.queues {
            guard let room = queue.take(leaving: self.spare) else { continue }
            hadWork = true
            self.take(room.bytes)
            room.removeAll()
            self.spare = room
        }
        self.flush()
        return hadWork
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while rest.count >= QueuedDecision.size {
            let call = rest.loadUnaligned(as: QueuedDecision.self)
            let end = Int(call.totalBytes)
            self.add(call, UnsafeRawBufferPointer(rebasing: rest[..<end]))
            rest = UnsafeRawBufferPointer(rebasing: rest[end...])
            if self.output.count >= Self.batch {
                self.flush()
                self.rotateIfDue()
            }
        }
    }

    private func add(_ call: QueuedDecision, _ bytes: UnsafeRawBufferPointer) {
        guard let policies = self.shared.policies(call.policies) else { return }
        let place =
            self.segment.policies[call.policies]
            ?? {
                self.entries.add(policies.listing, time: call.time, to: self.output)
                return self.segment.addPolicies(call.policies)
            }()
        self.entries.add(
            call,
            bytes,
            name: self.name(of: call.caller),
            policies: place,
            masks: policies.masks,
            to: self.output
        )
        self.callsInOutput += 1
    }

    private func name(of caller: Caller.Number) -> [UInt8] {
        if let known = self.names[caller] { return known }
        // Nobody has no name, and a number without a name gets one later.
        guard let name = self.shared.tokens.name(of: caller) else { return [] }
        let bytes = Array(name.utf8.prefix(255))
        self.names[caller] = bytes
        return bytes
    }

    // MARK: - The file

    /// Writes what is made, however long that takes; until it is written nothing more is taken from the queues.
    private func flush() {
        var attempts = 0
        while self.writtenOfOutput < self.output.count, !self.isCancelled {
            let rest = UnsafeRawBufferPointer(rebasing: self.output.bytes[self.writtenOfOutput...])
            self.shared.unwrittenBytes.store(rest.count, ordering: .relaxed)
            do throws(DecisionLogFault) {
                let count = try self.segment.append(rest)
                self.writtenOfOutput += count
                self.shared.bytes.add(UInt64(count), ordering: .relaxed)
                self.shared.segmentBytes.add(UInt64(count), ordering: .relaxed)
                self.hasUnsynced = true
                self.succeeded()
            } catch {
                self.failed(error)
                attempts += 1
                if self.shared.isClosed, attempts > Self.attemptsAtTheEnd { return self.giveUp(rest.count) }
                // Room may come of what is old enough to go.
                self.retention.expire(except: self.segment)
                self.shared.wake.wait(milliseconds: Self.betweenAttempts)
            }
        }
        if !self.isCancelled { self.shared.written.add(self.callsInOutput, ordering: .relaxed) }
        self.shared.unwrittenBytes.store(0, ordering: .relaxed)
        self.callsInOutput = 0
        self.writtenOfOutput = 0
        self.output.removeAll()
    }

    private func failed(_ fault: DecisionLogFault) {
        self.shared.lastFailure.store(QueuedDecision.now(), ordering: .relaxed)
        guard !self.shared.isFailing.exchange(true, ordering: .relaxed) else { return }
        self.shared.report(.failing(reason: fault.message, full: self.shared.settings.full))
    }

    private func succeeded() {
        guard self.shared.isFailing.exchange(false, ordering: .relaxed) else { return }
        self.shared.report(.recovered)
    }

    private func giveUp(_ bytes: Int) {
        self.isCancelled = true
        let left = self.shared.queues.reduce(bytes) { $0 + $1.queuedBytes }
        self.shared.report(.lost(bytes: left))
    }

    // MARK: - Now and then

    private func lookAround() {
        self.rotateIfDue()
        let now = SegmentFile.monotonicMilliseconds()
        if now - self.syncedAt >= Self.syncPeriod { self.handToDisk(now) }
        if now - self.expiredAt >= Self.expiryPeriod {
            self.expiredAt = now
            self.retention.expire(except: self.segment)
        }
    }

    private func handToDisk(_ now: Int64) {
        guard self.hasUnsynced, self.syncer.isIdle, let descriptor = self.segment.duplicate() else { return }
        self.syncedAt = now
        self.hasUnsynced = false
        self.handedBytes = self.segment.bytes
        self.syncer.sync(descriptor)
    }

    private func rotateIfDue() {
        let settings = self.shared.settings
        let now = SegmentFile.monotonicMilliseconds()
        let age = settings.segmentAge.components.seconds.multipliedReportingOverflow(by: 1000)
        let isOld = !age.overflow && now - self.segment.begunAt >= age.partialValue && self.hasEntries
        let isWanted = self.shared.isRotationWanted.exchange(false, ordering: .relaxed)
        if isWanted && self.hasEntries { self.isRotationDue = true }
        if self.segment.bytes >= settings.segmentBytes || isOld { self.isRotationDue = true }
        guard self.isRotationDue, now >= self.nextRotationAttempt else { return }
        // The end of a large segment is put on the disk first while this one goes on, unless the disk does not keep up.
        let unsynced = self.segment.bytes - (self.syncer.isIdle ? self.handedBytes : 0)
        guard unsynced <= Self.syncedInPlace || self.segment.bytes / 2 >= settings.segmentBytes else {
            return self.handToDisk(now)
        }
        self.rotate(now)
    }

    private var hasEntries: Bool { self.segment.bytes > UInt64(SegmentHeader.size) }

    /// Closes the segment and begins another, once the disk says that it has all of it: after a power cut no segment stands behind
    /// one whose end is lost, but where the disk had refused it before. Where it does not say so, this one goes on, and it is tried
    /// again.
    private func rotate(_ now: Int64) {
        let header = SegmentHeader(
            number: self.segment.header.number + 1,
            firstEntry: self.entries.next,
            begunAt: QueuedDecision.now(),
            previous: self.entries.chain
        )
        guard self.sync() else {
            self.nextRotationAttempt = now + Int64(Self.betweenAttempts) * 10
            return
        }
        do throws(DecisionLogFault) {
            let next = try SegmentFile(header, self.shared.settings)
            let last = self.segment
            self.segment = next
            self.isRotationDue = false
            self.entries.begin(header)
            self.hasUnsynced = false
            self.handedBytes = 0
            // Its header is written: that another file could not be made is over, also where nobody calls.
            if !self.isCancelled { self.succeeded() }
            self.shared.report(
                .closed(
                    segment: SegmentFiles.name(last.header.number),
                    lastEntry: header.firstEntry - 1,
                    chain: header.previous.description
                )
            )
            self.retention.expire(except: next)
        } catch {
            self.nextRotationAttempt = now + Int64(Self.betweenAttempts) * 10
            self.failed(error)
        }
    }

    /// Puts the segment on the disk.
    ///
    /// - Returns: Whether the disk has taken it.
    private func sync() -> Bool {
        do throws(DecisionLogFault) {
            try self.segment.sync()
            self.shared.synced()
            return true
        } catch {
            self.shared.syncFailed(error)
            return false
        }
    }

    private func finish() {
        _ = self.sync()
        self.syncer.close()
    }
}
