//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdMessages
internal import GrantdSchema
internal import GrantdTesting
internal import SwiftProtobuf
internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

/// The daemon reads a request as protobuf reads it, or refuses it: SwiftProtobuf, which shares no line with the daemon's
/// decoder, is the judge.
///
/// Valid requests are changed in every way that the wire format leaves: fields out of order, scalars twice, lists of numbers
/// in pieces, numbers longer than needed; and in those that make them invalid, or that the daemon says it refuses.
struct WireDifferentialTests {
    /// How a kind of request is read and answered.
    private struct Kind {
        let type: MessageType
        /// By the other runtime, put in its own form again; nil where it refuses.
        let canonical: ([UInt8]) -> [UInt8]?
        /// By the engine.
        let answer: (Engine, UnsafeRawBufferPointer, ByteWriter) throws -> Void
    }

    private static func canonical<Request: Message>(_ type: Request.Type) -> ([UInt8]) -> [UInt8]? {
        { bytes in
            guard let message = try? Request(serializedBytes: bytes) else { return nil }
            return try? message.serializedBytes(partial: true)
        }
    }

    private static func kinds(_ types: ApplicationTypes) -> [String: Kind] {
        [
            "Evaluate": Kind(type: types.evaluateRequest, canonical: Self.canonical(GrantdEvaluateRequest.self)) {
                try $0.evaluate($1, into: $2)
            },
            "EvaluateBatch": Kind(
                type: types.evaluateBatchRequest,
                canonical: Self.canonical(GrantdEvaluateBatchRequest.self)
            ) {
                let job = try $0.beginBatch($1)
                while try !job.step(into: $2) {}
            },
            "Screen": Kind(type: types.screenRequest, canonical: Self.canonical(GrantdScreenRequest.self)) {
                try $0.screen($1, into: $2)
            },
            "ListMeasures": Kind(type: .listMeasuresRequest, canonical: Self.canonical(GrantdListMeasuresRequest.self))
            {
                try $0.listMeasures($1, into: $2)
            },
            "DescribeMeasure": Kind(
                type: .describeMeasureRequest,
                canonical: Self.canonical(GrantdDescribeMeasureRequest.self)
            ) {
                try $0.describeMeasure($1, into: $2)
            },
            "ListDocuments": Kind(
                type: .listDocumentsRequest,
                canonical: Self.canonical(GrantdListDocumentsRequest.self)
            ) {
                try $0.listDocuments($1, into: $2)
            },
            "ClearAuction": Kind(type: .clearAuctionRequest, canonical: Self.canonical(GrantdClearAuctionRequest.self))
            {
                let auction = AuctionAnswer(try PolicyLoader.load(files: []).get())
                try auction.answer($1, limit: 1 << 20).withUnsafeBytes { [reply = $2] in reply.write($0) }
            },
        ]
    }

    /// A conformance vector of one of these kinds.
    private struct Vector {
        var method = ""
        var request: [UInt8] = []
        /// Whether it has an answer; else the error's number, status and place.
        var isAnswered = false
        var code: Int32 = 0
        var status = ""
        var field = ""
    }

