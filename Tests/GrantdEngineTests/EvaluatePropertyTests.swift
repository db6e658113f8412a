//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema
internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

/// What holds for every measure, whatever the facts.
struct EvaluatePropertyTests {
    private let caller: Caller
    private let policies: PolicySet
    /// Facts of which an expression asks whether they are set, or known to be true: leaving them unset is an answer.
    private let reported: Set<String>

    init() throws {
        self.policies = try PolicySet.builtIn()
        self.caller = try Caller(policies: self.policies)
        var reported: Set<String> = []
        for file in PolicySet.builtInFiles() {
            let text = String(decoding: file.bytes, as: UTF8.self)
            for start in ["has(facts.", "certain(facts."] {
                for piece in text.split(separator: start).dropFirst() {
                    reported.insert(String(piece.prefix { $0.isLetter || $0.isNumber || $0 == "_" }))
                }
            }
        }
        self.reported = reported
    }

    /// Random numbers that are the same in every run.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            self.state ^= self.state << 13
            self.state ^= self.state >> 7
            self.state ^= self.state << 17
            return self.state
        }
    }

    /// A value that the measure takes; none for a text.
    ///
    /// - Parameter share: Of ten fields of a list's entry so many are set.
    private func value(_ fact: Fact, of measure: Measure, _ generator: inout Generator, share: Int = 10) -> Any? {
        func bounds(_ usual: ClosedRange<Int64>) -> ClosedRange<Int64> {
            let least = max(usual.lowerBound, fact.minimum ?? usual.lowerBound)
            return least...max(least, min(usual.upperBound, fact.maximum ?? usual.upperBound))
        }
        func names(_ values: [Fact.EnumerationValue]) -> [String] {
            values.filter { !fact.excluded.contains($0.number) }.map(\.name)
        }
        switch fact.kind {
        case .bool: return Int.random(in: 0..<10, using: &generator) < 8
        case .int32:
            let range = bounds(1...3)
            return Int32.random(in: Int32(range.lowerBound)...Int32(range.upperBound), using: &generator)
        case .int64: return Int64.random(in: bounds(0...20_000_000_000), using: &generator)
        case .date: return ["2024-02-29", "2025-06-01", "2026-05-01", "2020-01-01"].randomElement(using: &generator)
        case .enumeration(let values): return names(values).randomElement(using: &generator)
        case .enumerationList(let values):
            return [names(values).randomElement(using: &generator), names(values).randomElement(using: &generator)]
                .compactMap { $0 }
        case .list:
            let entries = fact.wirePath + "[]."
            var list: [[String: Any]] = []
            for _ in 0...Int.random(in: 0...2, using: &generator) {
                var entry: [String: Any] = [:]
                for field in measure.facts where field.wirePath.hasPrefix(entries) {
                    guard share >= 10 || Int.random(in: 0..<10, using: &generator) < share else { continue }
                    let name = String(field.wirePath.dropFirst(entries.count))
                    entry[name] = self.value(field, of: measure, &generator) ?? "P1"
                }
                list.append(entry)
            }
            return list
        case .string: return nil
        }
    }

    /// The assessment; none where the measure's own text refuses the facts.
    private func answer(_ application: [String: Any], _ measure: Measure) throws -> [String: Any]? {
        do {
            return try self.caller.evaluate(application)
        } catch let error as CallError where measure.refusals.contains(where: { $0.field == error.field }) {
            return nil
        }
    }

    /// Sets a fact by its path on the wire.
    private func set(_ path: String, _ value: Any?, in application: inout [String: Any]) {
        let parts = path.split(separator: ".").map(String.init)
        guard parts.count == 2 else {
            application[path] = value
            return
        }
        var inner = application[parts[0]] as? [String: Any] ?? [:]
        inner[parts[1]] = value
        application[parts[0]] = inner
    }

    private func prior(_ measure: String, _ generator: inout Generator) -> [[String: Any]] {
        (0..<Int.random(in: 0...4, using: &generator)).map { _ in
            Sample.award(
                measure,
                ["P1", "P2", nil].randomElement(using: &generator) ?? "P1",
                ["2024-05-05", "2025-12-31", "2026-01-01", "2026-05-20", "2026-05-21"].randomElement(using: &generator)
                    ?? "2026-01-01",
                Int64.random(in: 0...300_000_000, using: &generator)
            )
        }
    }

    private func application(
        _ measure: Measure,
        _ generator: inout Generator,
        share: Int = 10,
        entryShare: Int = 10
    ) -> [String: Any] {
        var application: [String: Any] = ["as_of": "2026-05-20", measure.factsField: [String: Any]()]
        for fact in measure.facts where !fact.path.contains("[") {
            guard Int.random(in: 0..<10, using: &generator) < share else { continue }
            guard let value = self.value(fact, of: measure, &generator, share: entryShare) else { continue }
            self.set(fact.wirePath, value, in: &application)
        }
        // Facts that do not go together: one of them is taken back.
        for _ in measure.refusals {
            guard let refused = self.caller.refusal(application)?.field else { break }
            self.set(refused, nil, in: &application)
        }
        return application
    }

    @Test("answering what is missing ends, and each answer asked for was not known before")
    func missingEnds() throws {
        var generator = Generator(state: 0x9E37_79B9_7F4A_7C15)
        for round in 0..<6 {
            for measure in self.policies.measures {
                var application = self.application(measure, &generator, share: round)
                application["prior_awards"] = self.prior(measure.id, &generator)
                var asked: Set<String> = []
                var isCutShort = false
                for _ in 0...measure.facts.count + 1 {
                    guard let reply = try self.answer(application, measure) else {
                        isCutShort = true
                        break
                    }
                    // Nobody knows a calendar that is not published yet.
                    guard !reply.missing.contains("working_calendar") else {
                        isCutShort = true
                        break
                    }
                    guard let next = reply.missing.first else {
                        #expect(reply["outcome"] as? String != "UNDETERMINED", "\(measure.id) asks for nothing")
                        break
                    }
                    #expect(asked.insert(next).inserted, "\(measure.id) asks for \(next) again")
                    let fact = measure.facts.first { $0.wirePath == next }
                    let value = fact.flatMap { self.value($0, of: measure, &generator) } ?? "P1"
                    self.set(next, value, in: &application)
                }
                guard !isCutShort else { continue }
                #expect(try self.caller.evaluate(application)["outcome"] as? String != "UNDETERMINED")
            }
        }
    }

    @Test("an unset fact that is not asked for cannot change the outcome: dates and what stands in lists, too")
    func missingIsComplete() throws {
        var generator = Generator(state: 77)
        for round in 0..<8 {
            for measure in self.policies.measures {
                var application = self.application(measure, &generator, share: 3 + round, entryShare: 3 + round)
                application["prior_awards"] = self.prior(measure.id, &generator)
                application["subject_id"] = Bool.random(using: &generator) ? "P1" : nil
                let reply = try self.caller.evaluate(application)
                let missing = Set(reply.missing)
                var completed = application
                for fact in measure.facts where !fact.path.contains("[") && !missing.contains(fact.wirePath) {
                    let parts = fact.wirePath.split(separator: ".").map(String.init)
                    if fact.kind == .list {
                        self.complete(fact, of: measure, notAsked: missing, in: &completed, &generator)
                        continue
                    }
                    guard (application[parts[0]] as? [String: Any])?[parts[1]] == nil else { continue }
                    // What is reported only where there is something to report is no answer to a question.
                    if self.reported.contains(fact.path) { continue }
                    if Bool.random(using: &generator) {
                        self.set(fact.wirePath, self.value(fact, of: measure, &generator), in: &completed)
                    }
                }
                guard let after = try self.answer(completed, measure) else { continue }
                let outcome = reply["outcome"] as? String
                // An excuse may come to be known beside a ground that is still asked for: then the ask-list may only
                // shrink.
                if outcome == "UNDETERMINED" {
                    #expect(Set(after.missing).isSubset(of: missing), "\(measure.id)")
                } else {
                    #expect(after["outcome"] as? String == outcome, "\(measure.id)")
                    #expect(after["amount_fen"] as? Int64 == reply["amount_fen"] as? Int64, "\(measure.id)")
                }
            }
        }
    }

    /// Sets fields of a list's entries that are unset and not asked for. Another entry would be another case: a list cannot be
    /// unset, and holds what there is.
    private func complete(
        _ list: Fact,
        of measure: Measure,
        notAsked missing: Set<String>,
        in application: inout [String: Any],
        _ generator: inout Generator
    ) {
        let name = String(list.wirePath.dropFirst(measure.factsField.count + 1))
        guard var facts = application[measure.factsField] as? [String: Any],
            var entries = facts[name] as? [[String: Any]]
        else { return }
        let fields = measure.facts.filter { $0.wirePath.hasPrefix(list.wirePath + "[].") }
        for index in entries.indices {
            for field in fields where Bool.random(using: &generator) {
                let key = String(field.wirePath.dropFirst(list.wirePath.count + 3))
                guard entries[index][key] == nil, !missing.contains("\(list.wirePath)[\(index)].\(key)"),
                    !self.reported.contains(field.path)
                else { continue }
                entries[index][key] = self.value(field, of: measure, &generator) ?? "P1"
            }
        }
        facts[name] = entries
        application[measure.factsField] = facts
    }

    @Test("no amount is over what a cap leaves, nor over the potential before it was known")
    func caps() throws {
        var generator = Generator(state: 4_711)
        for _ in 0..<12 {
            for measure in self.policies.measures {
                var application = self.application(measure, &generator)
                application["subject_id"] = "P1"
                application["prior_awards"] = self.prior(measure.id, &generator)
                let reply = try self.caller.evaluate(application)
                guard let amount = reply["amount_fen"] as? Int64 else { continue }
                for cap in reply.list("caps") {
                    #expect(amount <= cap["remaining_fen"] as? Int64 ?? -1, "\(measure.id)")
                    let binds = cap["binding"] as? Bool == true
                    #expect(binds == (reply["binding_cap"] as? String == cap["id"] as? String), "\(measure.id)")
                }
                var unknown = application
                unknown[measure.factsField] = [String: Any]()
                let before = try self.caller.evaluate(unknown)
                if measure.basis != .floor, let potential = before["potential_amount_fen"] as? Int64 {
                    #expect(amount <= potential, "\(measure.id)")
                }
            }
        }
    }

    /// The programmes that hand out support by one sum; what a settlement comes to may well fall as a sum grows.
    private static let supports = ["ai-application.", "digital-space.", "medical-device.", "patent-conversion."]

    @Test("a larger base never gives less")
    func monotone() throws {
        var generator = Generator(state: 31_337)
        for measure in self.policies.measures where Self.supports.contains(where: { measure.id.hasPrefix($0) }) {
            guard case .base? = measure.award?.first else { continue }
            guard let money = measure.facts.first(where: { $0.unit == .fen && $0.kind == .int64 }) else { continue }
            var application: [String: Any] = ["as_of": "2026-05-20", "subject_id": "P1"]
            for fact in measure.facts where !fact.path.contains("[") {
                switch fact.kind {
                case .bool: self.set(fact.wirePath, true, in: &application)
                case .int32: self.set(fact.wirePath, 1, in: &application)
                case .int64: self.set(fact.wirePath, 600_000_000, in: &application)
                case .date: self.set(fact.wirePath, "2026-01-01", in: &application)
                case .enumeration(let values): self.set(fact.wirePath, values.last?.name, in: &application)
                default: continue
                }
            }
            application["prior_awards"] = self.prior(measure.id, &generator).filter {
                $0["subject_id"] as? String != "P1"
            }
            var last: Int64 = -1
            for base: Int64 in [
                0, 1, 3, 99, 100, 101, 333_333_333, 600_000_000, 9_999_999_999, 100_000_000_001, .max / 3, .max,
            ] {
                self.set(money.wirePath, base, in: &application)
                let reply = try self.caller.evaluate(application)
                guard let amount = reply["amount_fen"] as? Int64 else { continue }
                #expect(amount >= last, "\(measure.id) at \(base)")
                last = amount
            }
            #expect(last >= 0, "\(measure.id) never comes to an amount")
        }
    }

    @Test("the order of earlier awards does not matter, nor does asking twice")
    func orderOfAwards() throws {
        var generator = Generator(state: 99)
        for measure in self.policies.measures {
            var application = self.application(measure, &generator)
            application["subject_id"] = "P1"
            let awards = self.prior(measure.id, &generator) + self.prior(measure.id, &generator)
            func bytes(_ awards: [[String: Any]]) throws -> [UInt8] {
                application["prior_awards"] = awards
                let request: [String: Any] = ["application": application, "explain": "FULL"]
                return try self.caller.bytes(request, as: self.caller.types.evaluateRequest) {
                    try $0.evaluate($1, into: $2)
                }
            }
            let first = try bytes(awards)
            #expect(try bytes(awards) == first)
            #expect(try bytes(awards.reversed()) == first)
            #expect(try bytes(awards.shuffled(using: &generator)) == first)
        }
    }
}
