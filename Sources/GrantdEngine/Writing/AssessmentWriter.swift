//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdPolicy
internal import GrantdSchema

/// Writes what was decided as the bytes of an `Assessment`, most of them copied from what was encoded when the policies
/// were loaded.
///
/// One for the life of an engine: what it reads is not retained anew for every application.
struct AssessmentWriter {
    let decision: UnsafePointer<Decision>
    private let missing: MissingList
    private let workspace: Workspace

    /// Makes a writer of what an assessor decides.
    init(_ assessor: Assessor) {
        self.decision = UnsafePointer(assessor.decision)
        self.missing = assessor.missing
        self.workspace = assessor.workspace
    }

    /// Writes everything but the explanation.
    ///
    /// - Returns: Whether there was room; if not, the reply is over its limit.
    func write(
        _ plan: UnsafePointer<MeasurePlan>,
        _ input: ApplicationInput,
        explains: Bool,
        into reply: ByteWriter
    ) -> Bool {
        let decision = self.decision
        let idCount = input.applicationID.map { cStringCount($0) } ?? 0
        var room = plan.pointee.segments.most + idCount + 16
        let writesLines = decision.pointee.outcome.hasLines && !plan.pointee.lines.isEmpty
        let writesMissing = decision.pointee.outcome == .undetermined
        if writesLines { room += self.lineRoom(plan) }
        if writesMissing { room += self.missingRoom(plan, explains) }
        if !decision.pointee.envelopes.isEmpty { room += self.envelopeRoom }
        guard let start = reply.room(room) else { return false }
        var cursor = start

        if let id = input.applicationID {
            cursor.put(UnsafeRawPointer(id), count: idCount, field: ReplyField.Assessment.applicationID)
        }
        cursor.put(plan.pointee.segments.measure)
        cursor.put(UnsafeRawPointer(input.asOfText), count: 10, field: ReplyField.Assessment.asOf)
        cursor.put(ReplyField.varintTag(ReplyField.Assessment.outcome))
        cursor.put(decision.pointee.outcome.rawValue)
        if let amount = decision.pointee.amount { cursor.put(amount, field: ReplyField.Assessment.amountFen) }
        if let potential = decision.pointee.potential {
            cursor.put(potential, field: ReplyField.Assessment.potentialAmountFen)
        }
        if decision.pointee.isPlain, !writesLines {
            cursor.put(plan.pointee.segments.plainEnd(at: decision.pointee.stage))
            reply.advance(cursor - start)
            return true
        }
        cursor.put(plan.pointee.segments.basis)
        if decision.pointee.outcome != .notInForce {
            let binding = decision.pointee.bindingCap
            if binding >= 0 { self.putBinding(binding, plan, &cursor) }
            if binding == MeasurePlan.usedUpCap { cursor.put(plan.pointee.usedUpBinding) }
            self.putFindings(plan, &cursor)
            if writesMissing { self.putMissing(plan, explains, &cursor) }
            if writesLines { self.putLines(plan, explains, &cursor) }
            self.putCaps(plan, &cursor)
            if !decision.pointee.envelopes.isEmpty { self.putEnvelopes(plan, &cursor) }
        }
        cursor.put(plan.pointee.segments.policy)
        reply.advance(cursor - start)
        return true
    }

    private func putFindings(_ plan: UnsafePointer<MeasurePlan>, _ cursor: inout UnsafeMutableRawPointer) {
        if self.decision.pointee.allPass {
            cursor.put(plan.pointee.segments.allPass(at: self.decision.pointee.stage))
            return
        }
        for index in plan.pointee.rules.indices {
            cursor.put(
                plan.pointee.rules[index].finding(
                    self.decision.pointee.verdicts[index],
                    nothing: plan.pointee.segments.nothing
                )
            )
        }
    }

    // MARK: - Caps

    private func putCaps(_ plan: UnsafePointer<MeasurePlan>, _ cursor: inout UnsafeMutableRawPointer) {
        if self.decision.pointee.capsAreUntouched {
            cursor.put(plan.pointee.segments.untouchedCaps)
            return
        }
        for index in plan.pointee.caps.indices {
            let cap = plan.pointee.caps[index]
            let state = self.decision.pointee.caps[index]
            var count = cap.idAndLimit.count + 2
            if let used = state.used {
                count += 2 + Varint.size(UInt64(bitPattern: used)) + Varint.size(UInt64(bitPattern: state.remaining))
            }
            cursor.put(ReplyField.lengthTag(ReplyField.Assessment.caps))
            cursor.put(varint: UInt64(truncatingIfNeeded: count))
            cursor.put(cap.idAndLimit)
            if let used = state.used {
                cursor.put(used, field: ReplyField.CapUse.usedFen)
                cursor.put(state.remaining, field: ReplyField.CapUse.remainingFen)
            }
            cursor.put(ReplyField.varintTag(ReplyField.CapUse.binding))
            cursor.put(self.decision.pointee.bindingCap == index ? 1 : 0)
        }
    }

    // MARK: - Missing facts

    private func missingRoom(_ plan: UnsafePointer<MeasurePlan>, _ explains: Bool) -> Int {
        var room = 0
        let facts = plan.pointee.missing
        for item in self.missing.items {
            if item >= 0 {
                room += explains ? facts[Int(item)].pathAndQuestion.count : facts[Int(item)].path.count
            } else if item == MissingList.subject {
                room += plan.pointee.segments.missingSubjectAndQuestion.count
            } else if item == MissingList.priorAwards {
                room += plan.pointee.segments.missingAwardsAndQuestion.count
            } else {
                let nested = self.missing.nested(item)
                room += nested.path.utf8.count + 24 + (nested.question.map { facts[$0].question.count } ?? 0)
            }
        }
        return room
    }

