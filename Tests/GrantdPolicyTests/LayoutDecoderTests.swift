//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdSchema
internal import GrantdTesting
internal import Testing

/// What is laid out is what protobuf-c makes of the same bytes.
struct LayoutDecoderTests {
    private let decoder = LayoutDecoder(.evaluateRequest)
    private let validator = WireValidator(.evaluateRequest, transparent: "application")
    private let arena = Arena()

    private let request: [String: Any] = [
        "application": [
            "application_id": "a-1",
            "as_of": "2026-05-20",
            "subject_id": "P1",
            "applicant": ["name": "北京样例科技有限公司", "kind": "ENTERPRISE", "registered_in_beijing": true],
            "prior_awards": [
                Sample.award("medical-device.sme-cluster", nil, "2026-01-01", .max),
                Sample.award("medical-device.common-platform", "P1", "2025-01-01", 0),
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

    /// Both decoders' results; `nil` where there is none.
    private func both(_ bytes: [UInt8]) -> (byLayout: NSDictionary?, byLibrary: NSDictionary?) {
        let count = bytes.count
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 1)
        defer { memory.deallocate() }
        memory.copyBytes(from: bytes)
        let raw = UnsafeRawBufferPointer(rebasing: memory[..<count])
        self.arena.reset()
        let byLayout = self.decoder.unpack(raw, into: self.arena).map { JSONMessage.decode($0, .evaluateRequest) }
        self.arena.reset()
        let byLibrary = MessageType.evaluateRequest.unpack(raw, into: self.arena).map {
            JSONMessage.decode($0, .evaluateRequest)
        }
        return (byLayout as NSDictionary?, byLibrary as NSDictionary?)
    }

    @Test("what every call needs has a layout", arguments: [MessageType.application, .applicant, .priorAward])
    func layouts(type: MessageType) {
        #expect(LayoutDecoder.hasLayout(type))
    }

    private func passes(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { raw in (try? self.validator.validate(raw)) != nil }
    }

    @Test("a whole request")
    func whole() throws {
        let bytes = try JSONMessage.encode(self.request, as: .evaluateRequest)
        let (byLayout, byLibrary) = self.both(bytes)
        #expect(byLayout != nil)
        #expect(byLayout == byLibrary)
        // What a validator refuses is not put together in some way of its own.
        #expect(!self.passes(bytes + bytes))
        #expect(self.both(bytes + bytes).byLayout == nil)
    }

    @Test("every field of the facts of every measure, and lists of every length")
    func facts() throws {
        let facts = MessageType.application.fields.filter { $0.label == .oneofMember }
        #expect(facts.count > 80)
        for slot in facts {
            guard case .message(let type) = slot.kind else { continue }
            for entries in [0, 1, 2, 3, 4, 5, 17] {
                let value = Self.filled(type, entries: entries)
                let bytes = try JSONMessage.encode(["application": [slot.name: value]], as: .evaluateRequest)
                let (byLayout, byLibrary) = self.both(bytes)
                #expect(byLayout != nil)
                #expect(byLayout == byLibrary, "\(slot.name)")
            }
        }
    }

    /// A message with every field set, and so many entries in each list.
    private static func filled(_ type: MessageType, entries: Int) -> [String: Any] {
        var message: [String: Any] = [:]
        for (index, slot) in type.fields.enumerated() {
            func value(_ number: Int) -> Any? {
                switch slot.kind {
                case .bool: number % 2 == 0
                case .int32: Int(Int32.max) - number
                case .int64: Int.max - number
                case .string: "文本 \(number)"
                case .enumeration(let description): description.values[number % description.values.count].name
                case .message(let inner): self.filled(inner, entries: entries)
                case .bytes, .other: nil
                }
            }
            message[slot.name] =
                slot.label == .repeated ? (0..<entries).compactMap { value(index + $0) } : value(index)
        }
        return message
    }

    @Test("an empty request, and scalars that come twice: the last one counts")
    func odd() throws {
        let bytes = try JSONMessage.encode(self.request, as: .evaluateRequest)
        let options = try JSONMessage.encode(
            ["stage": "APPLICATION", "explain": "NONE", "assume_unset_bars_absent": false],
            as: .evaluateRequest
        )
        for variant in [[], bytes, bytes + options, options + bytes, options + options] {
            #expect(self.passes(variant))
            let (byLayout, byLibrary) = self.both(variant)
            #expect(byLayout != nil)
            #expect(byLayout == byLibrary)
        }
    }

    @Test("every end cut off and every byte changed: nothing is read astray, and what is valid is the same")
    func hostile() throws {
        let bytes = try JSONMessage.encode(self.request, as: .evaluateRequest)
        var compared = 0
        for count in bytes.indices { _ = self.both(Array(bytes[..<count])) }
        for position in bytes.indices {
            for mask: UInt8 in [0x01, 0x02, 0x08, 0x10, 0x40, 0x80, 0xFF] {
                var changed = bytes
                changed[position] ^= mask
                let (byLayout, byLibrary) = self.both(changed)
                guard self.passes(changed) else { continue }
                compared += 1
                #expect(byLayout == byLibrary, "byte \(position) ^ \(mask)")
            }
        }
        #expect(compared > 100)
    }

    @Test("an arena that is too small says so")
    func small() throws {
        let bytes = try JSONMessage.encode(self.request, as: .evaluateRequest)
        let small = Arena(limit: 4096)
        _ = small.allocate(3_900)
        let view = bytes.withUnsafeBytes { self.decoder.unpack($0, into: small) }
        #expect(view == nil)
        #expect(small.isExhausted)
    }
}
