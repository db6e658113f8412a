//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdLedger
internal import GrantdMessages
internal import GrantdPolicy
internal import GrantdSchema
internal import SwiftProtobuf
internal import Testing

@testable internal import GrantdService

/// Random histories of awards against a model of them, to the fen: in memory, in SQLite, and as a dry run.
@Suite
struct AwardHistoryTests {
    /// A measure with a cap of each kind that hangs on time, whose award is what was spent.
    private static let policy = """
        programme: spending
        document:
          number: 京测〔2026〕2号
          title: {zh: 支出补助, en: Subsidy of spending}
          issuer: {zh: 测试机构, en: A test office}
          issued: 2020-01-01
          gazette: 2020 No. 1, p. 1
        in_force: {from: 2020-01-01, until: none}
        measures:
          - id: subsidy
            number: 10001
            title: {zh: 补助, en: Subsidy}
            clause: 第一条
            basis: EXACT
            facts:
              cost_fen: {number: 1, type: money, label: {zh: 支出, en: Cost}, question: {zh: 支出多少？, en: How much?}}
            requires:
              - {id: some, when: facts.cost_fen >= 100, label: {zh: 有支出, en: Something spent}}
            caps:
              subject-total: 30 yuan
              applicant-year: 40 yuan
              applicant-3-years: 70 yuan
            award:
              - base: facts.cost_fen
              - cap: subject-total
              - cap: applicant-year
              - cap: applicant-3-years

        """
    private static let policies = Result {
        var files = PolicyFiles()
        files.add(("spending.yaml", Array(Self.policy.utf8)))
        return CompiledPolicies(try PolicySet.builtIn(with: files))
    }

    /// One after the other, by the rules' own words.
    private struct Model {
        struct Award {
            var code: Int
            var subject: Int
            var year: Int64
            var fen: Int64
            var isReserved: Bool
            var isOver = false
            var end: Int64
        }
        var now: Int64 = 0
        var awards: [Award] = []
        /// By envelope: the years that it binds, its limit.
        var envelopes: [String: (years: ClosedRange<Int64>, limit: Int64)] = [:]

        private func live(_ award: Award) -> Bool { !award.isOver && (!award.isReserved || award.end > self.now) }
        func sum(_ counts: (Award) -> Bool) -> Int64 {
            self.awards.filter { self.live($0) && counts($0) }.reduce(0) { $0 + $1.fen }
        }
        func drawn(_ id: String) -> Int64 { self.sum { self.envelopes[id]?.years.contains($0.year) == true } }
        func left(code: Int, subject: Int, year: Int64) -> Int64 {
            let windows = (year...year + 2).map { last in
                7_000 - self.sum { $0.code == code && (last - 2...last).contains($0.year) }
            }
            let envelopes = self.envelopes.filter { $0.value.years.contains(year) }
                .map { $0.value.limit - self.drawn($0.key) }
            return
                ([
                    3_000 - self.sum { $0.code == code && $0.subject == subject },
                    4_000 - self.sum { $0.code == code && $0.year == year },
                ] + windows + envelopes).min() ?? 0
        }
    }

    private static func request(
        code: Int,
        subject: Int,
        year: Int64,
        cost: Int64,
        seconds: Int64?,
        key: String?
    ) -> [UInt8] {
        let writer = ByteWriter(limit: 1 << 16)
        let application = writer.beginMessage(field: 1)
        writer.write(field: 2, "\(year)-03-01")
        writer.write(field: 3, "S\(subject)")
        let applicant = writer.beginMessage(field: 4)
        writer.write(field: 1, AwardSamples.code(code))
        writer.endMessage(applicant)
        let facts = writer.beginMessage(field: 10001)
        writer.write(field: 1, varint: cost)
        writer.endMessage(facts)
        writer.endMessage(application)
        if let key { writer.write(field: 6, key) }
        if let seconds {
            writer.write(field: 7, varint: 1)
            writer.write(field: 8, varint: seconds)
        }
        return withExtendedLifetime(writer) { [UInt8](writer.bytes) }
    }

    /// The time that stores go by.
    private final class Time {
        var milliseconds: Int64 = 1_780_000_000_000
    }

    enum Store: CaseIterable {
        case memory
        case sqlite
        case dryRun
    }

