//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine

/// Takes down what applications ask of the book, and tells them that it is empty.
final class LedgerNeeds: LedgerReading {
    var needs = StepNeeds()

    func owner(ofAward id: String) -> String? {
        // The book has no other ids.
        if AwardID.isOne(id) { self.needs.awardIDs.insert(id) }
        return nil
    }

    func standing(of application: ApplicationIdentity) -> LedgerStanding {
        let key = ApplicantMeasure(creditCode: application.creditCode, measure: application.measure)
        Self.ask(about: application, in: &self.needs.awards[key, default: StepNeeds.Awards()])
        self.needs.wantsEnvelopes = true
        return LedgerStanding()
    }

    private static func ask(about application: ApplicationIdentity, in needs: inout StepNeeds.Awards) {
        if let subject = application.subject { needs.subjects.insert(SubjectID(utf8: subject)) }
        if application.wantsEach { needs.wantsEach = true }
    }
}
