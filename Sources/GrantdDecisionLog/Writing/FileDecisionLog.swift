//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
package import GrantdEngine
package import GrantdService
internal import Synchronization

/// A log of decisions in files: segments in a directory, chained to each other.
package final class FileDecisionLog: DecisionLog {
    private struct Work: Sendable {
        let writer: LogThread
        let syncer: LogThread
    }

    let shared: LogShared
    /// Held until the log is closed.
    private let lock: LogLock
    private let work: Work
    private let isClosed = Mutex(false)

    /// Opens the log and begins a segment behind what stands there.
    ///
    /// - Parameters:
    ///   - tokens: Whose names callers have.
    ///   - policies: What is served, by which masks are checked.
    ///   - report: Told of what an operator should know, on any thread.
    /// - Throws: Where it cannot be written, another daemon writes there, or a path to be masked does not exist.
    package init(
        _ settings: DecisionLogSettings,
        tokens: TokenSet,
        policies: CompiledPolicies,
        report: @escaping @Sendable (DecisionLogEvent) -> Void
    ) throws(DecisionLogFault) {
        if let path = MaskPlan.unknown(settings.masks, policies.policies) {
            throw DecisionLogFault(
                .setting,
                zh: "申请中没有字段 \(path)；路径形如 applicant.name、subject_id",
                en: "an application has no field \(path); paths are like applicant.name and subject_id"
            )
        }
        let directory = settings.directory
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else {
            throw .system(directory, zh: "无法新建日志目录", en: "the directory of the log cannot be made")
        }
        self.lock = try LogLock(
            directory + "/" + SegmentFiles.lock,
            zh: "另一服务正在写此日志",
            en: "another daemon writes this log"
        )
        let recovery = try LogRecovery(directory: directory)
        for event in recovery.events { report(event) }
        let shared = LogShared(settings: settings, tokens: tokens, report: report)
        let header = SegmentHeader(
            number: recovery.segment,
            firstEntry: recovery.entry,
            begunAt: QueuedDecision.now(),
            previous: recovery.chain
        )
        let syncer = SegmentSyncer()
        let start = WriterStart(shared, try SegmentFile(header, settings), header, syncer)
        let syncing = try syncer.start(shared)
        self.work = Work(writer: try LogThread { start.run() }, syncer: syncing)
        self.shared = shared
        _ = shared.number(of: policies)
        report(
            .opened(
                directory: directory,
                segment: SegmentFiles.name(header.number),
                entries: recovery.entry - 1
            )
        )
    }

    package func makeRecorder() -> any DecisionRecorder {
        let queue = DecisionQueue(self.shared)
        self.shared.add(queue)
        return queue
    }

    package var status: DecisionLogStatus { self.shared.status }

    package func rotate() {
        self.shared.isRotationWanted.store(true, ordering: .relaxed)
        self.shared.wake.signal()
    }

    /// From now on no answer waits for room: those that do are refused.
    package func stopWaiting() { self.shared.end() }

    /// Writes what is recorded, puts it on the disk, and returns. Nothing may be recorded any more.
    package func close() {
        let wasClosed = self.isClosed.withLock { isClosed in
            defer { isClosed = true }
            return isClosed
        }
        guard !wasClosed else { return }
        self.shared.close()
        self.work.writer.join()
        self.work.syncer.join()
        self.lock.release()
    }
}

/// What the writer's thread begins with.
private final class WriterStart: @unchecked Sendable {
    // Unchecked: made on one thread and used on one other, after it was made.
    private let writer: LogWriter

    init(_ shared: LogShared, _ segment: SegmentFile, _ header: SegmentHeader, _ syncer: SegmentSyncer) {
        let entries = EntryWriter(chain: header.chain, next: header.firstEntry)
        self.writer = LogWriter(shared, segment, entries, syncer)
    }

    func run() { self.writer.run() }
}
