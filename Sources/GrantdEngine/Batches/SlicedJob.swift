//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdSchema

/// A long call on its way: it is worked on in steps, so that other calls are served between. Belongs to its engine's thread.
package protocol SlicedJob: AnyObject {
    /// Whether it is to be answered by what the book has.
    var usesLedger: Bool { get }
    /// How much of a step may be done before somebody looks at the clock: few enough to end in time, many enough that looking costs
    /// next to nothing.
    var unitsBetweenClocks: Int { get }
    /// What it holds of memory beside the request and the reply, in bytes.
    var heldBytes: Int { get }

    /// Works on, and appends to `reply`, which holds nothing else.
    ///
    /// - Parameters:
    ///   - maximum: The most applications of this step; one that costs as much as many ends the step.
    ///   - ledger: The book, where the call asks for it.
    /// - Returns: Whether it is finished.
    /// - Throws: What ends the call. What is wrong with one application stands beside it instead.
    func step(maximum: Int, with ledger: (any LedgerReading)?, into reply: ByteWriter) throws(CallError) -> Bool

    /// Says what the next step, which is still to be taken, asks of the book.
    func rehearse(maximum: Int, with ledger: any LedgerReading, into scratch: ByteWriter)
}
