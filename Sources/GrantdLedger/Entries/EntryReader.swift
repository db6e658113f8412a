//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import GrantdSchema
private import GrantdService

/// Reads the canonical bytes of entries. Bytes that no writer of entries makes are refused, whatever they are.
package struct EntryReader {
    /// Why bytes are no entry.
    package struct Damage: Error, Hashable {
        package let message: String
    }

    private let bytes: [UInt8]
    /// By the numbers of the fields.
    private var integers = [Int64?](repeating: nil, count: EntryField.numbers)
    /// Where among the bytes the texts stand, by the numbers of the fields.
    private var places = [Range<Int>?](repeating: nil, count: EntryField.numbers)
    private var measures: [String] = []
    private var programmes: [String] = []

    /// - Parameter reply: What stands beside the entry for its receipt; `nil` where it is not asked for.
    package static func record(_ bytes: [UInt8], reply: [UInt8]? = nil) throws(Damage) -> EntryRecord {
        let record = try EntryReader(bytes).record(reply)
        guard EntryWriter.bytes(of: record) == bytes else { throw Damage(message: "is not in canonical form") }
        return record
    }

    // MARK: - The wire

    private init(_ bytes: [UInt8]) throws(Damage) {
        self.bytes = bytes
        try bytes.withUnsafeBufferPointer { bytes throws(Damage) in
            var reader = WireReader(UnsafeRawBufferPointer(bytes))
            let start = reader.cursor
            while !reader.isAtEnd { try self.readField(&reader, start) }
        }
    }

    private mutating func readField(_ reader: inout WireReader, _ start: UnsafePointer<UInt8>) throws(Damage) {
        guard let tag = reader.tag() else { throw Damage(message: "has a number without an end") }
        guard let field = EntryField(rawValue: tag.field) else {
            throw Damage(message: "has a field \(tag.field) that is not known")
        }
        switch tag.wireType {
        case 0:
            guard let value = reader.varint() else { throw Damage(message: "has a number without an end") }
            self.integers[Int(field.rawValue)] = Int64(bitPattern: value)
        case 2:
            guard let part = reader.lengthDelimited() else { throw Damage(message: "ends within field \(tag.field)") }
            switch field {
            case .measures: self.measures.append(String(decoding: part.bytes, as: UTF8.self))
            case .programmes: self.programmes.append(String(decoding: part.bytes, as: UTF8.self))
            default: self.places[Int(field.rawValue)] = (part.cursor - start)..<(part.end - start)
            }
        default: throw Damage(message: "has wire type \(tag.wireType) in field \(tag.field)")
        }
    }

    // MARK: - The fields

    private func record(_ reply: [UInt8]?) throws(Damage) -> EntryRecord {
        let receipt = try self.receipt(reply)
        let content: EntryRecord.Content
        switch EntryKind(rawValue: try self.integer(.kind)) {
        case .awarded: content = .entry(.awarded(try self.award(), receipt))
        case .settled: content = .entry(.settled(try self.settlement(), receipt))
        case .envelopePut:
            content = .entry(
                .envelopePut(try self.envelope(), at: try self.integer(.putAt), caller: self.optionalText(.caller))
            )
        case .answered:
            guard let receipt else { throw Damage(message: "answers no key") }
            content = .entry(.answered(receipt))
        case .expired: content = .expired(awardID: try self.text(.awardID))
        case nil: throw Damage(message: "is of no kind that is known")
        }
        return EntryRecord(
            seq: try self.integer(.seq),
            recordedAt: try self.integer(.recordedAt),
            content: content,
            replyDigest: self.optionalBytes(.replyDigest)
        )
    }

    private func receipt(_ reply: [UInt8]?) throws(Damage) -> Receipt? {
        guard let key = self.optionalText(.key) else { return nil }
        guard let content = self.optionalBytes(.contentDigest), self.optionalBytes(.replyDigest) != nil else {
            throw Damage(message: "has a key without digests")
        }
        return Receipt(key: key, contentHash: content, reply: reply ?? [])
    }

    private func award() throws(Damage) -> BookedAward {
        BookedAward(
            awardID: try self.text(.awardID),
            creditCode: try self.text(.creditCode),
            measure: try self.text(.measure),
            programme: try self.text(.programme),
            subjectID: self.optionalBytes(.subjectID).map { SubjectID(utf8: $0) },
            awardedOn: try self.integer(.awardedOn),
            amountFen: self.optionalInteger(.amountFen),
            state: try self.state(),
            expiresAt: self.optionalInteger(.expiresAt),
            runID: self.optionalText(.runID),
            policyDigest: try self.text(.policyDigest),
            applicationID: self.optionalText(.applicationID),
            bookedAt: try self.integer(.bookedAt),
            caller: self.optionalText(.caller)
        )
    }

    private func settlement() throws(Damage) -> Settlement {
        guard let action = Settlement.Action(rawValue: try self.integer(.action)) else {
            throw Damage(message: "has no action that is known")
        }
        return Settlement(
            awardID: try self.text(.awardID),
            action: action,
            amountFen: self.optionalInteger(.amountFen),
            state: try self.state(),
            reason: self.optionalText(.reason),
            settledAt: try self.integer(.settledAt),
            caller: self.optionalText(.caller)
        )
    }

    private func envelope() throws(Damage) -> Envelope {
        Envelope(
            envelopeID: try self.text(.envelopeID),
            titleZH: self.optionalText(.titleZH),
            titleEN: self.optionalText(.titleEN),
            limitFen: try self.integer(.limitFen),
            measures: self.measures,
            programmes: self.programmes,
            fromOn: self.optionalInteger(.fromOn),
            untilOn: self.optionalInteger(.untilOn)
        )
    }

    private func state() throws(Damage) -> BookedAward.State {
        guard let state = BookedAward.State(rawValue: try self.integer(.state)) else {
            throw Damage(message: "has no state that is known")
        }
        return state
    }

    private func integer(_ field: EntryField) throws(Damage) -> Int64 {
        guard let value = self.optionalInteger(field) else { throw Damage(message: "lacks field \(field.rawValue)") }
        return value
    }

    private func text(_ field: EntryField) throws(Damage) -> String {
        guard let value = self.optionalText(field) else { throw Damage(message: "lacks field \(field.rawValue)") }
        return value
    }

    private func optionalInteger(_ field: EntryField) -> Int64? { self.integers[Int(field.rawValue)] }

    private func optionalText(_ field: EntryField) -> String? {
        self.places[Int(field.rawValue)].map { String(decoding: self.bytes[$0], as: UTF8.self) }
    }

    private func optionalBytes(_ field: EntryField) -> [UInt8]? {
        self.places[Int(field.rawValue)].map { [UInt8](self.bytes[$0]) }
    }
}
