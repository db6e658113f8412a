//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import NIOCore

/// The state of a scoring: what is gathered for the next call, what is in flight, what is answered and not yet read.
///
/// Three sides share it: the reader of the source, the calls, and whoever takes results. It holds no task and waits for
/// nothing; each event returns what its side is to do next. A call starts when a batch is full, or when nothing else is
/// in flight: a fast source fills its batches, a slow one has each answer at once. No more than `window` batches are
/// anywhere at a time, one more being gathered, so memory is bounded whatever the source and the taker do.
struct ScoreWindow: Sendable {
    private enum Slot: Sendable {
        case inFlight
        case answered([Result])
        case failed(GrantdClientError)
    }

    typealias Result = Swift.Result<GrantdAssessment, GrantdClientError>

    private let limits: ScoreLimits
    private var gathering = ScoreBatch()
    private var slots = CircularBuffer<Slot>()
    private var firstNumber = 0
    private var inFlight = 0
    private var nextIndex = 0
    private var isSourceDone = false
    private var sourceFailure: GrantdClientError?
    private var isOver = false

    init(limits: ScoreLimits) { self.limits = limits }

    /// Whether one more call may start.
    var hasRoom: Bool { self.slots.count < self.limits.window }

    /// Whether ``next()`` would return anything but ``OnNext/wait``.
    var isReady: Bool {
        guard !self.isOver else { return true }
        switch self.slots.first {
        case .inFlight: return false
        case .answered, .failed: return true
        case nil: return !self.gathering.isEmpty || self.isSourceDone
        }
    }

    enum OnEntry {
        /// The entry is taken; read the next one.
        case gathered
        /// The entry is taken; make this call and read the next one.
        case start(ScoreBatch)
        /// The entry is not taken: offer it again when there is room.
        case wait
    }

    /// The source has given an entry.
    mutating func append(_ entry: ScoreEntry) -> OnEntry {
        if !self.gathering.hasRoom(for: entry, limits: self.limits) {
            guard self.hasRoom else { return .wait }
            let full = self.take()
            self.gathering.append(entry)
            return .start(full)
        }
        self.gathering.append(entry)
        return self.inFlight == 0 && self.hasRoom ? .start(self.take()) : .gathered
    }

    enum OnSourceEnd {
        /// Make this last call.
        case start(ScoreBatch)
        /// Ask again when there is room.
        case wait
        /// Nothing is left to send.
        case done
    }

    /// The source has ended, with an error or without.
    mutating func sourceEnded(_ failure: GrantdClientError?) -> OnSourceEnd {
        self.sourceFailure = failure
        if !self.gathering.isEmpty {
            guard self.hasRoom else { return .wait }
            self.isSourceDone = true
            return .start(self.take())
        }
        self.isSourceDone = true
        return .done
    }

    /// A call has been answered, or failed as a whole.
    ///
    /// - Returns: The call to make next, if one has become due.
    mutating func finished(_ batch: ScoreBatch, _ results: Swift.Result<[Result], GrantdClientError>) -> ScoreBatch? {
        self.inFlight -= 1
        let offset = batch.number - self.firstNumber
        if offset >= 0, offset < self.slots.count {
            let position = self.slots.index(self.slots.startIndex, offsetBy: offset)
            switch results {
            case .success(let results): self.slots[position] = .answered(results)
            case .failure(let error): self.slots[position] = .failed(error)
            }
        }
        guard self.inFlight == 0, self.hasRoom, !self.gathering.isEmpty, !self.isOver else { return nil }
        return self.take()
    }

    enum OnNext {
        /// The next results in order, a batch's; the index is the first one's.
        case results([Result], from: Int)
        /// Make this call, then ask again: nobody else would.
        case start(ScoreBatch)
        /// Nothing is there yet.
        case wait
        /// There are no more.
        case end
        /// The scoring ends here.
        case fail(GrantdClientError)
    }

    /// Somebody wants results.
    mutating func next() -> OnNext {
        guard !self.isOver else { return .end }
        switch self.slots.first {
        case .answered(let results):
            _ = self.slots.popFirst()
            self.firstNumber += 1
            defer { self.nextIndex += results.count }
            return .results(results, from: self.nextIndex)
        case .failed(let error):
            self.isOver = true
            return .fail(error)
        case .inFlight:
            return .wait
        case nil:
            if !self.gathering.isEmpty { return .start(self.take()) }
            guard self.isSourceDone else { return .wait }
            self.isOver = true
            return self.sourceFailure.map { .fail($0) } ?? .end
        }
    }

    private mutating func take() -> ScoreBatch {
        let batch = self.gathering.numbered(self.firstNumber + self.slots.count)
        self.gathering = ScoreBatch()
        self.slots.append(.inFlight)
        self.inFlight += 1
        return batch
    }
}
