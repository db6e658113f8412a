//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdSchema

/// Where the fields that the evaluator reads lie in the structs of a decoded request. Taken from the contract's own
/// descriptors, once.
struct RequestLayout: BitwiseCopyable {
    /// What `EvaluateRequest` and `ScreenRequest` have in common.
    struct Options: BitwiseCopyable {
        let stage: ScalarPlace
        let assumesUnsetBarsAbsent: ScalarPlace
        let explain: ScalarPlace
        let usesLedger: ScalarPlace

        init(_ type: MessageType) {
            self.stage = type.scalar("stage")
            self.assumesUnsetBarsAbsent = type.scalar("assume_unset_bars_absent")
            self.explain = type.scalar("explain")
            self.usesLedger = type.scalar("use_ledger")
        }

        func read(_ base: UnsafeRawPointer) -> EvaluationOptions {
            EvaluationOptions(
                // A number that is no stage was refused when the request was decoded.
                stage: Stage(rawValue: self.stage.int32(base) ?? 0) ?? .application,
                assumesUnsetBarsAbsent: (self.assumesUnsetBarsAbsent.int32(base) ?? 0) != 0,
                explains: (self.explain.int32(base) ?? 0) != 0,
                usesLedger: (self.usesLedger.int32(base) ?? 0) != 0
            )
        }
    }

    let evaluateApplication: AddressPlace
    let evaluateOptions: Options

    let screenAsOf: AddressPlace
    let screenApplicant: AddressPlace
    let screenAwards: ListPlace
    let screenKnown: ListPlace
    let screenOptions: Options
    let screenIncludesOnRequest: ScalarPlace
    let screenAwardsAreUnknown: ScalarPlace

    let applicationID: AddressPlace
    let asOf: AddressPlace
    let subject: AddressPlace
    let applicant: AddressPlace
    let awards: ListPlace
    let awardsAreUnknown: ScalarPlace
    /// Where the number of the member of `facts` stands that is set, 0 for none; -1 where nothing is served.
    let factsCase: Int
    let facts: AddressPlace?

    let code: AddressPlace

    let awardMeasure: AddressPlace
    let awardSubject: AddressPlace
    let awardDay: AddressPlace
    let awardAmount: ScalarPlace
    let awardID: AddressPlace

    init(_ types: ApplicationTypes) {
        let evaluate = types.evaluateRequest
        self.evaluateApplication = evaluate.address("application")
        self.evaluateOptions = Options(evaluate)

        let screen = types.screenRequest
        self.screenAsOf = screen.address("as_of")
        self.screenApplicant = screen.address("applicant")
        self.screenAwards = screen.list("prior_awards")
        self.screenKnown = screen.list("known")
        self.screenOptions = Options(screen)
        self.screenIncludesOnRequest = screen.scalar("include_on_request")
        self.screenAwardsAreUnknown = screen.scalar("prior_awards_unknown")

        let application = types.application
        self.applicationID = application.address("application_id")
        self.asOf = application.address("as_of")
        self.subject = application.address("subject_id")
        self.applicant = application.address("applicant")
        self.awards = application.list("prior_awards")
        self.awardsAreUnknown = application.scalar("prior_awards_unknown")
        // All members share a place.
        let member = application.fields.first { $0.label == .oneofMember }
        self.factsCase = member?.quantifierOffset ?? -1
        self.facts = member?.address

        let applicant = MessageType.applicant
        self.code = applicant.address("unified_social_credit_code")

        let award = MessageType.priorAward
        self.awardMeasure = award.address("measure")
        self.awardSubject = award.address("subject_id")
        self.awardDay = award.address("awarded_on")
        self.awardAmount = award.scalar("amount_fen")
        self.awardID = award.address("award_id")
    }
}

extension MessageType {
    /// A field that the evaluator cannot do without. The names are constants of the program, and every start looks all
    /// of them up.
    func slot(_ name: String) -> FieldSlot {
        guard let slot = self.field(named: name) else {
            preconditionFailure("\(self.name) has no field \(name): the generated contract is not this program's")
        }
        return slot
    }

    func scalar(_ name: String) -> ScalarPlace { self.slot(name).scalar }

    func address(_ name: String) -> AddressPlace { self.slot(name).address }

    func list(_ name: String) -> ListPlace { self.slot(name).list }
}
