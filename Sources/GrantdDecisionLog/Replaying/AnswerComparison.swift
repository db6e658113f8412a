//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema
internal import GrantdService

/// Whether two replies say the same but for the version of the engine that decided.
struct AnswerComparison {
    private let left = ByteWriter(limit: EntryLayout.mostBytes)
    private let right = ByteWriter(limit: EntryLayout.mostBytes)

    /// `PolicyReference.engine_version`, in an assessment.
    private static let ofAssessment = FieldFilter(into: [13: FieldFilter(dropping: 6)])
    /// By method.
    private static let filters: [Method: FieldFilter] = [
        .evaluate: Self.ofAssessment,
        .evaluateBatch: FieldFilter(into: [1: FieldFilter(into: [1: Self.ofAssessment])]),
        .evaluateColumns: FieldFilter(into: [3: FieldFilter(dropping: 6)]),
        .screen: FieldFilter(into: [1: Self.ofAssessment]),
        .clearAuction: FieldFilter(into: [9: FieldFilter(dropping: 6)]),
    ]

    func isSame(_ old: UnsafeRawBufferPointer, _ new: UnsafeRawBufferPointer, of method: Method) -> Bool {
        if old.elementsEqualFast(new) { return true }
        guard let filter = Self.filters[method] else { return false }
        self.left.reset()
        self.right.reset()
        guard filter.copy(old, into: self.left), filter.copy(new, into: self.right) else { return false }
        return self.left.bytes.elementsEqualFast(self.right.bytes)
    }
}