    @Test(
        "awards, reservations, partial commits, cancellations and corrections come to what the model says",
        arguments: Store.allCases
    )
    func history(_ kind: Store) throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<6 {
            let seed = random.next()
            try self.history(kind, seed: seed, steps: 120)
        }
    }

    private func history(_ kind: Store, seed: UInt64, steps: Int) throws {
        let time = Time()
        let folder = try BookFolder()
        let store: (any AwardStore)? =
            switch kind {
            case .memory: MemoryAwardStore { time.milliseconds }
            case .sqlite: try SQLiteAwardStore(path: folder.path("book"), clock: { time.milliseconds })
            case .dryRun: nil
            }
        defer { store?.close() }
        let bench = try LedgerBench(store, policies: Self.policies.get()) { time.milliseconds }
        var random = Seeded(state: seed)
        var model = Model()
        model.now = time.milliseconds
        var ids: [String] = []
        // A dry run is named in every call: fields 9 and 10 of an award, 6 and 7 of a settlement, 2 and 3 of an envelope.
        func dry(_ first: UInt8) -> [UInt8] {
            guard kind == .dryRun else { return [] }
            return [first << 3 | 2, 1, UInt8(ascii: "r"), (first + 1) << 3, 1]
        }
        for step in 0..<steps {
            let place = "seed \(seed), step \(step)"
            switch Int64.random(in: 0..<10, using: &random) {
            case 0...5:
                let (code, subject) = (Int.random(in: 1...2, using: &random), Int.random(in: 1...2, using: &random))
                let year = Int64.random(in: 2024...2028, using: &random)
                let cost = Int64.random(in: 100...2_500, using: &random)
                let seconds: Int64? = Bool.random(using: &random) ? Int64.random(in: 1...20, using: &random) : nil
                let key = Bool.random(using: &random) ? "k\(step)" : nil
                let request =
                    Self.request(
                        code: code,
                        subject: subject,
                        year: year,
                        cost: cost,
                        seconds: seconds,
                        key: key
                    ) + dry(9)
                let bytes = try bench.call(.award, request).get()
                let response = try GrantdAwardResponse(serializedBytes: bytes)
                let left = max(0, model.left(code: code, subject: subject, year: year))
                #expect(response.assessment.amountFen == min(cost, left), "\(place)")
                #expect(response.hasAward == (left > 0), "\(place)")
                if let key {
                    let again = try bench.call(.award, request).get()
                    #expect(again == bytes + [0x18, 1], "\(place): \(key)")
                }
                guard response.hasAward else { continue }
                ids.append(response.award.awardID)
                model.awards.append(
                    Model.Award(
                        code: code,
                        subject: subject,
                        year: year,
                        fen: response.award.amountFen,
                        isReserved: seconds != nil,
                        end: model.now + (seconds ?? 0) * 1_000
                    )
                )
            case 6...7:
                guard let index = ids.indices.randomElement(using: &random) else { continue }
                try self.settle(index, ids[index], &model, bench, &random, dry(6), place)
            case 8:
                let id = ["a", "b"].randomElement(using: &random) ?? "a"
                let first = Int64.random(in: 2024...2027, using: &random)
                let last = Int64.random(in: first...2028, using: &random)
                var wanted = model
                wanted.envelopes[id] = (first...last, 0)
                let limit = Int64.random(in: 0...12_000, using: &random)
                let request =
                    try GrantdPutEnvelopeRequest.with {
                        $0.envelope.envelopeID = id
                        $0.envelope.limitFen = limit
                        $0.envelope.measures = ["spending.subsidy"]
                        $0.envelope.fromOn = "\(first)-01-01"
                        $0.envelope.untilOn = "\(last)-12-31"
                    }.serializedBytes() as [UInt8]
                let drawn = wanted.drawn(id)
                switch try bench.call(.putEnvelope, request + dry(2)) {
                case .success(let bytes):
                    let envelope = try GrantdEnvelope(serializedBytes: bytes)
                    #expect(envelope.usedFen + envelope.reservedFen == drawn, "\(place)")
                    #expect(drawn <= limit, "\(place)")
                    model.envelopes[id] = (first...last, limit)
                case .failure(let error):
                    #expect(error.field == "envelope.limit_fen" && drawn > limit, "\(place)")
                }
            default:
                time.milliseconds += Int64.random(in: 0...8_000, using: &random)
                model.now = time.milliseconds
            }
            for (id, envelope) in model.envelopes { #expect(model.drawn(id) <= envelope.limit, "\(place)") }
        }
    }

    private func settle(
        _ index: Int,
        _ id: String,
        _ model: inout Model,
        _ bench: LedgerBench,
        _ random: inout Seeded,
        _ dry: [UInt8],
        _ place: String
    ) throws {
        let award = model.awards[index]
        let isEnded = award.isOver || (award.isReserved && award.end <= model.now)
        let fen = Int64.random(in: 0...award.fen + 1, using: &random)
        let action = GrantdSettleAction.Value.allCases.randomElement(using: &random) ?? .cancel
        let request =
            try GrantdSettleRequest.with {
                $0.awardID = id
                $0.action = action
                if action != .cancel { $0.amountFen = fen }
                $0.reason = "why"
            }.serializedBytes() as [UInt8]
        let isGood =
            switch action {
            case .commit: !isEnded && award.isReserved && (1...award.fen).contains(max(fen, 0)) && fen > 0
            case .cancel: !isEnded
            case .correct: !isEnded && !award.isReserved && (0...award.fen).contains(fen)
            }
        let result = try bench.call(.settle, request + dry)
        guard isGood else {
            guard case .failure = result else {
                Issue.record("\(place): \(action) of \(fen) was taken")
                return
            }
            return
        }
        let settled = try GrantdSettleResponse(serializedBytes: try result.get()).award
        model.awards[index].isReserved = false
        if action == .cancel {
            model.awards[index].isOver = true
            #expect(settled.state == .cancelled, "\(place)")
        } else {
            model.awards[index].fen = fen
            #expect(settled.amountFen == fen && settled.state == .committed, "\(place)")
        }
    }

    /// SplitMix64: a history can be told again by its seed.
    private struct Seeded: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            self.state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = self.state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }
}