    private func putMissing(
        _ plan: UnsafePointer<MeasurePlan>,
        _ explains: Bool,
        _ cursor: inout UnsafeMutableRawPointer
    ) {
        let facts = plan.pointee.missing
        for item in self.missing.items {
            if item >= 0 {
                cursor.put(explains ? facts[Int(item)].pathAndQuestion : facts[Int(item)].path)
            } else if item == MissingList.subject {
                let segments = plan.pointee.segments
                cursor.put(explains ? segments.missingSubjectAndQuestion : segments.missingSubject)
            } else if item == MissingList.priorAwards {
                let segments = plan.pointee.segments
                cursor.put(explains ? segments.missingAwardsAndQuestion : segments.missingAwards)
            } else {
                let fact = self.missing.nested(item)
                self.putNested(fact, question: explains ? fact.question.map { facts[$0].question } : nil, &cursor)
            }
        }
    }

    private func putNested(
        _ fact: NestedFact,
        question asked: Segment?,
        _ cursor: inout UnsafeMutableRawPointer
    ) {
        var path = fact.path
        path.withUTF8 { bytes in
            guard let start = bytes.baseAddress else { return }
            let size = 1 + Varint.size(UInt64(bytes.count)) + bytes.count + (asked?.count ?? 0)
            cursor.put(ReplyField.lengthTag(ReplyField.Assessment.missing))
            cursor.put(varint: UInt64(size))
            cursor.put(UnsafeRawPointer(start), count: bytes.count, field: ReplyField.MissingFact.path)
            if let asked { cursor.put(asked) }
        }
    }

    // MARK: - Lines

    private func lineRoom(_ plan: UnsafePointer<MeasurePlan>) -> Int {
        var room = 0
        for index in plan.pointee.lines.indices {
            let line = plan.pointee.lines[index]
            room += line.id.count + line.basis.count + line.label.count + 16
            room += self.valueSize(line, self.decision.pointee.lines[index]) ?? 0
        }
        return room
    }

    private func putLines(
        _ plan: UnsafePointer<MeasurePlan>,
        _ explains: Bool,
        _ cursor: inout UnsafeMutableRawPointer
    ) {
        for index in plan.pointee.lines.indices {
            let line = plan.pointee.lines[index]
            let value = self.decision.pointee.lines[index]
            guard let size = self.valueSize(line, value) else { continue }
            let label = explains ? line.label : plan.pointee.segments.nothing
            cursor.put(ReplyField.lengthTag(ReplyField.Assessment.lines))
            cursor.put(varint: UInt64(line.id.count + size + line.basis.count + label.count))
            cursor.put(line.id)
            self.put(value, of: line, &cursor)
            cursor.put(line.basis)
            cursor.put(label)
        }
    }

    /// The size of a line's value with its tag; `nil` where the line is left out.
    private func valueSize(_ line: LinePlan, _ value: Value) -> Int? {
        switch line.kind {
        case .amount:
            return value.asInt.map { 1 + Varint.size(UInt64(bitPattern: $0)) }
        case .quantity:
            return value.asInt.map {
                let inner = self.quantitySize($0, line)
                return 1 + Varint.size(UInt64(inner)) + inner
            }
        case .date:
            return value.asDate == nil ? nil : 12
        case .name, .month:
            return value.asStringBytes.map { 1 + Varint.size(UInt64($0.count)) + $0.count }
        case .flag:
            return value.asBool == nil ? nil : 2
        case .names:
            return value.kind == .list ? 1 + Varint.size(UInt64(self.namesSize(value))) + self.namesSize(value) : nil
        }
    }

    private func quantitySize(_ value: Int64, _ line: LinePlan) -> Int {
        1 + Varint.size(UInt64(bitPattern: value)) + line.unit.count
    }

    private func namesSize(_ list: Value) -> Int {
        var size = 0
        for index in 0..<list.listCount {
            guard let name = self.workspace.element(of: list, at: index)?.asStringBytes else { continue }
            size += 1 + Varint.size(UInt64(name.count)) + name.count
        }
        return size
    }

    private func put(_ value: Value, of line: LinePlan, _ cursor: inout UnsafeMutableRawPointer) {
        switch line.kind {
        case .amount:
            cursor.put(value.asInt ?? 0, field: ReplyField.Line.amountFen)
        case .quantity:
            let number = value.asInt ?? 0
            cursor.put(ReplyField.lengthTag(ReplyField.Line.quantity))
            cursor.put(varint: UInt64(self.quantitySize(number, line)))
            cursor.put(number, field: ReplyField.Quantity.value)
            cursor.put(line.unit)
        case .date:
            cursor.put(ReplyField.lengthTag(ReplyField.Line.date))
            cursor.put(10)
            cursor.put(day: value.asDate ?? 0)
        case .name:
            guard let name = value.asStringBytes else { return }
            cursor.put(name, field: ReplyField.Line.name)
        case .month:
            guard let month = value.asStringBytes else { return }
            cursor.put(month, field: ReplyField.Line.date)
        case .flag:
            cursor.put(ReplyField.varintTag(ReplyField.Line.flag))
            cursor.put(value.asBool == true ? 1 : 0)
        case .names:
            cursor.put(ReplyField.lengthTag(ReplyField.Line.names))
            cursor.put(varint: UInt64(self.namesSize(value)))
            for index in 0..<value.listCount {
                guard let name = self.workspace.element(of: value, at: index)?.asStringBytes else { continue }
                cursor.put(name, field: ReplyField.Names.values)
            }
        }
    }
}
