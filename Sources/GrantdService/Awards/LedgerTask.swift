//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdSchema

/// A call of the book's on its way, on the book's thread.
///
/// In each turn it first says what it needs of the book, then works by what was read: steps are shared by all calls that wait.
protocol LedgerTask: AnyObject {
    /// Which book it is about.
    var target: LedgerTarget { get }
    /// Whether it may add to the book.
    var writes: Bool { get }
    /// Whether it puts envelopes, which goes before awards within a step: what they bind was read at its beginning.
    var putsEnvelopes: Bool { get }
    /// What its next turn counts against a step's bound: the entries that it would add at the most, or as many as it costs to read.
    var weight: Int { get }
    /// What its turns have written. The whole reply once it is finished.
    var reply: ByteWriter { get }

    /// Says what the next turn needs.
    ///
    /// - Throws: what is wrong with the call, which is its end.
    func prepare(_ needs: LedgerNeeds) throws(CallError)

    /// Works for one turn.
    ///
    /// - Parameter isOver: whether others are to have their turn; a call of one piece need not ask.
    /// - Returns: whether it is finished.
    /// - Throws: what is wrong with the call, which is its end. It has added nothing to the step then.
    func work(in step: LedgerStep, until isOver: () -> Bool) throws(CallError) -> Bool

    /// The turn does not stand: the book could not be read or written.
    ///
    /// - Returns: whether the call is finished all the same.
    /// - Throws: where that is the call's end.
    func undo(_ error: CallError) throws(CallError) -> Bool
}

/// Which book a call is about.
enum LedgerTarget: Hashable {
    /// The daemon's.
    case ledger
    /// A run that is remembered, or, without a name, the call's alone.
    case dryRun(String?)

    init(isDryRun: Bool, runID: String?) {
        self = isDryRun ? .dryRun(runID) : .ledger
    }
}

extension LedgerTask {
    var putsEnvelopes: Bool { false }
    // What reads may go through all envelopes, or through as many measures.
    var weight: Int { self.writes ? 1 : 64 }

    func undo(_ error: CallError) throws(CallError) -> Bool { throw error }
}
