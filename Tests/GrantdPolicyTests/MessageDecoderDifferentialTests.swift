//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdPolicy
internal import GrantdSchema
internal import GrantdTesting
internal import Testing

/// What is decoded is what protobuf-c's own unpacker makes of the same bytes: equal structs, field by field.
struct MessageDecoderDifferentialTests {
    /// Every message that is read from a peer, and replies, which hold what requests do not: flat numbers of proto3, required
    /// texts, bytes, members of a oneof that are numbers and texts.
    private static func types() throws -> [MessageType] {
        let types = try PolicySet.builtIn().types
        return [
            types.application, types.evaluateRequest, types.evaluateBatchRequest, types.screenRequest,
        ] + self.compiled
    }

    private static let compiled: [MessageType] = [
        .evaluateBatchResponse, .screenResponse, .assessment, .listMeasuresRequest, .listMeasuresResponse,
        .describeMeasureRequest, .measureDescription,
        .listDocumentsRequest, .listDocumentsResponse, .getSchemaRequest, .schema, .clearAuctionRequest,
        .clearAuctionResponse, .healthCheckRequest, .healthCheckResponse, .rpcMeta,
    ]

    private enum Verdict { case refused, same, different([String]) }

    /// Both results for the same bytes, in memory of their own, so that a sanitizer sees a read behind the end.
    private static func compare(_ bytes: [UInt8], _ type: MessageType, _ decoder: MessageDecoder) throws -> Verdict {
        let count = bytes.count
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 1)
        defer { memory.deallocate() }
        memory.copyBytes(from: bytes)
        let raw = UnsafeRawBufferPointer(rebasing: memory[..<count])
        let arenas = (Arena(), Arena())
        let decoded = try? decoder.decode(raw, into: arenas.0)
        #expect(((try? decoder.validate(raw)) != nil) == (decoded != nil), "\(type.name): \(bytes)")
        guard let decoded else { return .refused }
        let unpacked = try #require(type.unpack(raw, into: arenas.1), "\(type.name): \(bytes)")
        let differences = StructComparison.differences(decoded, unpacked, type)
        return differences.isEmpty ? .same : .different(differences)
    }

    /// A field as an encoder may write it; each kind of value at its edges.
    private static func field(_ slot: FieldSlot, _ depth: Int, _ generator: inout WireMutation.Generator) -> [UInt8] {
        func tag(_ wireType: UInt64) -> [UInt8] { WireMutation.varint(UInt64(slot.number) << 3 | wireType) }
        func delimited(_ bytes: [UInt8]) -> [UInt8] { tag(2) + WireMutation.varint(UInt64(bytes.count)) + bytes }
        func number(_ generator: inout WireMutation.Generator) -> UInt64 {
            let numbers: [Int64] =
                switch slot.kind {
                case .bool: [0, 1, 2, .max]
                case .enumeration(let description): description.values.map { Int64($0.number) }
                case .int32: [0, 1, -1, 127, 128, Int64(Int32.max), Int64(Int32.min)]
                default: [0, 1, -1, 127, 128, 1 << 28, 1 << 49, 1 << 55, 1 << 56, .max, .min]
                }
            return UInt64(bitPattern: numbers.randomElement(using: &generator) ?? 0)
        }
        switch slot.kind {
        case .bool, .int32, .int64, .enumeration:
            guard slot.label == .repeated, Bool.random(using: &generator) else {
                return tag(0) + WireMutation.varint(number(&generator))
            }
            return delimited(
                (0..<Int.random(in: 0...9, using: &generator)).flatMap { _ in WireMutation.varint(number(&generator)) }
            )
        case .string:
            let letters = Array("专 利é😀abcdefgh")
            let count = Int.random(in: 0...20, using: &generator)
            let text = String((0..<count).compactMap { _ in letters.randomElement(using: &generator) })
            return delimited(Array((Bool.random(using: &generator) ? text : text.filter(\.isASCII)).utf8))
        case .bytes:
            return delimited(
                (0..<Int.random(in: 0...20, using: &generator)).map { UInt8(truncatingIfNeeded: $0 &* 37) }
            )
        case .message(let inner):
            return delimited(depth > 4 ? [] : self.message(inner, depth + 1, &generator))
        case .other: return []
        }
    }

    /// A message as an encoder may write it, with fields at random.
    static func message(
        _ type: MessageType,
        _ depth: Int,
        _ generator: inout WireMutation.Generator
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        var slots = type.fields
        if Int.random(in: 0..<4, using: &generator) == 0 { slots.shuffle(using: &generator) }
        // One member of each oneof, by the place of its number.
        var members: [Int: UInt32] = [:]
        for slot in slots.shuffled(using: &generator) where slot.label == .oneofMember {
            members[slot.quantifierOffset] = slot.number
        }
        for slot in slots {
            if slot.label == .oneofMember, members[slot.quantifierOffset] != slot.number { continue }
            let isMessage = if case .message = slot.kind { true } else { false }
            let times =
                switch slot.label {
                case .required: 1
                case .repeated: [0, 1, 2, 3, 4, 5, 9].randomElement(using: &generator) ?? 0
                default: [0, 1, 1, isMessage ? 1 : 2].randomElement(using: &generator) ?? 1
                }
            for _ in 0..<(depth > 1 ? min(times, 3) : times) { bytes += self.field(slot, depth, &generator) }
        }
        return bytes
    }

    @Test("every kind of message, every kind of field, as encoders write them and spoiled", arguments: try Self.types())
    func random(type: MessageType) throws {
        var generator = WireMutation.Generator(state: 0x9E37_79B9_7F4A_7C15)
        let decoder = MessageDecoder(type, passesUnknownFields: true)
        var accepted = 0
        for round in 0..<60 {
            let bytes = Self.message(type, 0, &generator)
            guard case .same = try Self.compare(bytes, type, decoder) else {
                Issue.record("\(type.name), round \(round): \(try Self.compare(bytes, type, decoder)), \(bytes)")
                return
            }
            guard !bytes.isEmpty else { continue }
            for _ in 0..<20 {
                var changed = bytes
                let index = Int.random(in: changed.indices, using: &generator)
                switch Int.random(in: 0..<8, using: &generator) {
                case 0: changed.removeSubrange(index...)
                case 1: changed.remove(at: index)
                case 2: changed.insert(UInt8.random(in: 0...255, using: &generator), at: index)
                default: changed[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                }
                switch try Self.compare(changed, type, decoder) {
                case .refused: break
                case .same: accepted += 1
                case .different(let fields): Issue.record("\(type.name): \(fields) of \(changed)")
                }
            }
        }
        if !type.fields.isEmpty { #expect(accepted > 20) }
    }

    private let request: [String: Any] = [
        "application": [
            "application_id": "a-1",
            "as_of": "2026-05-20",
            "subject_id": "P1",
            "applicant": ["name": "北京样例科技有限公司", "kind": "ENTERPRISE", "registered_in_beijing": true],
            "prior_awards": [
                ["measure": "medical-device.sme-cluster", "awarded_on": "2026-01-01", "amount_fen": Int64.max],
                [
                    "measure": "medical-device.common-platform", "subject_id": "P1", "awarded_on": "2025-01-01",
                    "amount_fen": Int64(0),
                ],
                [:],
            ],
            "patent_conversion_institution": [
                "false_materials": false,
                "window_starts_on": "2025-01-01",
                "deals": [["valid": true, "contract_amount_fen": 5], [:]],
            ],
        ] as [String: Any],
        "stage": "DISBURSEMENT",
        "assume_unset_bars_absent": true,
        "explain": "FULL",
    ]

    @Test("every end cut off and every byte changed: nothing is read astray, and what is valid is the same")
    func hostile() throws {
        let types = try PolicySet.builtIn().types
        let decoder = MessageDecoder(types.evaluateRequest, transparent: "application")
        let bytes = try JSONMessage.encode(self.request, as: types.evaluateRequest)
        for count in bytes.indices { _ = try Self.compare(Array(bytes[..<count]), types.evaluateRequest, decoder) }
        var compared = 0
        for position in bytes.indices {
            for mask: UInt8 in [0x01, 0x02, 0x08, 0x10, 0x40, 0x80, 0xFF] {
                var changed = bytes
                changed[position] ^= mask
                switch try Self.compare(changed, types.evaluateRequest, decoder) {
                case .refused: break
                case .same: compared += 1
                case .different(let fields): Issue.record("byte \(position) ^ \(mask): \(fields)")
                }
            }
        }
        #expect(compared > 100)
    }

    @Test(
        "lists of every length are the same, and count against their limit in one piece or in many",
        arguments: 0...40
    )
    func lists(count: Int) throws {
        let types = try PolicySet.builtIn().types
        let deal = try JSONMessage.encode(
            ["patent_number": "ZL\(count)", "valid": true],
            as: types.patentConversionDeal
        )
        let deals = (0..<count).flatMap { _ in WireMutation.varint(39 << 3 | 2) + [UInt8(deal.count)] + deal }
        let facts = WireMutation.varint(301 << 3 | 2) + WireMutation.varint(UInt64(deals.count)) + deals
        let loose = MessageDecoder(types.application)
        guard case .same = try Self.compare(facts, types.application, loose) else {
            Issue.record("\(count) deals are not the same")
            return
        }
        let strict = MessageDecoder(types.application, maximumEntries: 20)
        let verdict = try Self.compare(facts, types.application, strict)
        if case .refused = verdict { #expect(count > 20) } else { #expect(count <= 20) }
    }

    @Test("an arena that is too small says so, and a fault further on is told instead")
    func small() throws {
        let types = try PolicySet.builtIn().types
        let decoder = MessageDecoder(types.evaluateRequest, transparent: "application")
        let bytes = try JSONMessage.encode(self.request, as: types.evaluateRequest)
        func failure(_ bytes: [UInt8]) -> MessageDecoder.Failure? {
            let small = Arena(limit: 4096)
            _ = small.allocate(3_900)
            return bytes.withUnsafeBytes { raw in
                do throws(MessageDecoder.Failure) {
                    _ = try decoder.decode(raw, into: small)
                    return nil
                } catch {
                    #expect(small.isExhausted)
                    return error
                }
            }
        }
        #expect(failure(bytes) == .exhausted)
        guard case .fault(let fault)? = failure(bytes + WireMutation.varint(2 << 3) + [9]) else {
            Issue.record("the stage that is none is not told")
            return
        }
        #expect(fault.field == "stage")
        #expect(bytes.withUnsafeBytes { try? decoder.decode($0, into: Arena()) } != nil)
    }
}

extension ApplicationTypes {
    fileprivate var patentConversionDeal: MessageType {
        guard let member = self.application.field(named: "patent_conversion_institution"),
            case .message(let facts) = member.kind, let list = facts.field(named: "deals"),
            case .message(let deal) = list.kind
        else { preconditionFailure("the contract has no deals") }
        return deal
    }
}