    private func vectors() throws -> [Vector] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../clients/conformance/vectors.binpb").standardized
        let all = [UInt8](try Data(contentsOf: file))
        var vectors: [Vector] = []
        all.withUnsafeBytes { bytes in
            var reader = WireReader(bytes)
            while var fields = reader.lengthDelimited() {
                var vector = Vector()
                while let tag = fields.tag(), let content = fields.lengthDelimited() {
                    let bytes = Array(UnsafeBufferPointer(start: content.cursor, count: content.end - content.cursor))
                    switch tag.field {
                    case 3: vector.method = String(decoding: bytes, as: UTF8.self)
                    case 4: vector.request = bytes
                    case 5: vector.isAnswered = true
                    case 6: (vector.code, vector.status, vector.field) = Self.failure(content)
                    default: break
                    }
                }
                if self.kinds[vector.method] != nil { vectors.append(vector) }
            }
        }
        return vectors
    }

    private static func failure(_ bytes: WireReader) -> (code: Int32, status: String, field: String) {
        var reader = bytes
        var code: Int32 = 0
        var texts: [UInt32: String] = [:]
        while let tag = reader.tag() {
            if tag.wireType == 0 {
                code = Int32(truncatingIfNeeded: reader.varint() ?? 0)
            } else if let text = reader.lengthDelimited() {
                texts[tag.field] = String(decoding: text.bytes, as: UTF8.self)
            }
        }
        return (code, texts[2] ?? "", texts[3] ?? "")
    }

    @Test("the vectors' errors come out with their number and place")
    func vectorErrors() throws {
        // That there is no book is for others than the engine to say.
        let vectors = try self.vectors().filter { $0.code == 1003 && $0.status == "INVALID_ARGUMENT" }
        #expect(vectors.count > 15)
        for vector in vectors {
            let kind = try #require(self.kinds[vector.method])
            let errors = try self.errors(in: self.answer(vector.request, kind), kind)
            #expect(errors.first?.code == vector.code, "\(vector)")
            #expect(errors.first?.field == vector.field, "\(vector)")
        }
    }

    private let engine: Engine
    private let types: ApplicationTypes
    private let kinds: [String: Kind]
    private let reply = ByteWriter(limit: 16 << 20)

    init() throws {
        let policies = try PolicySet.builtIn()
        self.engine = Engine(policies: policies)
        self.types = policies.types
        self.kinds = Self.kinds(policies.types)
    }

    private enum Outcome: Equatable {
        case reply([UInt8])
        case error(CallError)
    }

    private func answer(_ bytes: [UInt8], _ kind: Kind) -> Outcome {
        self.reply.reset()
        do {
            try bytes.withUnsafeBytes { try kind.answer(self.engine, $0, self.reply) }
            return .reply([UInt8](self.reply.bytes))
        } catch {
            return .error(error as? CallError ?? .fault("\(error)"))
        }
    }

    /// The errors of an answer: of the call, or of applications of a batch.
    private func errors(in outcome: Outcome, _ kind: Kind) throws -> [CallError] {
        switch outcome {
        case .error(let error): return [error]
        case .reply(let bytes):
            guard kind.type == self.types.evaluateBatchRequest else { return [] }
            let results = try GrantdEvaluateBatchResponse(serializedBytes: bytes).results
            return results.filter { $0.error.code != 0 }.map {
                CallError(code: $0.error.code, message: $0.error.message, field: $0.error.field)
            }
        }
    }

    /// What the daemon's decoder makes of a request, in the other runtime's form: field by field, not only what is answered.
    private func readBack(_ bytes: [UInt8], _ kind: Kind) throws -> [UInt8]? {
        let arena = Arena()
        let view: MessageView? = bytes.withUnsafeBytes { raw in
            switch kind.type {
            case self.types.evaluateRequest:
                return (try? self.engine.decoders.evaluate.decode(raw, into: arena)).map { MessageView($0) }
            case self.types.screenRequest:
                return (try? self.engine.decoders.screen.decode(raw, into: arena)).map { MessageView($0) }
            default:
                let decoder = MessageDecoder(kind.type, maximumEntries: 100_000)
                return try? decoder.decode(raw, into: arena)
            }
        }
        // And as protobuf-c's own unpacker has it, place by place.
        let unpackerArena = Arena()
        if let view, let unpacked = bytes.withUnsafeBytes({ kind.type.unpack($0, into: unpackerArena) }) {
            #expect(StructComparison.differences(view, unpacked, kind.type) == [])
        }
        return try view.flatMap {
            kind.canonical(try JSONMessage.encode(JSONMessage.decode($0, kind.type), as: kind.type))
        }
    }

    @Test("requests that are changed on the wire are read as protobuf reads them, or refused for a reason that is told")
    func mutated() throws {
        let requests = try self.vectors().filter { $0.isAnswered && $0.request.count < 20_000 }
        #expect(requests.count > 250)
        #expect(Set(requests.map(\.method)).count >= 6)
        var generator = WireMutation.Generator(state: 0x5DEE_CE66_D569_1234)
        var accepted = 0
        var refused: [String: Int] = [:]
        for vector in requests {
            let method = vector.method
            let kind = try #require(self.kinds[method])
            for _ in 0..<24 {
                var mutation = WireMutation(vector.request, kind.type)
                for _ in 0..<Int.random(in: 1...3, using: &generator) { mutation.change(&generator) }
                var changed = mutation.bytes
                Self.damage(&changed, &generator)
                let reasons = WireScan(changed, kind.type).reasons
                let canonical = kind.canonical(changed)
                let outcome = self.answer(changed, kind)
                let errors = try self.errors(in: outcome, kind)
                if reasons.isEmpty {
                    // Protobuf reads it; so does the daemon, and it comes to the same.
                    guard let canonical else {
                        Issue.record("the scan overlooks what SwiftProtobuf refuses: \(changed)")
                        continue
                    }
                    accepted += 1
                    #expect(outcome == self.answer(canonical, kind), "\(method): \(changed)")
                    #expect(try self.readBack(changed, kind) == canonical, "\(method): \(changed)")
                } else {
                    #expect(errors.contains { $0.code == 1003 }, "\(method), \(reasons): \(changed)")
                    for reason in reasons { refused[Self.name(reason), default: 0] += 1 }
                    guard reasons.count == 1, let reason = reasons.first else { continue }
                    #expect(errors.contains { Self.tells($0, of: reason) }, "\(method), \(reason): \(errors)")
                }
            }
        }
        print("wire: \(accepted) read alike, refused: \(refused.sorted { $0.key < $1.key })")
        #expect(accepted > 1_000)
        for name in [
            "beyondInt32", "malformed", "otherWireType", "overlong", "textNotUTF8OrWithNUL", "twice", "twoMembers",
            "unknownEnumNumber", "unknownField",
        ] {
            #expect(refused[name, default: 0] > 20, "\(name)")
        }
    }

    /// Now and then something that no encoder writes.
    private static func damage(_ bytes: inout [UInt8], _ generator: inout WireMutation.Generator) {
        guard !bytes.isEmpty else { return }
        let index = Int.random(in: bytes.indices, using: &generator)
        switch Int.random(in: 0..<20, using: &generator) {
        case 0: bytes.removeSubrange(index...)
        case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: index)
        default: break
        }
    }

    private static func name(_ reason: WireScan.Reason) -> String {
        String("\(reason)".prefix { $0 != "(" })
    }

    /// Whether an error names what is wrong.
    private static func tells(_ error: CallError, of reason: WireScan.Reason) -> Bool {
        switch reason {
        case .twoMembers: return error.field.hasSuffix("facts")
        case .twice(let name):
            return (error.field == name || error.field.hasSuffix("." + name))
                && error.message.hasPrefix("must be sent once")
        case .unknownField(let number):
            return (error.field == "\(number)" || error.field.hasSuffix(".\(number)"))
                && error.message.hasPrefix("field number \(number) of ")
        case .unknownEnumNumber, .textNotUTF8OrWithNUL, .beyondInt32, .otherWireType: return !error.field.isEmpty
        // Another field may be blamed for it first.
        case .malformed, .overlong: return true
        }
    }

    @Test("a fact in the second piece of a message is not lost, whatever the call: it is refused")
    func pieces() throws {
        let half = Sample.with("false_materials", true)
        let other = Sample.with("window_starts_on", "2025-01-01")
        let facts = try [half, other].map { facts in
            try JSONMessage.encode(["patent_conversion_institution": facts], as: self.types.application)
        }
        let head = try JSONMessage.encode(["as_of": "2026-05-20", "subject_id": "P1"], as: self.types.application)
        func field(_ number: UInt32, _ bytes: [UInt8]) -> [UInt8] {
            WireMutation.varint(UInt64(number) << 3 | 2) + WireMutation.varint(UInt64(bytes.count)) + bytes
        }
        func refusal(_ bytes: [UInt8], _ method: String) throws -> CallError? {
            let kind = try #require(self.kinds[method])
            return try self.errors(in: self.answer(bytes, kind), kind).first
        }
        for application in [head + facts[0] + facts[1], facts[1] + head + facts[0]] {
            for (method, bytes, prefix) in [
                ("Evaluate", field(1, application), ""),
                ("EvaluateBatch", field(1, application), ""),
                (
                    "Screen",
                    try JSONMessage.encode(["as_of": "2026-05-20"], as: self.types.screenRequest)
                        + field(4, application),
                    "known[0]."
                ),
            ] {
                let error = try refusal(bytes, method)
                #expect(error?.code == 1003, "\(method)")
                #expect(error?.field == prefix + "patent_conversion_institution", "\(method)")
            }
        }
        // In one piece it is the same application that is assessed: the bar holds.
        let whole = Sample.with("false_materials", true).with("window_starts_on", "2025-01-01")
        let application =
            head + (try JSONMessage.encode(["patent_conversion_institution": whole], as: self.types.application))
        let kind = try #require(self.kinds["Evaluate"])
        guard case .reply(let bytes) = self.answer(field(1, application), kind) else {
            Issue.record("the whole application is refused")
            return
        }
        #expect(try GrantdAssessment(serializedBytes: bytes).outcome == .ineligible)
        // The application in two pieces, in a request and in a list, where it is two applications.
        let evaluate = try refusal(field(1, head + facts[0]) + field(1, facts[1]), "Evaluate")
        #expect(evaluate?.field == "application")
        #expect(evaluate?.code == 1003)
        // One of a batch spoils itself alone.
        let batch = field(1, application) + field(1, head + facts[0] + facts[1]) + field(1, application)
        let batchKind = try #require(self.kinds["EvaluateBatch"])
        guard case .reply(let results) = self.answer(batch, batchKind) else {
            Issue.record("the batch is refused")
            return
        }
        let response = try GrantdEvaluateBatchResponse(serializedBytes: results)
        #expect(response.results.map(\.error.code) == [0, 1003, 0])
        #expect(response.results.map(\.error.field) == ["", "patent_conversion_institution", ""])
    }
}

extension Sample {
    fileprivate static func with(_ key: String, _ value: Any) -> [String: Any] { [key: value] }
}
