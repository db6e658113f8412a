//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import SwiftProtobuf

/// What the applications of a round are for: the fields of `Application` that hold their facts, and their days.
struct AwardScope {
    /// Their numbers; those of measures that this client does not know too.
    private var fields: Set<UInt64> = []
    /// `YYYY-MM-DD`, which are in order as texts are; nil where no application has one.
    private var days: (first: String, last: String)?

    init(_ entries: [GrantdAwardBatchEntry]) throws {
        for entry in entries {
            let application: [UInt8] = try entry.application.serializedBytes()
            application.withUnsafeBytes { self.fields.formUnion(ReplyContents.fields($0)) }
            let day = entry.application.asOf
            // What is no day the daemon refuses.
            guard Self.isDay(day) else { continue }
            self.days = (min(self.days?.first ?? day, day), max(self.days?.last ?? day, day))
        }
    }

    private static func isDay(_ text: String) -> Bool {
        let isDash = text.utf8.map { $0 == UInt8(ascii: "-") }
        return isDash == [false, false, false, false, true, false, false, true, false, false]
    }

    /// Refuses an envelope on which some awards of the round would not draw: what is left of it would say nothing of the round.
    ///
    /// - Throws: ``GrantdClientError/Code/invalidRequest`` with the field `envelope_id`.
    func check(_ envelope: GrantdEnvelope, by client: GrantdClient) async throws {
        var unbound = try await self.unboundMeasures(envelope, client)
        if unbound.isEmpty { unbound = self.unboundDays(envelope) }
        guard !unbound.isEmpty else { return }
        throw GrantdClientError(
            code: .invalidRequest,
            message: "the envelope \(envelope.envelopeID) does not bind awards of \(unbound.joined(separator: ", ")): "
                + "name another, or change what it binds",
            field: "envelope_id"
        )
    }

    private func unboundMeasures(_ envelope: GrantdEnvelope, _ client: GrantdClient) async throws -> [String] {
        guard !envelope.measures.isEmpty || !envelope.programmes.isEmpty else { return [] }
        let files = try Google_Protobuf_FileDescriptorSet(serializedBytes: try await client.schema().fileDescriptorSet)
        let messages = files.file.lazy.filter { $0.package == "grantd.v1" }.flatMap(\.messageType)
        let members = messages.first { $0.name == "Application" }?.field ?? []
        let names = Set(members.filter { self.fields.contains(UInt64($0.number)) && $0.hasOneofIndex }.map(\.name))
        // A measure stands there once for each of its versions.
        return Set(try await client.listMeasures().map(\.measure)).sorted().filter { measure in
            names.contains(measure.replacing(".", with: "_").replacing("-", with: "_"))
                && !envelope.measures.contains(measure)
                && !envelope.programmes.contains(String(measure.prefix { $0 != "." }))
        }
    }

    private func unboundDays(_ envelope: GrantdEnvelope) -> [String] {
        guard let (first, last) = self.days else { return [] }
        if first < envelope.fromOn { return [first] }
        return envelope.hasUntilOn && last > envelope.untilOn ? [last] : []
    }
}
