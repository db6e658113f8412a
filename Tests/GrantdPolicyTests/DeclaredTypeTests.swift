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

/// Types that are made of what programmes declare, judged by protobuf-c's unpacker and packer and by the other runtime.
struct DeclaredTypeTests {
    private static func delimited(_ number: UInt32, _ bytes: [UInt8]) -> [UInt8] {
        WireMutation.varint(UInt64(number) << 3 | 2) + WireMutation.varint(UInt64(bytes.count)) + bytes
    }

    /// Unpacked and packed by protobuf-c, and decoded by the daemon's decoder and packed, bytes stay what they are.
    private static func expectSame(
        _ bytes: [UInt8],
        _ type: MessageType,
        _ decoder: MessageDecoder,
        _ name: String
    ) throws {
        let arena = Arena()
        try bytes.withUnsafeBytes { raw in
            let unpacked = try #require(type.unpack(raw, into: arena), "\(name): \(bytes)")
            #expect(type.pack(unpacked) == bytes, "\(name)")
            let decoded = try decoder.decode(raw, into: arena)
            #expect(type.pack(decoded) == bytes, "\(name)")
        }
    }

    @Test("random facts of every built-in measure, in the other runtime's form, come back byte for byte")
    func builtIn() throws {
        let types = try PolicySet.builtIn().types
        let members = types.application.fields.filter { $0.label == .oneofMember }
        #expect(members.count == 96)
        let decoder = MessageDecoder(types.application)
        var generator = WireMutation.Generator(state: 0x2545_F491_4F6C_DD1D)
        for member in members {
            guard case .message(let type) = member.kind else {
                Issue.record("\(member.name) is no message")
                continue
            }
            var longest = 0
            for _ in 0..<24 {
                let facts = MessageDecoderDifferentialTests.message(type, 0, &generator)
                let application = try GrantdApplication(serializedBytes: Self.delimited(member.number, facts))
                #expect(application.unknownFields.data.isEmpty, "\(member.name)")
                let bytes: [UInt8] = try application.serializedBytes(partial: true)
                longest = max(longest, bytes.count)
                try Self.expectSame(bytes, types.application, decoder, member.name)
            }
            #expect(longest > 4, "\(member.name)")
        }
    }

    @Test("a member from 10,000 on is like any other on the wire")
    func ownMember() throws {
        let builtIn = try PolicySet.builtIn().types.application
        guard case .message(let facts)? = builtIn.field(named: "patent_conversion_institution")?.kind else {
            Issue.record("there are no facts of patents")
            return
        }
        for number: UInt32 in [10_001, 18_999, 20_000, 536_870_911] {
            let type = ApplicationTypes(members: [("own_measure", number, facts)]).application
            let decoder = MessageDecoder(type)
            var generator = WireMutation.Generator(state: 0x9E37_79B9_7F4A_7C15)
            for _ in 0..<100 {
                let message = try GrantdPatentConversionInstitutionFacts(
                    serializedBytes: MessageDecoderDifferentialTests.message(facts, 0, &generator)
                )
                let bytes = Self.delimited(number, try message.serializedBytes(partial: true))
                let head: [UInt8] = try GrantdApplication.with { $0.asOf = "2026-05-20" }.serializedBytes()
                try Self.expectSame(head + bytes, type, decoder, "member \(number)")
            }
        }
    }

    @Test("structs of protobuf-c's compiler and those made at run time are the same to whoever reads")
    func lists() throws {
        let types = try LoaderFixtures.load(LoaderFixtures.text("green-factory.yaml")).get().types
        let decoder = MessageDecoder(types.application)
        var generator = WireMutation.Generator(state: 0x1234_5678_9ABC_DEF1)
        var accepted = 0
        for _ in 0..<300 {
            let bytes = MessageDecoderDifferentialTests.message(types.application, 0, &generator)
            let arena = Arena()
            try bytes.withUnsafeBytes { raw in
                guard let decoded = try? decoder.decode(raw, into: arena) else { return }
                accepted += 1
                let unpacked = try #require(types.application.unpack(raw, into: arena))
                #expect(StructComparison.differences(decoded, unpacked, types.application) == [])
                #expect(types.application.pack(decoded) == types.application.pack(unpacked))
            }
        }
        #expect(accepted > 150)
    }
}
