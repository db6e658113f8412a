//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What one call may take.
package struct EngineLimits: Sendable, Hashable {
    /// Applications of a batch.
    package var batch: Int
    /// Applications of a batch that asks for explanations.
    package var explainedBatch: Int
    /// Rows of a call by columns.
    package var columnRows: Int
    /// Rows of one that asks for explanations.
    package var explainedColumnRows: Int
    /// Entries that the lists of all rows of such a call have together.
    package var columnEntries: Int
    /// Bytes that the texts of its dictionaries come to, counted for each row and entry that names one.
    package var columnTextBytes: Int
    /// Entries in any list of a request.
    package var listEntries: Int
    /// Bytes that decoding and evaluating one call may take.
    package var arenaBytes: Int
    /// Bytes of the arena that are kept between calls.
    package var retainedArenaBytes: Int
    /// The steps (about a node of an expression evaluated each, or an earlier award looked at) that evaluating one
    /// application, or a whole screening, may take.
    package var steps: Int64
    /// The steps that all applications of a batch, or all rows of a call by columns, may take together.
    package var callSteps: Int64
    /// Missing facts that an assessment names; of those beyond it tells the number.
    package var missingFacts: Int

    package init(
        batch: Int,
        explainedBatch: Int,
        columnRows: Int,
        explainedColumnRows: Int,
        columnEntries: Int,
        columnTextBytes: Int,
        listEntries: Int,
        arenaBytes: Int,
        retainedArenaBytes: Int,
        steps: Int64,
        callSteps: Int64,
        missingFacts: Int
    ) {
        self.batch = batch
        self.explainedBatch = explainedBatch
        self.columnRows = columnRows
        self.explainedColumnRows = explainedColumnRows
        self.columnEntries = columnEntries
        self.columnTextBytes = columnTextBytes
        self.listEntries = listEntries
        self.arenaBytes = arenaBytes
        self.retainedArenaBytes = retainedArenaBytes
        self.steps = steps
        self.callSteps = callSteps
        self.missingFacts = missingFacts
    }

    /// 4,096 applications a batch, 256 with explanations; 65,536 rows of columns, 4,096 with explanations, 1,048,576 entries in
    /// their lists, 256 MiB of texts by dictionaries; 10,000 entries a list, 16 MiB of arena of which 256 KiB are
    /// kept, 100,000,000 steps, of a batch 2,000,000,000, 1,000 missing facts.
    package static let defaults = EngineLimits(
        batch: 4_096,
        explainedBatch: 256,
        columnRows: 65_536,
        explainedColumnRows: 4_096,
        columnEntries: 1 << 20,
        columnTextBytes: 256 << 20,
        listEntries: 10_000,
        arenaBytes: 16 << 20,
        retainedArenaBytes: 256 << 10,
        steps: 100_000_000,
        callSteps: 2_000_000_000,
        missingFacts: 1_000
    )
}
