//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdMessages
internal import GrantdPolicy
internal import GrantdSchema
internal import SwiftProtobuf
internal import Testing

@testable internal import GrantdService

/// Keys that outlive the policies that their awards were made under.
@Suite
struct AwardKeyTests {
    /// A measure whose award is what was spent.
    private static func programme(_ id: String, number: Int, caps: [String]) -> PolicyFile {
        let text = """
            programme: \(id)
            document:
              number: 京测〔2026〕\(number - 10_000)号
              title: {zh: 支出补助, en: Subsidy of spending}
              issuer: {zh: 测试机构, en: A test office}
              issued: 2020-01-01
              gazette: 2020 No. 1, p. 1
            in_force: {from: 2020-01-01, until: none}
            measures:
              - id: subsidy
                number: \(number)
                title: {zh: 补助, en: Subsidy}
                clause: 第一条
                basis: EXACT
                facts:
                  cost_fen: {number: 1, type: money, label: {zh: 支出, en: Cost}, question: {zh: 支出多少？, en: How much?}}
                requires:
                  - {id: some, when: facts.cost_fen >= 100, label: {zh: 有支出, en: Something spent}}
                caps:
            \(caps.map { "      \($0): 40 yuan" }.joined(separator: "\n"))
                award:
                  - base: facts.cost_fen
            \(caps.map { "      - cap: \($0)" }.joined(separator: "\n"))

            """
        return (name: "\(id).yaml", bytes: Array(text.utf8))
    }

    private static func policies(_ programmes: PolicyFile...) throws -> CompiledPolicies {
        var files = PolicyFiles()
        for programme in programmes { files.add(programme) }
        return CompiledPolicies(try PolicySet.builtIn(with: files))
    }

    private static func request(key: String, cost: Int64 = 500) -> [UInt8] {
        let writer = ByteWriter(limit: 1 << 16)
        let application = writer.beginMessage(field: 1)
        writer.write(field: 2, "2026-03-01")
        let applicant = writer.beginMessage(field: 4)
        writer.write(field: 1, AwardSamples.code(1))
        writer.endMessage(applicant)
        let earlier = writer.beginMessage(field: 5)
        writer.write(field: 1, "passing.subsidy")
        writer.write(field: 3, "2026-01-01")
        writer.write(field: 4, varint: 100)
        writer.endMessage(earlier)
        let facts = writer.beginMessage(field: 10001)
        writer.write(field: 1, varint: cost)
        writer.endMessage(facts)
        writer.endMessage(application)
        writer.write(field: 6, key)
        return withExtendedLifetime(writer) { [UInt8](writer.bytes) }
    }

    private static func failure(_ result: Result<[UInt8], CallError>) -> CallError? {
        guard case .failure(let error) = result else { return nil }
        return error
    }

    /// The book's clock.
    private final class Clock {
        var milliseconds: Int64 = 1_780_000_000_000
    }

    @Test("a key gives the same bytes a year later, under policies that would refuse the application")
    func years() throws {
        let clock = Clock()
        let book = MemoryAwardStore { clock.milliseconds }
        let passing = Self.programme("passing", number: 10002, caps: ["applicant-year"])
        let first = try LedgerBench(
            book,
            policies: Self.policies(Self.programme("spending", number: 10001, caps: ["applicant-year"]), passing)
        )
        let answer = try first.call(.award, Self.request(key: "k")).get()
        #expect(try GrantdAwardResponse(serializedBytes: answer).award.amountFen == 500)
        clock.milliseconds += 366 * 86_400_000
        // The measure that an earlier award names is gone; then a cap wants a subject as well.
        let others = [
            (
                try Self.policies(Self.programme("spending", number: 10001, caps: ["applicant-year"])),
                "prior_awards[0].measure"
            ),
            (
                try Self.policies(
                    Self.programme("spending", number: 10001, caps: ["applicant-year", "subject-total"]),
                    passing
                ),
                "subject_id"
            ),
        ]
        for (policies, field) in others {
            let bench = try LedgerBench(book, policies: policies)
            #expect(try bench.call(.award, Self.request(key: "k")).get() == answer + [0x18, 1])
            // What is new is judged by these policies.
            #expect(Self.failure(try bench.call(.award, Self.request(key: "l")))?.field == field)
            // Other content is another request, whatever is wrong with it.
            let other = Self.failure(try bench.call(.award, Self.request(key: "k", cost: 501)))
            #expect(other?.field == "idempotency_key")
        }
        #expect(book.count == 1)
    }

    @Test("where the measure's fields are gone from the policies a repeat is refused, and awards nothing")
    func goneMeasure() throws {
        let book = MemoryAwardStore { 1_780_000_000_000 }
        let passing = Self.programme("passing", number: 10002, caps: ["applicant-year"])
        let first = try LedgerBench(
            book,
            policies: Self.policies(Self.programme("spending", number: 10001, caps: ["applicant-year"]), passing)
        )
        _ = try first.call(.award, Self.request(key: "k")).get()
        let without = try LedgerBench(book, policies: Self.policies(passing))
        let error = Self.failure(try without.call(.award, Self.request(key: "k")))
        #expect(error?.code == 1003)
        #expect(error?.message.contains("10001") == true)
        #expect(book.count == 1)
    }
}
