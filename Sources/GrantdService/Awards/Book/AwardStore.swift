//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Where awards are kept: a database, or memory.
///
/// All calls come from one thread at a time, the ledger's. A step is atomic, isolated from all other steps (of other daemons
/// too), and durable when ``commit(_:)`` returns. Entries are only ever added: what an award is now follows from them.
package protocol AwardStore: AnyObject {
    /// Opens a step and reads what it needs, in a few statements however many applications it has. No other step of any
    /// daemon on the same book is open meanwhile.
    func begin(_ needs: StepNeeds) throws(LedgerFault) -> StepView

    /// Adds the entries in their order and ends the step. Where it throws, nothing of the step stands and it is ended.
    func commit(_ entries: [LedgerEntry]) throws(LedgerFault)

    /// Ends the step without a trace.
    func abandon()

    /// Reads outside of a step: a consistent view that nothing may be decided by that is then recorded.
    func read(_ needs: StepNeeds) throws(LedgerFault) -> StepView

    /// The awards that a query asks for, oldest first. Those whose reservation has ended are told as expired.
    func list(_ query: AwardQuery) throws(LedgerFault) -> AwardPage

    /// Gives back what the store holds. Nothing is called after it.
    func close()
}
