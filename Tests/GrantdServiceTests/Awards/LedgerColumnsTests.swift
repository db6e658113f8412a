//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdEngine
internal import GrantdMessages
internal import SwiftProtobuf
internal import Testing

@testable internal import GrantdService

/// Columns by what the book has: row for row what a batch of the same applications comes to.
@Suite
struct LedgerColumnsTests {
    private let bench: LedgerBench

    /// A book with one award, of 30,000,000 yuan, under an envelope that has 10,000,000 left.
    init() throws {
        self.bench = try LedgerBench(MemoryAwardStore { 1_780_000_000_000 }) { 1_780_000_000_000 }
        let envelope = GrantdPutEnvelopeRequest.with {
            $0.envelope.envelopeID = "e-2026"
            $0.envelope.title.zh = "二〇二六年预算"
            $0.envelope.title.en = "Budget of 2026"
            $0.envelope.limitFen = 4_000_000_000
            $0.envelope.programmes = ["medical-device"]
            $0.envelope.fromOn = "2026-01-01"
            $0.envelope.untilOn = "2026-12-31"
        }
        _ = try self.bench.answer(.putEnvelope, envelope, as: GrantdEnvelope.self)
        let award = AwardSamples.award(AwardSamples.platform("A", investmentFen: 10_000_000_000))
        _ = try self.bench.answer(.award, award, as: GrantdAwardResponse.self)
    }

    /// More of them than a turn has: of the one that was awarded, without a code, of another subject, of another
    /// applicant, and of a sum that no envelope cuts.
    private static let applications: [GrantdApplication] = (0..<300).map { row in
        switch row % 5 {
        case 0: return AwardSamples.platform("A", investmentFen: 10_000_000_000)
        case 1:
            var nameless = AwardSamples.platform("A", investmentFen: 10_000_000_000)
            nameless.applicant.clearUnifiedSocialCreditCode()
            return nameless
        case 2: return AwardSamples.platform("B", investmentFen: 10_000_000_000)
        case 3: return AwardSamples.platform("A", investmentFen: 10_000_000_000, code: AwardSamples.code(2))
        default: return AwardSamples.platform("C", investmentFen: 1_000)
        }
    }

    private static func data<Number: FixedWidthInteger>(_ numbers: [Number]) -> Data {
        numbers.map(\.littleEndian).withUnsafeBytes { Data($0) }
    }

    private static func bitmap(_ bits: [Bool]) -> Data {
        var bytes = Data(count: (bits.count + 7) / 8)
        for (place, bit) in bits.enumerated() where bit { bytes[place / 8] |= 1 << (place % 8) }
        return bytes
    }

    private static func texts(_ path: String, _ texts: [String?]) -> GrantdColumn {
        var offsets: [Int32] = [0]
        var data = Data()
        for text in texts {
            data.append(contentsOf: (text ?? "").utf8)
            offsets.append(Int32(data.count))
        }
        return .with {
            $0.path = path
            $0.type = .utf8
            $0.validity = self.bitmap(texts.map { $0 != nil })
            $0.offsets = self.data(offsets)
            $0.data = data
        }
    }

    /// The same applications as columns.
    private static func request(_ applications: [GrantdApplication]) -> GrantdEvaluateColumnsRequest {
        let member = "medical_device_common_platform."
        func yes(_ path: String) -> GrantdColumn {
            .with {
                $0.path = path
                $0.type = .bool
                $0.data = self.bitmap([Bool](repeating: true, count: applications.count))
            }
        }
        return .with {
            $0.measure = "medical-device.common-platform"
            $0.asOf = "2026-05-20"
            $0.rows = Int32(applications.count)
            $0.useLedger = true
            $0.columns = [
                self.texts("subject_id", applications.map { $0.subjectID }),
                self.texts(
                    "applicant.unified_social_credit_code",
                    applications.map {
                        $0.applicant.hasUnifiedSocialCreditCode ? $0.applicant.unifiedSocialCreditCode : nil
                    }
                ),
                yes("applicant.registered_in_beijing"),
                yes(member + "for_medical_device_industry"),
                yes(member + "common_technology_platform"),
                .with {
                    $0.path = member + "engineering_investment_fen"
                    $0.type = .int64
                    $0.data = self.data(
                        applications.map { $0.medicalDeviceCommonPlatform.engineeringInvestmentFen }
                    )
                },
            ]
        }
    }

