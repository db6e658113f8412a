//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import GrantdSchema
internal import GrantdTesting
internal import SwiftProtobuf
internal import Testing

struct MessageDecoderTests {
    private func field(of bytes: [UInt8]) -> String? { Samples.fault(bytes)?.field }

    private func application(_ bytes: [UInt8]) -> [UInt8] { Samples.delimited(1, bytes) }

    @Test func aValidRequestPasses() throws {
        #expect(Samples.fault(try Samples.bytes(Samples.request)) == nil)
        #expect(Samples.fault([]) == nil)
    }

    @Test func stringsAreUTF8WithoutNUL() throws {
        var request = Samples.request
        request.application.patentConversionInstitution.deals[1].patentNumber = "ZL\0X"
        #expect(
            self.field(of: try Samples.bytes(request)) == "patent_conversion_institution.deals[1].patent_number"
        )
        request = Samples.request
        request.application.priorAwards[0].measure = "a measure that is longer than\0eight bytes"
        #expect(self.field(of: try Samples.bytes(request)) == "prior_awards[0].measure")
        // Cut off, overlong, a surrogate, beyond the last scalar, no first byte.
        let bad: [[UInt8]] = [
            [0xE4, 0xBA], [0xC0, 0x80], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80],
            [0xF8, 0x88, 0x80, 0x80, 0x80], Array("12345678".utf8) + [0xFF], [0xC3, 0x28],
        ]
        for text in bad {
            #expect(self.field(of: self.application(Samples.delimited(3, text))) == "subject_id", "\(text)")
        }
        for text in ["", "专利", "é", "😀", "1234567", "12345678", "123456789", "\u{10FFFF}", "\u{7F}", "\u{1}"] {
            #expect(Samples.fault(self.application(Samples.delimited(3, Array(text.utf8)))) == nil, "\(text)")
        }
    }

    /// Every way to write two bytes: the standard library is the judge.
    @Test func everyPairOfBytesAsText() {
        let decoder = MessageDecoder.forApplication()
        for first in UInt8.min ... .max {
            for second in UInt8.min ... .max {
                let text = [first, second]
                let isValid = String(validating: text, as: UTF8.self) != nil && !text.contains(0)
                #expect((Samples.fault([0x1A, 2, first, second], decoder) == nil) == isValid, "\(text)")
            }
        }
    }

    /// Protobuf would merge them, and no two runtimes agree on the member of a oneof.
    @Test func aMessageThatComesTwiceIsRefused() {
        func twice(_ bytes: [UInt8], _ field: String, _ decoder: MessageDecoder = .forEvaluate()) {
            let fault = Samples.fault(bytes, decoder)
            #expect(fault?.kind == .malformed, "\(field)")
            #expect(fault?.field == field)
            #expect(fault?.message.hasPrefix("must be sent once") == true, "\(field)")
        }
        let applicant = Samples.delimited(4, [])
        #expect(Samples.fault(self.application(applicant)) == nil)
        twice(self.application(applicant + applicant), "applicant")
        twice(self.application(applicant + Samples.delimited(4, Samples.varint(4, 1))), "applicant")
        twice(self.application((0..<1_000_000).flatMap { _ in applicant }), "applicant")
        // With other fields between them, and in front.
        twice(self.application(applicant + Samples.delimited(5, []) + applicant), "applicant")
        // The application itself, empty or not, and its facts.
        twice(self.application([]) + self.application([]), "application")
        twice(self.application(applicant) + self.application([]), "application")
        let facts = Samples.delimited(202, [])
        twice(self.application(facts + facts), "medical_device_product_approval")
        twice(self.application(facts + Samples.delimited(202, Samples.varint(1, 1))), "medical_device_product_approval")
        // In a list each message stands alone.
        #expect(Samples.fault(self.application(Samples.delimited(5, []) + Samples.delimited(5, []))) == nil)
        let known = Samples.delimited(4, facts) + Samples.delimited(4, facts + facts)
        twice(known, "known[1].medical_device_product_approval", .forScreen())
        twice(Samples.delimited(4, applicant + applicant), "known[0].applicant", .forScreen())
        twice(Samples.delimited(2, []) + Samples.delimited(2, []), "applicant", .forScreen())
        twice(facts + facts, "medical_device_product_approval", .forApplication())
        // The last of many strings and numbers counts.
        let text = (0..<40).flatMap { _ in Samples.delimited(3, Array("N-7".utf8)) }
        #expect(Samples.fault(self.application(Samples.delimited(3, []) + Samples.delimited(3, [0x41]))) == nil)
        #expect(Samples.fault(self.application(text)) == nil)
    }

    @Test func anotherWireTypeForAMessageIsNamedAsSuch() {
        let batch = MessageDecoder(Samples.types.evaluateBatchRequest, opaque: ["applications"])
        let applications = Samples.fault(Samples.varint(1, 7), batch)
        #expect(applications?.message.contains("must be a message (length-delimited)") == true)
        #expect(Samples.fault(Samples.varint(1, 7))?.message.contains("a message (length-delimited)") == true)
    }

    @Test func enumNumbersMustExist() {
        #expect(self.field(of: Samples.varint(2, 3)) == "stage")
        #expect(self.field(of: Samples.varint(2, 2)) == nil)
        #expect(self.field(of: Samples.varint(2, 1)) == nil)
        #expect(self.field(of: Samples.varint(2, 1 << 32 | 1)) == "stage")
        #expect(self.field(of: Samples.varint(2, .max)) == "stage")
        let applicant = Samples.delimited(4, Samples.varint(3, 8))
        let fault = Samples.fault(self.application(applicant))
        #expect(fault?.field == "applicant.kind")
        #expect(fault?.code == 1003)
        #expect(fault?.message.contains("ENTERPRISE (1)") == true)
    }

    @Test func numbersBeyondInt32() {
        let meta = MessageDecoder(.rpcMeta)
        let request = Samples.delimited(1, Samples.delimited(1, [0x61]) + Samples.delimited(2, [0x61]))
        for (value, isValid) in [
            (UInt64(Int32.max), true), (UInt64(Int32.max) + 1, false), (UInt64(UInt32.max), false),
            (UInt64(bitPattern: -1), true), (UInt64(bitPattern: Int64(Int32.min)), true),
            (UInt64(bitPattern: Int64(Int32.min) - 1), false),
        ] {
            let fault = Samples.fault(request + Samples.varint(3, value), meta)
            #expect((fault == nil) == isValid, "\(value)")
            if !isValid { #expect(fault?.field == "compress_type") }
        }
    }

    @Test func wrongLayoutOfAKnownField() {
        #expect(self.field(of: Samples.varint(1, 1)) == "application")
        #expect(self.field(of: Samples.delimited(2, [1])) == "stage")
        #expect(self.field(of: self.application(Samples.varint(2, 1))) == "as_of")
        #expect(self.field(of: self.application([0x15, 0, 0, 0, 0])) == "as_of")
        #expect(self.field(of: self.application(Samples.varint(5, 1))) == "prior_awards[0]")
    }

    @Test func bytesThatDoNotDecode() {
        let cases: [[UInt8]] = [
            [0x0A], [0x0A, 5, 1], [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1],
            [0x00, 0x00], [0x80], [0x10], [0x10, 0x80], [0x10] + [UInt8](repeating: 0x80, count: 10) + [1],
            // The end of a group, the two wire types that do not exist, a tag beyond 32 bits.
            [0x7C], [0x7E], [0x7F], [0xF8, 0xFF, 0xFF, 0xFF, 0x1F, 0],
        ]
        for bytes in cases {
            let fault = Samples.fault(bytes)
            #expect(fault?.kind == .malformed, "\(bytes)")
            #expect(fault?.field == "", "\(bytes)")
        }
    }

    /// What is not understood must not vanish: a newer client's bar, a measure that this daemon does not have.
    @Test func unknownFieldsAreRefused() {
        func unknown(_ bytes: [UInt8], _ field: String, _ place: String, _ decoder: MessageDecoder = .forEvaluate()) {
            let fault = Samples.fault(bytes, decoder)
            #expect(fault?.kind == .malformed, "\(field)")
            #expect(fault?.field == field)
            let number = field.split(separator: ".").last.map(String.init) ?? ""
            #expect(
                fault?.message.hasPrefix("field number \(number) of \(place) is not known") == true,
                "\(fault?.message ?? "")"
            )
        }
        // Laid out in each way that a field may be.
        for value in [
            Samples.varint(9000, .max), Samples.delimited(9000, [0xFF, 0]), Samples.number(9000 << 3 | 3),
            Samples.number(9000 << 3 | 1) + [UInt8](repeating: 7, count: 8),
            Samples.number(9000 << 3 | 5) + [1, 2, 3, 4],
        ] {
            unknown(value, "9000", "grantd.v1.EvaluateRequest")
            unknown(self.application([]) + value, "9000", "grantd.v1.EvaluateRequest")
            unknown(self.application(value), "9000", "grantd.v1.Application")
            unknown(self.application(Samples.delimited(4, value)), "applicant.9000", "applicant (grantd.v1.Applicant)")
            let awards = Samples.delimited(5, []) + Samples.delimited(5, value)
            unknown(self.application(awards), "prior_awards[1].9000", "prior_awards[1] (grantd.v1.PriorAward)")
            unknown(
                self.application(Samples.delimited(301, value)),
                "patent_conversion_institution.9000",
                "patent_conversion_institution (grantd.v1.PatentConversionInstitutionFacts)"
            )
            unknown(
                self.application(Samples.delimited(301, Samples.delimited(39, []) + Samples.delimited(39, value))),
                "patent_conversion_institution.deals[1].9000",
                "patent_conversion_institution.deals[1] (grantd.v1.PatentConversionDeal)"
            )
            unknown(
                Samples.delimited(4, Samples.delimited(301, value)),
                "known[0].patent_conversion_institution.9000",
                "known[0].patent_conversion_institution (grantd.v1.PatentConversionInstitutionFacts)",
                .forScreen()
            )
            unknown(value, "9000", "grantd.v1.Application", .forApplication())
            // The framing's own meta is another matter.
            let meta = Samples.delimited(1, Samples.delimited(1, [0x61]) + Samples.delimited(2, [0x61]) + value) + value
            let isGroup = value.count == 3 && value[0] & 7 == 3
            let lenient = MessageDecoder(.rpcMeta, passesUnknownFields: true)
            #expect((Samples.fault(meta, lenient) == nil) != isGroup)
        }
        unknown(Samples.varint(536_870_911, 1), "536870911", "grantd.v1.EvaluateRequest")
        // Between the numbers of measures, and just beside known ones.
        unknown(self.application(Samples.delimited(203 + 40, [])), "243", "grantd.v1.Application")
        unknown(Samples.varint(6, 1), "6", "grantd.v1.EvaluateRequest")
        // No contract has these.
        for bytes: [UInt8] in [[0x7C], [0x7E], [0x7F]] {
            #expect(self.field(of: bytes) == "")
            #expect(Samples.fault(bytes)?.kind == .malformed)
        }
    }

    @Test func twoMembersOfTheOneof() throws {
        let two = Samples.delimited(202, []) + Samples.delimited(301, [])
        let fault = Samples.fault(self.application(two))
        #expect(fault?.field == "facts")
        #expect(fault?.message.contains("medical_device_product_approval") == true)
        #expect(fault?.message.contains("patent_conversion_institution") == true)
        // In the list of a screening each application stands alone.
        let screen = Samples.delimited(4, Samples.delimited(202, [])) + Samples.delimited(4, Samples.delimited(301, []))
        #expect(Samples.fault(screen, .forScreen()) == nil)
        let known = Samples.delimited(4, []) + Samples.delimited(4, two)
        #expect(Samples.fault(known, .forScreen())?.field == "known[1].facts")
    }

    @Test func listsAreBounded() {
        let award = Samples.delimited(5, [])
        let full = [[UInt8]](repeating: award, count: 10_000).flatMap { $0 }
        #expect(Samples.fault(self.application(full)) == nil)
        let fault = Samples.fault(self.application(full + award))
        #expect(fault?.field == "prior_awards")
        #expect(fault?.code == 2004)
        let deal = Samples.delimited(39, [])
        let deals = [[UInt8]](repeating: deal, count: 10_001).flatMap { $0 }
        let facts = Samples.delimited(301, deals)
        #expect(Samples.fault(self.application(facts))?.field == "patent_conversion_institution.deals")
    }

    @Test func aDecoderIsGoodAfterAFault() throws {
        let decoder = MessageDecoder.forEvaluate()
        let good = try Samples.bytes(Samples.request)
        for bad in [[0x0A], Samples.varint(2, 9), self.application(Samples.varint(5, 1))] {
            #expect(Samples.fault(bad, decoder) != nil)
            #expect(Samples.fault(good, decoder) == nil)
        }
        #expect(Samples.fault(Samples.varint(2, 9), decoder)?.field == "stage")
    }

    /// The same verdict as the other runtime on whether bytes decode, for every truncation and every flip of a byte.
    @Test func hostileBytes() throws {
        let good = try Samples.bytes(Samples.request)
        let decoder = MessageDecoder.forEvaluate()
        let arena = Arena()
        func look(_ bytes: [UInt8]) -> Bool {
            // Memory of its own, so that a sanitizer sees a read behind the end.
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
            defer { copy.deallocate() }
            copy.copyBytes(from: bytes)
            let memory = UnsafeRawBufferPointer(copy)
            arena.reset()
            let isDecoded = (try? decoder.decode(memory, into: arena)) != nil
            #expect(isDecoded == ((try? decoder.validate(memory)) != nil), "\(bytes)")
            guard isDecoded else { return false }
            // What the decoder lets pass, protobuf-c must be able to decode.
            #expect(Samples.types.evaluateRequest.unpack(memory, into: arena) != nil, "\(bytes)")
            return true
        }
        for count in 0..<good.count { _ = look(Array(good[..<count])) }
        for index in good.indices {
            for bit in 0..<8 {
                var bytes = good
                bytes[index] ^= 1 << UInt8(bit)
                if look(bytes) {
                    #expect((try? GrantdEvaluateRequest(serializedBytes: bytes)) != nil, "\(bytes)")
                }
            }
        }
        // Reproducible noise.
        var state: UInt64 = 42
        for _ in 0..<20_000 {
            var bytes = good
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 24)
            }
            _ = look(bytes)
        }
    }
}
