//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import GrantdPolicy
internal import GrantdSchema
internal import GrantdTesting
internal import SwiftProtobuf
internal import Testing

/// Facts, read where protobuf-c's unpacker has put them.
struct FactsViewTests {
    private func slot(_ type: MessageType, _ name: String) throws -> FieldSlot { try #require(type.field(named: name)) }

    private func text(_ bytes: UnsafeRawBufferPointer?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    @Test func whatTheOtherRuntimeEncodedIsRead() throws {
        let arena = Arena()
        let types = Samples.types
        let bytes = try Samples.bytes(Samples.request)
        let request = try #require(bytes.withUnsafeBytes { types.evaluateRequest.unpack($0, into: arena) })
        #expect(request.int32(try self.slot(types.evaluateRequest, "stage")) == 1)
        #expect(request.bool(try self.slot(types.evaluateRequest, "assume_unset_bars_absent")) == nil)
        let application = try #require(request.message(try self.slot(types.evaluateRequest, "application")))
        #expect(self.text(application.string(try self.slot(types.application, "subject_id"))) == "专利-7")
        let applicant = try #require(application.message(try self.slot(types.application, "applicant")))
        #expect(applicant.int32(try self.slot(.applicant, "kind")) == 1)
        #expect(applicant.bool(try self.slot(.applicant, "registered_in_beijing")) == true)
        #expect(applicant.bool(try self.slot(.applicant, "is_small_or_medium")) == nil)
        #expect(applicant.string(try self.slot(.applicant, "name")) == nil)
        let awards = application.messages(try self.slot(types.application, "prior_awards"))
        #expect(awards.count == 2)
        #expect(MessageView(awards[1]).int64(try self.slot(.priorAward, "amount_fen")) == .max)
        #expect(MessageView(awards[1]).string(try self.slot(.priorAward, "subject_id")) == nil)

        let members = try PolicySet.builtIn().programmes.flatMap(\.contract.members)
        let member = try #require(members.first { $0.name == "patent_conversion_institution" })
        let slot = try self.slot(types.application, member.name)
        #expect(application.member(slot) == member.number)
        let facts = try #require(application.message(slot))
        let deals = try self.slot(member.type, "deals")
        #expect(facts.count(deals) == 3)
        guard case .message(let dealType) = deals.kind else { throw SampleError() }
        let deal = MessageView(facts.messages(deals)[2])
        #expect(deal.int64(try self.slot(dealType, "contract_amount_fen")) == -1)
        #expect(deal.int32(try self.slot(dealType, "jurisdiction")) == 2)
        let other = try #require(members.first { $0.name == "medical_device_test_time" })
        #expect(application.message(try self.slot(types.application, other.name)) == nil)
    }

    private struct SampleError: Error {}
}
