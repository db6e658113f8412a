//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdSchema

/// The parts of a measure's assessments that hang on no application, with their tags and lengths.
struct MeasureSegments {
    let measure: Segment
    let basis: Segment
    let policy: Segment
    /// The findings where every rule passes, by stage.
    private let allPassAtApplication: Segment
    private let allPassAtPublicity: Segment
    private let allPassAtDisbursement: Segment
    /// The caps where none is used and none binds.
    let untouchedCaps: Segment
    /// Everything from the basis on where every rule passes, no cap is used or binds, nothing is missing and there are no
    /// lines, by stage.
    private let plainEndAtApplication: Segment
    private let plainEndAtPublicity: Segment
    private let plainEndAtDisbursement: Segment
    /// `subject_id` as a missing fact, without and with its question.
    let missingSubject: Segment
    let missingSubjectAndQuestion: Segment
    /// `prior_awards` as a missing fact, without and with its question.
    let missingAwards: Segment
    let missingAwardsAndQuestion: Segment
    /// No bytes.
    let nothing: Segment
    /// The most bytes of all fixed parts of an assessment without explanations: findings, caps, missing facts, policy
    /// and the rest.
    let most: Int

    /// What the applicant is asked where the subject is missing.
    static let subjectQuestion = Text(
        zh: "本次申请针对哪一个对象（产品、项目、作品或实验室）？请填写其标识，以便核对此前已获得的支持。",
        en:
            "Which product, project, work or laboratory is the application for? "
            + "Give its identifier, so that earlier awards can be told apart."
    )

    /// What the applicant is asked where the earlier awards are not known.
    static let awardsQuestion = Text(
        zh: "申请单位此前获得过本项支持吗？请逐笔填写对象、日期和金额；没有的，请声明没有。",
        en:
            "Has the applicant been awarded this support before? "
            + "Give the subject, day and sum of each award, or state that there is none."
    )

    /// The findings where every rule of a stage, and of those before it, passes.
    @inline(__always)
    func allPass(at stage: Stage) -> Segment {
        switch stage {
        case .application: self.allPassAtApplication
        case .publicity: self.allPassAtPublicity
        case .disbursement: self.allPassAtDisbursement
        }
    }

    /// Everything from the basis on where every rule of a stage, and of those before it, passes, no cap is used or binds,
    /// nothing is missing and there are no lines.
    @inline(__always)
    func plainEnd(at stage: Stage) -> Segment {
        switch stage {
        case .application: self.plainEndAtApplication
        case .publicity: self.plainEndAtPublicity
        case .disbursement: self.plainEndAtDisbursement
        }
    }

    init(_ measure: Measure, of programme: Programme, rules: [RulePlan], _ store: SegmentStore) {
        var id = MessageBytes()
        id.add(measure.id, field: ReplyField.Assessment.measure)
        self.measure = store.keep(id.bytes)

        var basis = MessageBytes()
        basis.add(varint: UInt64(measure.basis.rawValue), field: ReplyField.Assessment.basis)
        self.basis = store.keep(basis.bytes)

        var policy = MessageBytes()
        policy.add(Self.policy(of: measure, in: programme), field: ReplyField.Assessment.policy)
        self.policy = store.keep(policy.bytes)

        func bytes(_ segment: Segment) -> [UInt8] {
            [UInt8](UnsafeRawBufferPointer(start: segment.start, count: segment.count))
        }
        func allPass(at stage: Stage) -> Segment {
            store.keep(rules.filter { $0.stage <= stage }.flatMap { bytes($0.pass) })
        }
        self.allPassAtApplication = allPass(at: .application)
        self.allPassAtPublicity = allPass(at: .publicity)
        self.allPassAtDisbursement = allPass(at: .disbursement)

        var caps = MessageBytes()
        for cap in measure.caps {
            var use = MessageBytes()
            use.add(cap.id, field: ReplyField.CapUse.id)
            use.add(varint: UInt64(clamping: cap.limit), field: ReplyField.CapUse.limitFen)
            use.add(varint: 0, field: ReplyField.CapUse.usedFen)
            use.add(varint: UInt64(clamping: cap.limit), field: ReplyField.CapUse.remainingFen)
            use.add(varint: 0, field: ReplyField.CapUse.binding)
            caps.add(use, field: ReplyField.Assessment.caps)
        }
        self.untouchedCaps = store.keep(caps.bytes)
        func plainEnd(_ findings: Segment) -> Segment {
            store.keep(basis.bytes + bytes(findings) + caps.bytes + policy.bytes)
        }
        self.plainEndAtApplication = plainEnd(self.allPassAtApplication)
        self.plainEndAtPublicity = plainEnd(self.allPassAtPublicity)
        self.plainEndAtDisbursement = plainEnd(self.allPassAtDisbursement)

        func missing(_ path: String, _ question: Text?) -> Segment {
            var fact = MessageBytes()
            fact.add(path, field: ReplyField.MissingFact.path)
            if let question { fact.add(question, field: ReplyField.MissingFact.question) }
            var whole = MessageBytes()
            whole.add(fact, field: ReplyField.Assessment.missing)
            return store.keep(whole.bytes)
        }
        self.missingSubject = missing("subject_id", nil)
        self.missingSubjectAndQuestion = missing("subject_id", Self.subjectQuestion)
        self.missingAwards = missing("prior_awards", nil)
        self.missingAwardsAndQuestion = missing("prior_awards", Self.awardsQuestion)
        self.nothing = store.empty

        let findings = rules.map { max($0.pass.count, $0.fail.count, $0.unknown.count, $0.assumed.count) }.reduce(0, +)
        let facts = measure.facts.map { $0.wirePath.utf8.count + 12 }
            .reduce(self.missingSubject.count + self.missingAwards.count, +)
        let capBytes = measure.caps.map { $0.id.utf8.count * 2 + 64 }.reduce(0, +)
        self.most =
            id.bytes.count + basis.bytes.count + policy.bytes.count + findings + facts + capBytes + 64
            + (measure.usedUp?.cap.utf8.count ?? 0)
    }

    /// The reference to the file and the version that a measure's assessments are made under.
    ///
    /// - Parameter withDates: Whether it is of one version, and not of several.
    static func policy(of measure: Measure, in programme: Programme, withDates: Bool = true) -> MessageBytes {
        var policy = MessageBytes()
        policy.add(programme.id, field: ReplyField.PolicyReference.programme)
        policy.add(programme.documentNumber, field: ReplyField.PolicyReference.documentNumber)
        policy.add(programme.digest, field: ReplyField.PolicyReference.digest)
        if withDates {
            policy.add(measure.inForce.fromText, field: ReplyField.PolicyReference.inForceFrom)
            if let until = measure.inForce.untilText {
                policy.add(until, field: ReplyField.PolicyReference.inForceUntil)
            }
        }
        policy.add(EngineVersion.current, field: ReplyField.PolicyReference.engineVersion)
        return policy
    }
}
