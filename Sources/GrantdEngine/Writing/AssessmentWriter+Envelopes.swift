//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// Envelopes of the book among the caps of an assessment.
extension AssessmentWriter {
    /// The most that the envelopes take, in bytes.
    var envelopeRoom: Int {
        self.decision.pointee.envelopes.reduce(0) { $0 + 2 * $1.capID.count + 64 }
    }

    func putBinding(_ binding: Int, _ plan: UnsafePointer<MeasurePlan>, _ cursor: inout UnsafeMutableRawPointer) {
        let own = plan.pointee.caps.count
        guard binding >= own else { return cursor.put(plan.pointee.caps[binding].binding) }
        cursor.put(self.decision.pointee.envelopes[binding - own].capID, field: ReplyField.Assessment.bindingCap)
    }

    func putEnvelopes(_ plan: UnsafePointer<MeasurePlan>, _ cursor: inout UnsafeMutableRawPointer) {
        let envelopes = self.decision.pointee.envelopes
        for index in envelopes.indices {
            let envelope = envelopes[index]
            let idSize = 1 + Varint.size(UInt64(envelope.capID.count)) + envelope.capID.count
            let count =
                idSize + 5 + Varint.size(UInt64(bitPattern: envelope.limit))
                + Varint.size(UInt64(bitPattern: envelope.used)) + Varint.size(UInt64(bitPattern: envelope.remaining))
            cursor.put(ReplyField.lengthTag(ReplyField.Assessment.caps))
            cursor.put(varint: UInt64(truncatingIfNeeded: count))
            cursor.put(envelope.capID, field: ReplyField.CapUse.id)
            cursor.put(envelope.limit, field: ReplyField.CapUse.limitFen)
            cursor.put(envelope.used, field: ReplyField.CapUse.usedFen)
            cursor.put(envelope.remaining, field: ReplyField.CapUse.remainingFen)
            cursor.put(ReplyField.varintTag(ReplyField.CapUse.binding))
            cursor.put(self.decision.pointee.bindingCap == plan.pointee.caps.count + index ? 1 : 0)
        }
    }
}
