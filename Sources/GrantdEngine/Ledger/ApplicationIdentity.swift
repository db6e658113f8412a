//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

/// What an application is about, as the book knows applications.
package struct ApplicationIdentity: Sendable, Hashable {
    /// The applicant's unified social credit code.
    package let creditCode: String
    /// The measure's full id.
    package let measure: String
    package let programme: String
    /// The digest on its assessments.
    package let policyDigest: String
    /// nil where it is unset or empty.
    package let subject: [UInt8]?
    /// nil where it is unset.
    package let applicationID: [UInt8]?
    /// `as_of`, in days since 1970-01-01.
    package let day: Int64
    /// A cap, a rule or a condition of the measure goes by subject.
    package let hangsOnSubject: Bool
    /// Conditions, or the words of a rule, read single awards.
    package let wantsEach: Bool
}

extension CompiledPolicies {
    /// What an application is about.
    ///
    /// - Parameter code: the applicant's code, NUL-terminated; nil where it is unset.
    func identity(
        of input: ApplicationInput,
        code: UnsafePointer<CChar>?
    ) throws(CallError) -> ApplicationIdentity {
        guard let code else {
            throw .badRequest(
                "the applicant's unified social credit code must be set: the book knows applicants by it",
                field: "applicant.unified_social_credit_code"
            )
        }
        let entry = self.policies.entries[input.entry]
        let programme = self.policies.programmes[entry.programme]
        let plan = self.plans.versions + self.reading.index.version(of: input.entry, on: input.asOf).index
        return ApplicationIdentity(
            creditCode: String(cString: code),
            measure: entry.id,
            programme: programme.id,
            policyDigest: programme.digest,
            subject: input.subject.map(Self.bytes),
            applicationID: input.applicationID.map(Self.bytes),
            day: input.asOf,
            hangsOnSubject: plan.pointee.hangsOnSubject,
            wantsEach: plan.pointee.readsAwards || plan.pointee.rules.contains { $0.kind == .alreadyAwarded }
        )
    }

    private static func bytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
        [UInt8](UnsafeRawBufferPointer(start: text, count: cStringCount(text)))
    }
}
