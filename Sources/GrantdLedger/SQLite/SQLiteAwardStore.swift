//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import Glibc
package import GrantdService

/// A book in a file: SQLite with a write-ahead log that is synced at every step.
///
/// Several processes may have the file open; their steps wait for each other. What fails is rolled back, and where the
/// connection may be at fault the file is opened anew at the next step, so that a book whose disk was full or whose file was
/// locked goes on by itself.
package final class SQLiteAwardStore: AwardStore {
    package struct Configuration: Sendable {
        /// How long a step waits for another process's, in milliseconds.
        package var lockWait: Int32 = 5_000
        /// How large the log grows before its pages are put into the book, in pages of 8,192 bytes.
        package var checkpointPages = 4_096
        /// How many entries may wait to be put into the tables that follow from them; no more than 16,384.
        package var waitingEntries = 16_384
        /// How long the replies to idempotency keys are kept, in milliseconds; `nil`: for good.
        package var keepsRepliesFor: Int64?
        /// What reads and writes the file; the system's own where it is `nil`.
        package var vfs: String?

        package static let defaults = Self()
    }

    private let path: String
    private let configuration: Configuration
    private let clock: () -> Int64
    private var opened: OpenBook?
    /// The book that this store serves, and how far it has come: what is opened again must be it.
    private var known: BookHead?
    /// The latest moment that was told.
    private var latest: Int64 = 0
    private var step: BookHead?
    /// Keys that the step asked for and that nothing answers.
    private var freeKeys: Set<String> = []
    private var isStepChanged = false
    /// Whether the disk has failed since the log was last put into the book: parts of the log may not be on the disk, though they
    /// can be read, and no later sync would tell.
    private var isLogSuspect = false

    /// Opens a book; where there is no file, begins one.
    ///
    /// - Parameter clock: The milliseconds since 1970.
    package init(
        path: String,
        configuration: Configuration = .defaults,
        clock: @escaping () -> Int64 = SQLiteAwardStore.wallClock
    ) throws(LedgerFault) {
        self.path = path
        self.configuration = configuration
        self.clock = clock
        _ = try self.translated { () throws(SQLiteFailure) in try self.open() }
    }

    package static func wallClock() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    // MARK: - Steps

    package func begin(_ needs: StepNeeds) throws(LedgerFault) -> StepView {
        self.abandon()
        return try self.translated { () throws(SQLiteFailure) in
            let book = try self.open()
            try self.settleLog(book)
            while true {
                try book.connection.execute("BEGIN IMMEDIATE")
                var head = try book.head()
                let now = self.now(after: head)
                try book.fillBuffer(head)
                let tables = head.tablesSeq
                var isMore = try self.recordEnded(at: now, book, &head)
                if !isMore {
                    try self.endReplies(before: now, book, &head)
                    // What was done to the tables is not done again where nothing comes of the step.
                    isMore = head.tablesSeq != tables
                }
                if isMore {
                    try self.end(book, head)
                    continue
                }
                let view = try SQLiteBookReader(book, needs).view(at: now)
                self.step = head
                self.freeKeys = view.receipts.isEmpty ? needs.keys : needs.keys.subtracting(view.receipts.keys)
                return view
            }
        }
    }

    package func commit(_ entries: [LedgerEntry]) throws(LedgerFault) {
        try self.translated { () throws(SQLiteFailure) in
            guard let book = self.opened?.book, var head = self.step else {
                throw SQLiteFailure(code: SQLiteFailure.misuse, message: "has no step that could be committed")
            }
            guard !entries.isEmpty else { return try self.end(book, head) }
            // One that is taken would be found when its entry is put into the tables, too late.
            for entry in entries {
                guard let key = entry.receipt?.key, !self.freeKeys.contains(key) else { continue }
                try book.checkIsFree(key)
            }
            self.isStepChanged = true
            try book.append(entries.lazy.map(EntryRecord.Content.entry), at: self.latest, head: &head)
            try self.end(book, head)
        }
    }

    package func abandon() {
        self.step = nil
        self.freeKeys = []
        self.isStepChanged = false
        self.opened?.book.transactionIsUndone()
        guard let connection = self.opened?.book.connection, connection.isInTransaction else { return }
        do throws(SQLiteFailure) {
            try connection.execute("ROLLBACK")
        } catch {
            self.opened = nil
        }
    }

    package func close() {
        self.abandon()
        // Whoever opens the book next finds its tables up to date; where it fails, it makes of the entries what they lack.
        try? self.bringTablesUpToDate()
        self.abandon()
        self.opened = nil
    }

    private func bringTablesUpToDate() throws(SQLiteFailure) {
        guard let book = self.opened?.book, !self.isLogSuspect else { return }
        try book.connection.execute("BEGIN IMMEDIATE")
        var head = try book.head()
        try book.fillBuffer(head)
        self.isStepChanged = !book.buffer.isEmpty
        try book.bringTablesUpToDate(&head)
        try self.end(book, head)
    }

    /// Ends the transaction so that it stands.
    private func end(_ book: SQLiteBook, _ head: BookHead) throws(SQLiteFailure) {
        try self.opened?.check(self.path)
        guard self.isStepChanged else { return self.abandon() }
        do throws(SQLiteFailure) {
            try book.connection.execute("COMMIT")
        } catch {
            // A sync that fails leaves open what stands on the disk: the book opened anew tells.
            guard error.leavesStepOpen, self.stands(head) else { throw error }
        }
        self.opened?.book.transactionStands()
        self.known = head
        self.step = nil
        self.freeKeys = []
        self.isStepChanged = false
    }

    /// Whether a step whose commit failed stands nevertheless.
    private func stands(_ head: BookHead) -> Bool {
        if let connection = self.opened?.book.connection, connection.isInTransaction {
            try? connection.execute("ROLLBACK")
        }
        self.opened = nil
        self.isLogSuspect = true
        do throws(SQLiteFailure) {
            let book = try self.open()
            try self.settleLog(book)
            return try book.head() == head
        } catch {
            return false
        }
    }

    /// After the disk has failed, puts all that the log says into the book and has that synced, before anything builds on it.
    private func settleLog(_ book: SQLiteBook) throws(SQLiteFailure) {
        guard self.isLogSuspect else { return }
        if try book.connection.integer("PRAGMA wal_checkpoint(TRUNCATE)") != 0 {
            throw SQLiteFailure(code: SQLiteFailure.busy, message: "the log is being read")
        }
        self.isLogSuspect = false
    }

    // MARK: - Reading

    package func read(_ needs: StepNeeds) throws(LedgerFault) -> StepView {
        try self.snapshot { book, now throws(SQLiteFailure) in try SQLiteBookReader(book, needs).view(at: now) }
    }

    package func list(_ query: AwardQuery) throws(LedgerFault) -> AwardPage {
        try self.snapshot { book, _ throws(SQLiteFailure) in try book.list(query) }
    }

    /// Reads at a moment at which every reservation that has ended is recorded as such.
    private func snapshot<Value>(
        _ body: (SQLiteBook, Int64) throws(SQLiteFailure) -> Value
    ) throws(LedgerFault) -> Value {
        self.abandon()
        return try self.translated { () throws(SQLiteFailure) in
            let book = try self.open()
            while true {
                try book.connection.execute("BEGIN")
                let read = try book.head()
                let now = self.now(after: read)
                try book.fillBuffer(read)
                if book.buffer.firstEnd > now, try book.ended(at: now, most: 1).isEmpty {
                    let value = try body(book, now)
                    self.abandon()
                    return value
                }
                self.abandon()
                try self.settleLog(book)
                try book.connection.execute("BEGIN IMMEDIATE")
                var head = try book.head()
                try book.fillBuffer(head)
                _ = try self.recordEnded(at: self.now(after: head), book, &head)
                try self.end(book, head)
            }
        }
    }

    // MARK: - Time

    /// Never earlier than what was told or recorded before.
    private func now(after head: BookHead) -> Int64 {
        self.latest = max(self.latest, head.lastAt, self.clock())
        return self.latest
    }

    /// The most reservations that are ended in one transaction.
    private static let mostEnded = 4_096

    /// Records that reservations have ended.
    ///
    /// - Returns: Whether it is to be committed before anything else: there may be more of them, or what waited was put into
    ///   the tables.
    private func recordEnded(
        at now: Int64,
        _ book: SQLiteBook,
        _ head: inout BookHead
    ) throws(SQLiteFailure) -> Bool {
        let hasWaited = book.buffer.firstEnd <= now
        if hasWaited {
            try book.bringTablesUpToDate(&head)
            self.isStepChanged = true
        }
        let ended = try book.ended(at: now, most: Self.mostEnded)
        guard !ended.isEmpty else { return hasWaited }
        try book.append(ended.map { .expired(awardID: $0) }, at: now, head: &head)
        self.isStepChanged = true
        return hasWaited || ended.count == Self.mostEnded
    }

    /// Lets go of replies that are older than they are kept, some at a step.
    private func endReplies(
        before now: Int64,
        _ book: SQLiteBook,
        _ head: inout BookHead
    ) throws(SQLiteFailure) {
        guard let kept = self.configuration.keepsRepliesFor else { return }
        if try book.endReplies(recordedBefore: now - min(kept, now), head: &head) { self.isStepChanged = true }
    }

    // MARK: - The file

    private func open() throws(SQLiteFailure) -> SQLiteBook {
        // One that could only be read when it was opened may be written by now.
        if let opened = self.opened, !opened.book.connection.isReadOnly {
            try opened.check(self.path)
            return opened.book
        }
        let opened = try OpenBook(self.path, self.configuration, mayBegin: self.known == nil)
        let head = try opened.book.head()
        if let known = self.known { try opened.check(isLater: head, than: known, self.path) }
        self.known = head
        self.opened = opened
        return opened.book
    }

    /// Runs a body; where it fails, nothing of it stands.
    private func translated<Value>(_ body: () throws(SQLiteFailure) -> Value) throws(LedgerFault) -> Value {
        do throws(SQLiteFailure) {
            return try body()
        } catch {
            self.abandon()
            if error.leavesStepOpen { self.isLogSuspect = true }
            if !error.keepsConnection { self.opened = nil }
            throw LedgerFault(error, path: self.path)
        }
    }
}
