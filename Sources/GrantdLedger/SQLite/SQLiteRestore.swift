//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CSQLite
private import Glibc
package import GrantdService

/// A copy of a book put in the place of the book itself.
package enum SQLiteRestore {
    /// Why a book is not replaced.
    package enum Refusal: Error, Hashable {
        /// A daemon, or another process, has the book open.
        case inUse
        /// What is there is another book, by its id.
        case otherBook(String)
        /// The book has so many entries more than the copy, or others than the copy has.
        case newer(entries: Int64)
        /// What is there is no book that could be read: why.
        case unreadable(String)
        case fault(LedgerFault)
    }

    /// Puts a copy in place.
    ///
    /// - Parameters:
    ///   - copy: As it was opened.
    ///   - path: Where the book is to be.
    ///   - replaces: Whether a book that is there gives way even where entries would be lost. It is kept beside, in any case.
    ///   - progress: Is told how many pages have been copied, and how many there are.
    /// - Returns: Where the book that was there before is kept; `nil` where there was none.
    package static func run(
        _ copy: SQLiteBookFile,
        to path: String,
        replaces: Bool,
        progress: (Int64, Int64) -> Void = { _, _ in }
    ) throws(Refusal) -> String? {
        guard access(path, F_OK) == 0 else {
            do throws(LedgerFault) {
                try SQLiteCopy.make(of: copy, at: path, progress: progress)
            } catch {
                throw .fault(error)
            }
            return nil
        }
        let lock = try self.lock(path)
        if !replaces { try self.compare(copy, with: lock, path) }
        let made = "\(path).restoring-\(getpid())"
        do throws(LedgerFault) {
            try SQLiteCopy.make(of: copy, at: made, progress: progress)
        } catch {
            throw .fault(error)
        }
        defer { unlink(made) }
        do throws(SQLiteFailure) {
            // All of the log goes into the book, so that what is kept is one file.
            if let lock { _ = try lock.text("PRAGMA journal_mode = DELETE") }
            let kept = try self.keep(path)
            guard rename(made, path) == 0 else { throw SQLiteCopy.failure("cannot be replaced", errno) }
            try SQLiteCopy.sync(SQLiteCopy.folder(of: path))
            return kept
        } catch {
            throw .fault(LedgerFault(error, path: path))
        }
    }

    /// The book's file, opened so that nobody else can have it open; `nil` where it is no database.
    private static func lock(_ path: String) throws(Refusal) -> SQLiteConnection? {
        do throws(SQLiteFailure) {
            let connection = try SQLiteConnection(path: path, .write)
            try connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            try connection.execute("BEGIN EXCLUSIVE")
            try connection.execute("COMMIT")
            return connection
        } catch {
            switch error.kind {
            case .busy: throw .inUse
            case .notADatabase, .corrupt: return nil
            default: throw .fault(LedgerFault(error, path: path))
            }
        }
    }

    private static func compare(
        _ copy: SQLiteBookFile,
        with connection: SQLiteConnection?,
        _ path: String
    ) throws(Refusal) {
        guard let connection else { throw .unreadable("it is damaged, or no database") }
        let head: BookHead
        let restored: BookHead
        let hash: [UInt8]?
        do throws(SQLiteFailure) {
            if try SQLiteSchema.check(connection) == 0 { return }
            let book = SQLiteBook(connection)
            head = try book.head()
            do throws(LedgerFault) {
                restored = try copy.head()
            } catch {
                throw SQLiteFailure(code: SQLITE_CORRUPT, message: error.message)
            }
            hash = try book.hash(ofEntry: restored.lastSeq)
        } catch {
            throw .unreadable(error.message)
        }
        guard head.bookID == restored.bookID else { throw .otherBook(head.bookID) }
        // Where the copy has more entries, those of the book must be its first ones.
        if head.lastSeq <= restored.lastSeq {
            let ofCopy: [UInt8]?
            do throws(LedgerFault) {
                ofCopy = try copy.hash(ofEntry: head.lastSeq)
            } catch {
                throw .fault(error)
            }
            guard ofCopy == head.lastHash else { throw .newer(entries: head.lastSeq) }
        } else {
            throw .newer(entries: hash == restored.lastHash ? head.lastSeq - restored.lastSeq : head.lastSeq)
        }
    }

    /// Gives the book that is there a second name, under which it stays.
    private static func keep(_ path: String) throws(SQLiteFailure) -> String {
        for number in 1...10_000 {
            let kept = "\(path).replaced-\(number)"
            if link(path, kept) == 0 { return kept }
            guard errno == EEXIST else { throw SQLiteCopy.failure("cannot be kept beside", errno) }
        }
        throw SQLiteFailure(code: SQLITE_CANTOPEN, message: "has too many replaced books beside it")
    }
}
