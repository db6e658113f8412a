//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdSchema
internal import GrantdService

/// Which fields of requests and replies are left out as they are written.
///
/// A path is one in an application, as `MissingFact.path` has it: `applicant.name`, `subject_id`, `prior_awards.subject_id`,
/// `patent_conversion_institution.deals.patent_number`. It holds wherever an application stands, and for what a reply or the book
/// repeats of it. With masks explanations and the texts of errors are left out, too: they say what was asked.
final class MaskPlan: Sendable {
    enum Part: Sendable {
        case request
        case reply
    }

    /// By the methods' numbers in the log.
    private let requests: [UInt8: FieldFilter]
    private let replies: [UInt8: FieldFilter]

    /// Makes a plan. Paths that these policies do not know are passed over: measures come and go.
    init(_ paths: [String], _ policies: PolicySet) {
        guard !paths.isEmpty else {
            self.requests = [:]
            self.replies = [:]
            return
        }
        var application = FieldFilter()
        for path in paths {
            if let numbers = Self.numbers(path, in: policies.types.application) {
                application.drop(numbers[...])
            }
        }
        let applicant = application.children[Self.applicant] ?? FieldFilter()
        let dropsApplicant = application.dropped.contains(Self.applicant)
        var screen = FieldFilter(into: [
            2: applicant, 3: application.children[Self.priorAwards] ?? FieldFilter(), 4: application,
        ])
        if dropsApplicant { screen.dropped.insert(2) }
        if application.dropped.contains(Self.priorAwards) { screen.dropped.insert(3) }
        self.requests = [
            1: FieldFilter(into: [1: application]), 2: FieldFilter(into: [1: application]), 3: screen,
            5: FieldFilter(into: [1: application]), 6: FieldFilter(into: [1: FieldFilter(into: [1: application])]),
        ]
        // Assessment.explanation; Error.message.
        var assessment = FieldFilter(dropping: 14)
        let error = FieldFilter(dropping: 3)
        var award = FieldFilter()
        if application.dropped.contains(Self.applicationID) {
            assessment.dropped.insert(1)
            award.dropped.insert(11)
        }
        if application.dropped.contains(Self.asOf) {
            assessment.dropped.insert(3)
            award.dropped.insert(9)
        }
        if application.dropped.contains(Self.subjectID) { award.dropped.insert(8) }
        if dropsApplicant || applicant.dropped.contains(Self.creditCode) { award.dropped.insert(6) }
        let response = FieldFilter(into: [1: assessment, 2: award])
        self.replies = [
            1: assessment, 2: FieldFilter(into: [1: FieldFilter(into: [1: assessment, 2: error])]),
            3: FieldFilter(into: [1: assessment]),
            5: response, 6: FieldFilter(into: [1: FieldFilter(into: [1: response, 2: error])]),
            7: FieldFilter(into: [1: award]),
        ]
    }

    /// The first path that leads to no field of an application.
    static func unknown(_ paths: [String], _ policies: PolicySet) -> String? {
        paths.first { self.numbers($0, in: policies.types.application) == nil }
    }

    /// Auctions, settlements by an award's id, envelopes.
    private static let methodsWithoutApplicants: Set<UInt8> = [4, 7, 8]

    // Of `Application` and `Applicant`.
    private static let applicationID: UInt32 = 1
    private static let asOf: UInt32 = 2
    private static let subjectID: UInt32 = 3
    private static let applicant: UInt32 = 4
    private static let priorAwards: UInt32 = 5
    private static let creditCode: UInt32 = 1

    private static func numbers(_ path: String, in type: MessageType) -> [UInt32]? {
        var numbers: [UInt32] = []
        var type: MessageType? = type
        for name in path.split(separator: ".", omittingEmptySubsequences: false) {
            guard let field = type?.field(named: String(name)) else { return nil }
            numbers.append(field.number)
            if case .message(let inner) = field.kind { type = inner } else { type = nil }
        }
        return numbers.isEmpty ? nil : numbers
    }

    // MARK: - Bytes

    /// Copies a message without what is masked.
    ///
    /// - Parameters:
    ///   - method: By its number in the log.
    ///   - writer: Takes it, from its start. A message that is none, as no call that was answered has, leaves nothing there.
    func apply(
        to bytes: UnsafeRawBufferPointer,
        of method: UInt8,
        _ part: Part,
        into writer: ByteWriter
    ) {
        writer.reset()
        let plans = part == .request ? self.requests : self.replies
        guard let filter = plans[method] else {
            // What cannot be masked field by field, as columns, is left out whole.
            if Self.methodsWithoutApplicants.contains(method) { writer.write(bytes) }
            return
        }
        if !filter.copy(bytes, into: writer) { writer.truncate(to: 0) }
    }
}
