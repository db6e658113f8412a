//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdMessages
import GrantdSchema
import SwiftProtobuf
import Testing

struct MessageViewTests {
    private func slot(_ type: MessageType, _ name: String) throws -> FieldSlot { try #require(type.field(named: name)) }

    private func text(_ bytes: UnsafeRawBufferPointer?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    @Test func whatTheOtherRuntimeEncodedIsRead() throws {
        let arena = Arena()
        let bytes = try Samples.bytes(Samples.request)
        let request = try #require(bytes.withUnsafeBytes { MessageType.evaluateRequest.unpack($0, into: arena) })
        #expect(request.int32(try self.slot(.evaluateRequest, "stage")) == 1)
        #expect(request.bool(try self.slot(.evaluateRequest, "assume_unset_bars_absent")) == nil)
        let application = try #require(request.message(try self.slot(.evaluateRequest, "application")))
        #expect(self.text(application.string(try self.slot(.application, "subject_id"))) == "专利-7")
        let applicant = try #require(application.message(try self.slot(.application, "applicant")))
        #expect(applicant.int32(try self.slot(.applicant, "kind")) == 1)
        #expect(applicant.bool(try self.slot(.applicant, "registered_in_beijing")) == true)
        #expect(applicant.bool(try self.slot(.applicant, "is_small_or_medium")) == nil)
        #expect(applicant.string(try self.slot(.applicant, "name")) == nil)
        let awards = application.messages(try self.slot(.application, "prior_awards"))
        #expect(awards.count == 2)
        #expect(MessageView(awards[1]).int64(try self.slot(.priorAward, "amount_fen")) == .max)
        #expect(MessageView(awards[1]).string(try self.slot(.priorAward, "subject_id")) == nil)

        let members = FactsCatalogue.contract.members
        let member = try #require(members.first { $0.fieldName == "patent_conversion_institution" })
        #expect(application.member(member.slot) == member.number)
        let facts = try #require(application.message(member.slot))
        let deals = try self.slot(member.type, "deals")
        #expect(facts.count(deals) == 3)
        guard case .message(let dealType) = deals.kind else { throw SampleError() }
        let deal = MessageView(facts.messages(deals)[2])
        #expect(deal.int64(try self.slot(dealType, "contract_amount_fen")) == -1)
        #expect(deal.int32(try self.slot(dealType, "jurisdiction")) == 2)
        let other = try #require(members.first { $0.fieldName == "medical_device_test_time" })
        #expect(application.message(other.slot) == nil)
    }

    @Test func unsetIsNotZero() throws {
        let arena = Arena()
        let slot = try self.slot(.priorAward, "amount_fen")
        let zero = try #require(Samples.varint(4, 0).withUnsafeBytes { MessageType.priorAward.unpack($0, into: arena) })
        #expect(zero.int64(slot) == 0)
        let empty = try #require([UInt8]().withUnsafeBytes { MessageType.priorAward.unpack($0, into: arena) })
        #expect(empty.int64(slot) == nil)
        #expect(MessageType.priorAward.emptyInstance.int64(slot) == nil)
        #expect(MessageType.priorAward.emptyInstance.address == MessageType.priorAward.emptyInstance.address)
    }

    @Test func plainFieldsOfProto3() throws {
        let arena = Arena()
        let slot = try self.slot(.healthCheckRequest, "service")
        let empty = try #require([UInt8]().withUnsafeBytes { MessageType.healthCheckRequest.unpack($0, into: arena) })
        #expect(self.text(empty.string(slot)) == "")
        let named = try #require(
            Samples.delimited(1, [0x61]).withUnsafeBytes { MessageType.healthCheckRequest.unpack($0, into: arena) }
        )
        #expect(self.text(named.string(slot)) == "a")
    }

    private struct SampleError: Error {}
}
