//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The bounds within which policy files are taken in, whoever wrote them. What is over one is refused with its place.
///
/// The bounds of a single expression are those of the expression language: its length, its depth, its estimated cost.
package enum LoaderLimits {
    /// Policy files of all directories together.
    package static let files = 256
    /// Bytes of one file. Larger files are not read.
    package static let fileBytes = 1 << 20
    /// Bytes of all files together.
    package static let totalBytes = 16 << 20
    /// How deep the nodes of a file may nest; the format itself needs seven levels.
    package static let nesting = 32
    /// Nodes of a file: texts, lists and groups, keys included.
    package static let nodes = 60_000
    /// Entries of `measures`, versions included.
    package static let measures = 500
    /// Measures of all files together, versions included.
    package static let allMeasures = 5_000
    /// Definitions that one measure may use, those of its programme included.
    package static let definitions = 500
    /// Expressions compiled for a file: one that several measures share counts for each of them.
    package static let expressions = 10_000
    /// Bytes of all the expressions compiled for a file.
    package static let expressionBytes = 4 << 20
    /// Expressions compiled for all files together, and their bytes.
    package static let allExpressions = 50_000
    package static let allExpressionBytes = 16 << 20
    /// The estimated cost of all expressions of a measure, in the steps of the expression language: ten times what a single
    /// expression may cost.
    package static let measureCost: UInt64 = 40_000_000
    /// The estimated cost of all measures together, of each that of its costliest version: what a screening may come to. Half
    /// of the steps that a call may take (`EngineLimits.steps`), for some expressions are evaluated twice, and what is
    /// missing is listed.
    package static let screeningCost: UInt64 = 50_000_000
    /// Errors, and warnings, that are told of all files together.
    package static let diagnostics = 100
}