    @Test("EvaluateColumns reads the book where it is asked to, each row as EvaluateBatch does")
    func useLedger() throws {
        let applications = Self.applications
        let batch = try self.bench.answer(
            .evaluateBatch,
            GrantdEvaluateBatchRequest.with {
                $0.applications = applications
                $0.useLedger = true
            },
            as: GrantdEvaluateBatchResponse.self
        ).results
        let response = try self.bench.answer(
            .evaluateColumns,
            Self.request(applications),
            as: GrantdEvaluateColumnsResponse.self
        )
        let reply = Reply(response)
        #expect(Int(response.rows) == applications.count)
        #expect(batch.count == applications.count)
        for (row, result) in batch.enumerated() {
            let there = result.assessment
            let isError = result.error.code != 0
            let amount: Int64? = isError ? nil : there.amountFen
            let cap: String? = there.hasBindingCap ? there.bindingCap : nil
            let field: String? = isError ? result.error.field : nil
            #expect(reply.number("amount_fen", row) == amount, "row \(row)")
            #expect(reply.text("binding_cap", row) == cap, "row \(row)")
            #expect(reply.list("ledger_awards", row) == there.ledgerAwards, "row \(row)")
            #expect(reply.text("error.field", row) == field, "row \(row)")
        }
        // And what that is: what the envelope has left, who is not known, and what nothing cuts.
        let envelope = "envelope:e-2026"
        let amounts: [Int64?] = [1_000_000_000, nil, 1_000_000_000, 1_000_000_000, 300]
        let caps: [String?] = [envelope, nil, envelope, envelope, nil]
        #expect((0..<5).map { reply.number("amount_fen", $0) } == amounts)
        #expect((0..<5).map { reply.text("binding_cap", $0) } == caps)
        #expect(reply.text("error.field", 1) == "applicant.unified_social_credit_code")
        #expect(reply.list("ledger_awards", 0).count == 1)
        #expect(reply.list("ledger_awards", 3).isEmpty)
    }

    @Test("the book is an agency's to read, in columns too")
    func roles() throws {
        let caller = Caller(name: nil, roles: .ask)
        let error = try self.bench.error(.evaluateColumns, Self.request(Self.applications), caller: caller)
        #expect(error?.status == .permissionDenied)
    }

    /// Reads the columns of a reply.
    private struct Reply {
        private let columns: [String: GrantdColumn]

        init(_ response: GrantdEvaluateColumnsResponse) {
            self.columns = Dictionary(uniqueKeysWithValues: response.columns.map { ($0.path, $0) })
        }

        /// The column, where the row has a value of it.
        private func column(_ path: String, _ row: Int) -> GrantdColumn? {
            guard let column = self.columns[path] else { return nil }
            let validity = [UInt8](column.validity)
            return validity.isEmpty || validity[row / 8] & (1 << (row % 8)) != 0 ? column : nil
        }

        private static func int32(_ data: Data, _ place: Int) -> Int {
            data.withUnsafeBytes {
                Int(Int32(littleEndian: $0.loadUnaligned(fromByteOffset: place * 4, as: Int32.self)))
            }
        }

        private static func text(_ offsets: Data, _ data: Data, _ place: Int) -> String {
            let bytes = [UInt8](data)[self.int32(offsets, place)..<self.int32(offsets, place + 1)]
            return String(decoding: bytes, as: UTF8.self)
        }

        func number(_ path: String, _ row: Int) -> Int64? {
            self.column(path, row)?.data.withUnsafeBytes {
                Int64(littleEndian: $0.loadUnaligned(fromByteOffset: row * 8, as: Int64.self))
            }
        }

        /// A text of a dictionary.
        func text(_ path: String, _ row: Int) -> String? {
            guard let column = self.column(path, row) else { return nil }
            return Self.text(column.dictionary.offsets, column.dictionary.data, Self.int32(column.data, row))
        }

        /// Texts of a list; none where there is no list.
        func list(_ path: String, _ row: Int) -> [String] {
            guard let column = self.column(path, row), let entry = column.entries.first else { return [] }
            let places = Self.int32(column.offsets, row)..<Self.int32(column.offsets, row + 1)
            return places.map { Self.text(entry.offsets, entry.data, $0) }
        }
    }
}
