//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import SwiftProtobuf

/// A request whose evaluation is measured.
enum Sample: String, CaseIterable {
    /// Five rules, a rate and a cap, every fact known.
    case typical
    /// The same with an earlier award that uses part of the cap.
    case awarded
    /// The same with 1,000 earlier awards of the measure.
    case awards
    /// The measure with the most rules, every fact known.
    case largest
    /// The same with a list of 1,000 deals, as an institution of a year has them.
    case deals
    /// The typical measure with every fact but one unset: the list of what is missing is built.
    case undetermined
    /// The typical measure, explained in Chinese and English.
    case explained
    /// A batch of 1,000 typical applications.
    case batch
    /// One applicant without further facts against every measure.
    case screen

    /// The sample that differs from this one only in that it has no list where this one has 1,000 entries.
    var withoutList: Sample? {
        switch self {
        case .awards: .typical
        case .deals: .largest
        default: nil
        }
    }

    /// Applications in one request.
    var applications: Int { self == .batch ? 1_000 : 1 }

    /// The request's wire bytes.
    func payload() throws -> [UInt8] {
        switch self {
        case .typical:
            return try Self.request(Self.laboratoryProject()).serializedBytes()
        case .awarded:
            var application = Self.laboratoryProject()
            application.priorAwards = [
                .with {
                    $0.measure = "digital-space.laboratory-project"
                    $0.subjectID = "P-17"
                    $0.awardedOn = "2025-12-01"
                    $0.amountFen = 200_000_000
                }
            ]
            return try Self.request(application).serializedBytes()
        case .awards:
            var application = Self.laboratoryProject()
            application.priorAwards = (0..<1_000).map { number in
                .with {
                    $0.measure = "digital-space.laboratory-project"
                    $0.subjectID = "P-\(number)"
                    $0.awardedOn = "2025-12-01"
                    $0.amountFen = 200_000_000
                }
            }
            return try Self.request(application).serializedBytes()
        case .largest:
            return try Self.request(Self.institution()).serializedBytes()
        case .deals:
            var application = Self.institution()
            application.patentConversionInstitution.deals = (0..<1_000).map(Self.deal)
            return try Self.request(application).serializedBytes()
        case .undetermined:
            var application = Self.laboratoryProject()
            application.digitalSpaceLaboratoryProject = .with { $0.inPilotZone = true }
            return try Self.request(application).serializedBytes()
        case .explained:
            var request = Self.request(Self.laboratoryProject())
            request.explain = .full
            return try request.serializedBytes()
        case .batch:
            return try GrantdEvaluateBatchRequest.with {
                $0.applications = (0..<1_000).map { number in
                    var application = Self.laboratoryProject()
                    application.applicationID = "A-\(number)"
                    return application
                }
            }.serializedBytes()
        case .screen:
            return try GrantdScreenRequest.with {
                $0.asOf = "2026-05-20"
                $0.applicant = Self.applicant(.enterprise)
            }.serializedBytes()
        }
    }

    private static func request(_ application: GrantdApplication) -> GrantdEvaluateRequest {
        .with { $0.application = application }
    }

    private static func applicant(_ kind: GrantdApplicant.Kind) -> GrantdApplicant {
        .with {
            $0.unifiedSocialCreditCode = "91110108MA01CX7K1R"
            $0.kind = kind
            $0.registeredInBeijing = true
            $0.independentLegalLiability = true
            $0.isSmallOrMedium = true
        }
    }

    private static func laboratoryProject() -> GrantdApplication {
        .with {
            $0.applicationID = "A-2026-000417"
            $0.asOf = "2026-05-20"
            $0.subjectID = "P-17"
            $0.applicant = Self.applicant(.enterprise)
            $0.digitalSpaceLaboratoryProject = .with {
                $0.inPilotZone = true
                $0.laboratoryLevel = .municipal
                $0.laboratoryLanded = true
                $0.keyIndustryRelated = true
                $0.technologyInnovationProject = true
                $0.approvedTotalInvestmentFen = 1_234_567_890
            }
        }
    }

    private static func institution() -> GrantdApplication {
        .with {
            $0.applicationID = "A-2026-000418"
            $0.asOf = "2026-05-20"
            $0.subjectID = "S-1"
            $0.applicant = Self.applicant(.university)
            $0.patentConversionInstitution = .with {
                $0.conversionPlanInPlace = true
                $0.notableResultsInPeriod = true
                $0.creditCommitmentSigned = true
                $0.conversionDepartmentAndStaffInPlace = true
                $0.managementSystemSound = true
                $0.municipalAndNationalRequirementsMet = true
                $0.notForConversionOrNotConverted = false
                $0.mainlyFreeTerms = false
                $0.abnormalTerms = false
                $0.counterpartyControlledOrCloselyRelated = false
                $0.onlyChangedToCoOwnership = false
                $0.bulkLowPriceDisposal = false
                $0.shamAgreement = false
                $0.agreementUnperformed = false
                $0.sameContentFundedByOtherMunicipalProgramme = false
                $0.falseMaterials = false
                $0.publicityObjectionUpheld = false
                $0.foundIneligibleDuringPublicity = false
                $0.dishonestJudgmentDebtor = false
                $0.listedSeriouslyIllegalOrDishonest = false
                $0.abnormalOperationStatus = false
                $0.punishedForOrOtherSeriousDishonesty = false
                $0.applicationQualificationCancelled = false
            }
        }
    }

    private static func deal(_ number: Int) -> GrantdPatentConversionDeal {
        .with {
            $0.patentNumber = "ZL2024100\(number).X"
            $0.kind = .licence
            $0.jurisdiction = .domestic
            $0.valid = true
            $0.heldByApplicant = true
            $0.registeredOrRecordedOn = "2025-06-30"
            $0.foreignQualificationProven = false
            $0.foreignLanguageMaterial = false
            $0.chineseTranslationSubmitted = false
            $0.contractAmountFen = 50_000_000
        }
    }
}
