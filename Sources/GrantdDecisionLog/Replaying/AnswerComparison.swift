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

    /// - Parameter request: What both answer.
    func isSame(
        _ old: UnsafeRawBufferPointer,
        _ new: UnsafeRawBufferPointer,
        to request: UnsafeRawBufferPointer,
        of method: Method
    ) -> Bool {
        if old.elementsEqualFast(new) { return true }
        guard let filter = Self.filters[method] else { return false }
        self.left.reset()
        self.right.reset()
        guard filter.copy(old, into: self.left), filter.copy(new, into: self.right) else { return false }
        if self.left.bytes.elementsEqualFast(self.right.bytes) { return true }
        return method == .evaluateBatch && self.isSame(butFor: BatchedApplications(request).unread)
    }

    /// Whether the results of a batch are the same, or errors of applications that were never read.
    private func isSame(butFor unread: Set<Int>) -> Bool {
        guard !unread.isEmpty else { return false }
        var (left, right) = (WireReader(self.left.bytes), WireReader(self.right.bytes))
        var place = 0
        while !left.isAtEnd, !right.isAtEnd {
            guard left.tag()?.field == BatchedApplications.results, right.tag()?.field == BatchedApplications.results,
                let old = left.lengthDelimited(), let new = right.lengthDelimited()
            else { return false }
            let areErrors = unread.contains(place) && [old, new].allSatisfy(BatchedApplications.isError)
            guard areErrors || old.bytes.elementsEqualFast(new.bytes) else { return false }
            place += 1
        }
        return left.isAtEnd && right.isAtEnd
    }
}
