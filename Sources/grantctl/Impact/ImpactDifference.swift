//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdMessages
internal import GrantdPolicy

/// An application that the two policy sets answer differently.
struct ImpactDifference {
    /// Where an application stands.
    enum Place: Hashable {
        /// A line of the input, from 1.
        case line(Int)
        /// An entry of a log.
        case entry(log: String, number: UInt64)

        /// What is said where the application has no name of its own.
        func text(_ language: Language) -> String {
            switch self {
            case .line(let number): language("第 \(number) 行", "line \(number)")
            case .entry(_, let number): language("第 \(number) 条", "entry \(number)")
            }
        }

        fileprivate var json: String {
            switch self {
            case .line(let number): #""line":\#(number)"#
            case .entry(let log, let number): #""log":\#(AnswerJSON.quoted(log)),"entry":"\#(number)""#
            }
        }
    }

    /// The outcome, or that the request is refused.
    enum Standing: Hashable {
        case outcome(GrantdOutcome.Value)
        case refused
        /// There is no such measure.
        case absent

        init(_ result: ImpactResult?, hasMeasure: Bool) {
            self = result.map { .outcome($0.assessment.outcome) } ?? (hasMeasure ? .refused : .absent)
        }
    }

    /// Where the application stands.
    let place: Place
    /// Empty where the application has none.
    let applicationID: String
    let measure: String
    /// The clause that makes the difference.
    let clause: String
    /// `nil` where the request is refused, as one with a fact that there is no more.
    let old: ImpactResult?
    /// `nil` where the request is refused.
    let new: ImpactResult?
    /// Which of the two sets has the measure at all.
    let hasMeasure: (old: Bool, new: Bool)

    /// By how much there is more to be had, in fen; `nil` where one side cannot say.
    var change: Int64? {
        // Where there is no measure there is nothing to be had.
        let before = self.hasMeasure.old ? self.old?.fen : 0
        let after = self.hasMeasure.new ? self.new?.fen : 0
        guard let old = before, let new = after else { return nil }
        return new.subtractingReportingOverflow(old).partialValue
    }

    var meaning: ImpactResult.Meaning {
        // A bound on either side makes the difference one.
        let sides = [self.new, self.old].compactMap { $0?.meaning }
        return sides.first { $0 != .amount } ?? .amount
    }

    var standings: (old: Standing, new: Standing) {
        (
            Standing(self.old, hasMeasure: self.hasMeasure.old), Standing(self.new, hasMeasure: self.hasMeasure.new)
        )
    }

    /// Whether another one says the same of the same application.
    func isRepeated(by other: Self) -> Bool {
        !self.applicationID.isEmpty && self.applicationID == other.applicationID && self.measure == other.measure
            && self.old?.fen == other.old?.fen && self.new?.fen == other.new?.fen
    }

    /// A line.
    var json: [UInt8] {
        var members = [self.place.json]
        if !self.applicationID.isEmpty {
            members.append(#""application_id":\#(AnswerJSON.quoted(self.applicationID))"#)
        }
        members.append(#""measure":\#(AnswerJSON.quoted(self.measure))"#)
        members.append(#""clause":\#(AnswerJSON.quoted(self.clause))"#)
        members.append(#""old":\#(self.old?.json ?? "null")"#)
        members.append(#""new":\#(self.new?.json ?? "null")"#)
        if let change = self.change { members.append(#""change_fen":\#(change)"#) }
        return Array("{\(members.joined(separator: ","))}\n".utf8)
    }
}

extension ImpactDifference {
    /// The clause that makes the difference: that of the first rule that fails, or is open, on one side only; else that of
    /// the cap that binds on one side only; else the measure's own.
    static func clause(
        _ old: ImpactResult?,
        _ new: ImpactResult?,
        _ sides: (old: Measure?, new: Measure?)
    ) -> String {
        let own = (sides.new ?? sides.old)?.clause ?? ""
        guard let old, let new else { return own }
        for verdict in [GrantdFinding.Verdict.fail, .unknown] {
            let (before, after) = (old.rules(verdict), new.rules(verdict))
            let came = after.first { finding in !before.contains { $0.rule == finding.rule } }
            let went = before.first { finding in !after.contains { $0.rule == finding.rule } }
            if let finding = came ?? went { return finding.clause }
        }
        if old.fen != new.fen {
            for (result, measure) in [(new, sides.new), (old, sides.old)] where result.assessment.hasBindingCap {
                if let cap = measure?.caps.first(where: { $0.id == result.assessment.bindingCap }) { return cap.clause }
            }
        }
        return own
    }
}
