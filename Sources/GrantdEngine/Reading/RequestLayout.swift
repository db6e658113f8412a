//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdSchema

/// Where the fields that the evaluator reads lie in the structs of a decoded request. Taken from the contract's own
/// descriptors, once.
final class RequestLayout {
    /// A field of 32 or 64 bits and its "is set".
    struct Scalar: BitwiseCopyable {
        let offset: Int
        let presence: Int

        @inline(__always)
        func int32(_ base: UnsafeRawPointer) -> Int32? {
            guard base.load(fromByteOffset: self.presence, as: Int32.self) != 0 else { return nil }
            return base.load(fromByteOffset: self.offset, as: Int32.self)
        }

        @inline(__always)
        func int64(_ base: UnsafeRawPointer) -> Int64? {
            guard base.load(fromByteOffset: self.presence, as: Int32.self) != 0 else { return nil }
            return base.load(fromByteOffset: self.offset, as: Int64.self)
        }
    }

    /// A text or a message: a pointer that is NULL where it is unset.
    struct Pointer: BitwiseCopyable {
        let offset: Int

        @inline(__always)
        func text(_ base: UnsafeRawPointer) -> UnsafePointer<CChar>? {
            base.load(fromByteOffset: self.offset, as: UnsafePointer<CChar>?.self)
        }

        @inline(__always)
        func message(_ base: UnsafeRawPointer) -> UnsafeRawPointer? {
            base.load(fromByteOffset: self.offset, as: UnsafeRawPointer?.self)
        }
    }

    /// A list of messages.
    struct List: BitwiseCopyable {
        let count: Int
        let elements: Int

        @inline(__always)
        func entries(_ base: UnsafeRawPointer) -> UnsafeBufferPointer<UnsafeRawPointer?> {
            let count = base.load(fromByteOffset: self.count, as: Int.self)
            let start = base.load(fromByteOffset: self.elements, as: UnsafePointer<UnsafeRawPointer?>?.self)
            return UnsafeBufferPointer(start: start, count: start == nil ? 0 : count)
        }

        /// The numbers of a list of an enum's values.
        func numbers(_ base: UnsafeRawPointer) -> UnsafeBufferPointer<Int32> {
            let count = base.load(fromByteOffset: self.count, as: Int.self)
            let start = base.load(fromByteOffset: self.elements, as: UnsafePointer<Int32>?.self)
            return UnsafeBufferPointer(start: start, count: start == nil ? 0 : count)
        }
    }

    /// What `EvaluateRequest`, `EvaluateBatchRequest` and `ScreenRequest` have in common.
    struct Options: BitwiseCopyable {
        let stage: Scalar
        let assumesUnsetBarsAbsent: Scalar
        let explain: Scalar

        init(_ type: MessageType) {
            self.stage = type.scalar("stage")
            self.assumesUnsetBarsAbsent = type.scalar("assume_unset_bars_absent")
            self.explain = type.scalar("explain")
        }

        func read(_ base: UnsafeRawPointer) -> EvaluationOptions {
            EvaluationOptions(
                // A number that is no stage was refused when the request was decoded.
                stage: Stage(rawValue: self.stage.int32(base) ?? 0) ?? .application,
                assumesUnsetBarsAbsent: (self.assumesUnsetBarsAbsent.int32(base) ?? 0) != 0,
                explains: (self.explain.int32(base) ?? 0) != 0
            )
        }
    }

    let evaluateApplication: Pointer
    let evaluateOptions: Options

    let batchOptions: Options

    let screenAsOf: Pointer
    let screenApplicant: Pointer
    let screenAwards: List
    let screenKnown: List
    let screenOptions: Options
    let screenIncludesOnRequest: Scalar
    let screenAwardsAreUnknown: Scalar

    let application: MessageType
    let applicationID: Pointer
    let asOf: Pointer
    let subject: Pointer
    let applicant: Pointer
    let awards: List
    let awardsAreUnknown: Scalar
    /// Where the number of the member of `facts` stands that is set, 0 for none; -1 where nothing is served.
    let factsCase: Int
    let facts: Pointer

    let applicantType: MessageType
    let code: Pointer

    let awardMeasure: Pointer
    let awardSubject: Pointer
    let awardDay: Pointer
    let awardAmount: Scalar

    let listAsOf: Pointer
    let listProgramme: Pointer
    let describeMeasure: Pointer
    let describeAsOf: Pointer
    let documentsAsOf: Pointer
    let documentsNumber: Pointer
    let schemaDigest: Pointer

    init(_ types: ApplicationTypes) {
        let evaluate = types.evaluateRequest
        self.evaluateApplication = evaluate.pointer("application")
        self.evaluateOptions = Options(evaluate)

        let batch = types.evaluateBatchRequest
        self.batchOptions = Options(batch)

        let screen = types.screenRequest
        self.screenAsOf = screen.pointer("as_of")
        self.screenApplicant = screen.pointer("applicant")
        self.screenAwards = screen.list("prior_awards")
        self.screenKnown = screen.list("known")
        self.screenOptions = Options(screen)
        self.screenIncludesOnRequest = screen.scalar("include_on_request")
        self.screenAwardsAreUnknown = screen.scalar("prior_awards_unknown")

        let application = types.application
        self.application = application
        self.applicationID = application.pointer("application_id")
        self.asOf = application.pointer("as_of")
        self.subject = application.pointer("subject_id")
        self.applicant = application.pointer("applicant")
        self.awards = application.list("prior_awards")
        self.awardsAreUnknown = application.scalar("prior_awards_unknown")
        // All members share a place.
        let member = application.fields.first { $0.label == .oneofMember }
        self.factsCase = member?.quantifierOffset ?? -1
        self.facts = Pointer(offset: member?.offset ?? 0)

        let applicant = MessageType.applicant
        self.applicantType = applicant
        self.code = applicant.pointer("unified_social_credit_code")

        let award = MessageType.priorAward
        self.awardMeasure = award.pointer("measure")
        self.awardSubject = award.pointer("subject_id")
        self.awardDay = award.pointer("awarded_on")
        self.awardAmount = award.scalar("amount_fen")

        let list = MessageType.listMeasuresRequest
        self.listAsOf = list.pointer("as_of")
        self.listProgramme = list.pointer("programme")
        let describe = MessageType.describeMeasureRequest
        self.describeMeasure = describe.pointer("measure")
        self.describeAsOf = describe.pointer("as_of")
        let documents = MessageType.listDocumentsRequest
        self.documentsAsOf = documents.pointer("as_of")
        self.documentsNumber = documents.pointer("number")
        self.schemaDigest = MessageType.getSchemaRequest.pointer("known_digest")
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

    func scalar(_ name: String) -> RequestLayout.Scalar {
        let slot = self.slot(name)
        return RequestLayout.Scalar(offset: slot.offset, presence: slot.quantifierOffset)
    }

    func pointer(_ name: String) -> RequestLayout.Pointer {
        RequestLayout.Pointer(offset: self.slot(name).offset)
    }

    func list(_ name: String) -> RequestLayout.List {
        let slot = self.slot(name)
        return RequestLayout.List(count: slot.quantifierOffset, elements: slot.offset)
    }
}
