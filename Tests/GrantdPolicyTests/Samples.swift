//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import GrantdPolicy
internal import GrantdSchema
internal import SwiftProtobuf
internal import Testing

/// Requests as the other protobuf runtime encodes them.
enum Samples {
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

    static func bytes(_ message: any Message) throws -> [UInt8] { try message.serializedBytes(partial: true) }

    /// A field with a varint.
    static func varint(_ field: UInt64, _ value: UInt64) -> [UInt8] { self.number(field << 3) + self.number(value) }

    /// A field with a length and bytes.
    static func delimited(_ field: UInt64, _ bytes: [UInt8]) -> [UInt8] {
        self.number(field << 3 | 2) + self.number(UInt64(bytes.count)) + bytes
    }

    static func number(_ value: UInt64) -> [UInt8] {
        var value = value
        var bytes: [UInt8] = []
        while value > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        return bytes + [UInt8(value)]
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
