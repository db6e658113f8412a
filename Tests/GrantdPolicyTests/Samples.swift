//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import GrantdPolicy
internal import GrantdSchema
internal import GrantdTesting
internal import Testing

/// Requests as the other protobuf runtime encodes them.
enum Samples: WireSamples {
    /// The requests of the built-in policies.
    static let types: ApplicationTypes = {
        do {
            return try PolicySet.builtIn().types
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    static var request: GrantdEvaluateRequest {
        var request = GrantdEvaluateRequest()
        request.stage = .disbursement
        request.application.applicationID = "2025-000123"
        request.application.asOf = "2025-09-01"
        request.application.subjectID = "专利-7"
        request.application.applicant.unifiedSocialCreditCode = "91110108MA01ABCD2X"
        request.application.applicant.kind = .enterprise
        request.application.applicant.registeredInBeijing = true
        var award = GrantdPriorAward()
        award.measure = "medical-device.product-approval"
        award.awardedOn = "2025-03-01"
        award.amountFen = .max
        request.application.priorAwards = [award, award]
        var deal = GrantdPatentConversionDeal()
        deal.patentNumber = "ZL202410000001.X"
        deal.kind = .licence
        deal.jurisdiction = .foreign
        deal.contractAmountFen = -1
        request.application.patentConversionInstitution.deals = [deal, deal, deal]
        return request
    }

    /// What a decoder says, `nil` where it finds nothing: the same whether it decodes or only looks over the bytes.
    static func fault(_ bytes: [UInt8], _ decoder: MessageDecoder = .forEvaluate()) -> WireFault? {
        let arena = Arena(retained: 4 << 10)
        return bytes.withUnsafeBytes { bytes in
            var looked: WireFault?
            var decoded: MessageDecoder.Failure?
            do throws(WireFault) { try decoder.validate(bytes) } catch { looked = error }
            do throws(MessageDecoder.Failure) { _ = try decoder.decode(bytes, into: arena) } catch { decoded = error }
            #expect(decoded == looked.map { .fault($0) })
            return looked
        }
    }
}

extension MessageDecoder {
    static func forEvaluate() -> MessageDecoder {
        MessageDecoder(Samples.types.evaluateRequest, transparent: "application")
    }

    static func forApplication() -> MessageDecoder { MessageDecoder(Samples.types.application) }

    static func forScreen() -> MessageDecoder { MessageDecoder(Samples.types.screenRequest) }
}
