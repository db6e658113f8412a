//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdPolicy
internal import GrantdTesting
internal import Testing

/// Files that nobody would write by mistake: they are refused soon, and nothing traps.
@Suite("Hostile policy files")
struct LoaderHostileTests {
    private func codes(_ bytes: [UInt8]) -> [PolicyDiagnostic.Code] {
        switch PolicyLoader.load(files: [("x.yaml", bytes)], builtIn: []) {
        case .success: []
        case .failure(let diagnostics): diagnostics.list.map(\.code)
        }
    }

    private func codes(_ text: String) -> [PolicyDiagnostic.Code] { self.codes(Array(text.utf8)) }

    @Test("Nothing, a scalar, a list, two documents")
    func shapes() {
        #expect(self.codes("") == [.syntax])
        #expect(self.codes("# only a comment\n") == [.syntax])
        #expect(self.codes("hello") == [.wrongType])
        #expect(self.codes("- a\n- b") == [.wrongType])
        #expect(self.codes("a: 1\n---\nb: 2\n") == [.syntax])
        #expect(self.codes("[a]: 1").contains(.wrongType))
        #expect(self.codes("? {a: b}\n: c").contains(.wrongType))
    }

    @Test("Bytes that are no UTF-8 are shown at their place")
    func encoding() throws {
        let result = PolicyLoader.load(
            files: [("x.yaml", Array("programme: x\ndocument: ".utf8) + [0xFF, 0xFE])],
            builtIn: []
        )
        guard case .failure(let diagnostics) = result, let diagnostic = diagnostics.list.first else {
            Issue.record("it loads")
            return
        }
        #expect(diagnostic.code == .encoding)
        #expect(diagnostic.line == 2)
        #expect(diagnostic.column == 11)
    }

    @Test("A byte order mark at the beginning is passed over")
    func byteOrderMark() throws {
        let set = try LoaderFixtures.load("\u{FEFF}" + LoaderFixtures.text("good.yaml")).get()
        #expect(set.warnings.isEmpty)
        #expect(self.codes("\u{FEFF}") == [.syntax])
    }

    @Test("A file over the limit is not parsed")
    func tooLarge() {
        let line = Array("a: 1 # 0123456789012345678901234567890123456789\n".utf8)
        var bytes: [UInt8] = []
        while bytes.count <= 1 << 20 { bytes += line }
        #expect(self.codes(bytes) == [.tooLarge])
    }

    @Test("Deep nesting")
    func nesting() {
        #expect(self.codes(String(repeating: "[", count: 500) + String(repeating: "]", count: 500)).contains(.nesting))
        #expect(!self.codes(String(repeating: "[", count: 100_000)).isEmpty)
        #expect(!self.codes(String(repeating: "{a: ", count: 10_000)).isEmpty)
        #expect(!self.codes(String(repeating: "- ", count: 10_000)).isEmpty)
    }

    @Test("Aliases of aliases are refused before they are expanded")
    func aliases() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<40 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        text += "? *a39\n: 1\n? *a39\n: 2\n"
        #expect(Set(self.codes(text)) == [.alias])
        #expect(self.codes("a: *b") == [.alias])
        #expect(self.codes("programme: &a x\ndocument: *a\n") == [.alias, .alias])
    }

    @Test("Keys that are written many times over")
    func duplicates() {
        #expect(self.codes(String(repeating: "a: 1\n", count: 500)).contains(.duplicateKey))
        let pairs = (0..<200).map { "k\($0): 1\nk\($0): 2\n" }.joined()
        #expect(self.codes(pairs).contains(.duplicateKey))
    }

    @Test("Ninety thousand equal keys, and as many unknown ones on a line")
    func manyKeys() {
        #expect(self.codes(String(repeating: "a: 1\n", count: 90_000)).count == 101)
        let line = (0..<12_000).map { "k\($0)" }.joined(separator: ", ")
        #expect(self.codes("programme: {\(line)}\n").contains(.wrongType))
        #expect(self.codes("document: {\(line)}\n").count == 101)
    }

    @Test("What is over a bound of the loader is refused with its place")
    func bounds() throws {
        let good = try LoaderFixtures.text("good.yaml")
        #expect(self.codes(good + "x: [" + String(repeating: "a, ", count: LoaderLimits.nodes) + "]\n") == [.tooLarge])
        let measures = String(repeating: "  - {id: prize, award: none}\n", count: LoaderLimits.measures)
        let many = try LoaderFixtures.edited([("  - id: prize", measures + "  - id: prize")])
        #expect(self.codes(many).last == .tooMany)
        let files = (0...LoaderLimits.files).map { PolicyFile(name: "f\($0).yaml", bytes: Array("a: 1".utf8)) }
        #expect(self.diagnostics(files).map(\.code) == [.tooLarge])
        let large = [UInt8](repeating: UInt8(ascii: "#"), count: LoaderLimits.fileBytes)
        let sixteen = (0...LoaderLimits.totalBytes / LoaderLimits.fileBytes).map {
            PolicyFile(name: "f\($0).yaml", bytes: large)
        }
        let diagnostics = self.diagnostics(sixteen)
        #expect(diagnostics.map(\.code) == [.tooLarge])
        #expect(diagnostics.first?.file == "f16.yaml")
        let definitions = (0...LoaderLimits.definitions).map { "      spare_\($0): facts.cost_fen\n" }.joined()
        let defined = try LoaderFixtures.edited([
            ("      sealed_meters: facts", definitions + "      sealed_meters: facts")
        ])
        #expect(self.codes(defined).contains(.tooLarge))
        let bars = String(repeating: "      - {id: x, when: facts.installed}\n", count: LoaderLimits.expressions + 1)
        let compiled = try LoaderFixtures.edited([
            ("      - in-city\n      - id: graded", bars + "      - id: graded")
        ])
        #expect(!self.codes(compiled).isEmpty)
    }

    @Test("Files that are each within their bounds are refused where together they ask for too much")
    func together() throws {
        let files = (0...LoaderLimits.allMeasures / LoaderLimits.measures).map { index in
            var text = """
                programme: many-\(index)
                document: {number: 某号, title: {zh: 某, en: a}, issuer: {zh: 某, en: a}, issued: 2026-01-01, gazette: a}
                in_force: {from: 2026-01-01, until: none}
                facts:
                  g: {type: bool, label: {zh: 某, en: a}, question: {zh: 某？, en: a?}}
                rules:
                  g: {when: facts.g}
                measures:

                """
            for measure in 0..<LoaderLimits.measures {
                text +=
                    "  - {id: m\(measure), number: \(20_000 + index * 1_000 + measure), title: {zh: 某, en: a}, clause: a, "
                text += "basis: NON_MONETARY, award: none, facts: {g: 1}, requires: [g]}\n"
            }
            return PolicyFile(name: "f\(index).yaml", bytes: Array(text.utf8))
        }
        let diagnostics = self.diagnostics(files)
        #expect(diagnostics.map(\.code) == [.tooLarge])
        #expect(diagnostics.first?.message.en.contains("5000 measures together") == true)
        let budget = CompilationBudget.Shared()
        #expect(budget.take(bytes: LoaderLimits.allExpressionBytes))
        #expect(!budget.take(bytes: 1))
        let many = CompilationBudget.Shared()
        #expect((0..<LoaderLimits.allExpressions).allSatisfy { _ in many.take(bytes: 1) })
        #expect(!many.take(bytes: 1))
    }

    private func diagnostics(_ files: [PolicyFile]) -> [PolicyDiagnostic] {
        guard case .failure(let diagnostics) = PolicyLoader.load(files: files, builtIn: []) else {
            return []
        }
        return diagnostics.list
    }

    @Test("A load that is cancelled fails, and says so")
    func cancellation() throws {
        let cancellation = LoadCancellation()
        cancellation.cancel()
        let file = PolicyFile(name: "x.yaml", bytes: Array(try LoaderFixtures.text("good.yaml").utf8))
        let result = PolicyLoader.load(files: [file], builtIn: [], cancellation: cancellation)
        guard case .failure(let diagnostics) = result else {
            Issue.record("it was loaded")
            return
        }
        #expect(diagnostics.list.map(\.code) == [.cancelled])
    }

    @Test("A huge expression")
    func expression() throws {
        let long = "true" + String(repeating: " && true", count: 15_000)
        let deep = String(repeating: "(", count: 50_000) + "true" + String(repeating: ")", count: 50_000)
        for text in [long, deep, String(repeating: "!", count: 50_000) + "true"] {
            let file = try LoaderFixtures.edited([("facts.installed && facts.rooms_count > 0", "\"\(text)\" # ")])
            #expect(!self.codes(file).isEmpty)
        }
    }

    @Test("Thousands of names that exist nowhere, of measures and of broken expressions")
    func thousands() throws {
        let names = (0..<8_000).map { "      - registered-in-some-city-\($0)\n" }.joined()
        let rules = (0..<8_000).map { "  registered-in-any-town-\($0): {when: facts.in_city}\n" }.joined()
        let file = try LoaderFixtures.edited([
            ("      - in-city\n      - id: graded", names + "      - id: graded"), ("  in-city:", rules + "  in-city:"),
        ])
        #expect(self.codes(file).count == 101)
        let measures = String(
            repeating: "  - {id: prize, title: {zh: a, en: b}, clause: c, basis: EXACT}\n",
            count: 3_000
        )
        #expect(self.codes(try LoaderFixtures.edited([("  - id: prize", measures + "  - id: prize")])).count == 101)
        let broken = String(repeating: "      - {id: x, when: \"\\x41 && \\x42\"}\n", count: 8_000)
        let last = try LoaderFixtures.edited([("      - in-city\n      - id: graded", broken + "      - id: graded")])
        #expect(self.codes(last).count == 101)
    }

    @Test("Every truncation of a good file")
    func truncations() throws {
        let text = try LoaderFixtures.text("good.yaml")
        // Behind it nothing is left that a good file needs.
        let end = try #require(text.range(of: "    award:")).upperBound
        let bytes = Array(text[..<end].utf8)
        for count in stride(from: 0, to: bytes.count, by: 29) {
            #expect(!self.codes(Array(bytes[..<count])).isEmpty, "cut at \(count)")
        }
    }

    @Test("Bytes changed here and there")
    func mutations() throws {
        let bytes = Array(try LoaderFixtures.text("good.yaml").utf8)
        // A generator of its own: the same mutations at every run.
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func random(below bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        let interesting = Array("{}[]:,&*#|>-?!%@\"'\n\t \0\u{7F}0123456789.".utf8) + [0x80, 0xC0, 0xE2, 0xFF]
        for _ in 0..<400 {
            var mutated = bytes
            for _ in 0...random(below: 3) {
                let place = random(below: mutated.count)
                switch random(below: 4) {
                case 0: mutated[place] = interesting[random(below: interesting.count)]
                case 1: mutated.insert(interesting[random(below: interesting.count)], at: place)
                case 2: mutated.removeSubrange(place..<min(mutated.count, place + 1 + random(below: 20)))
                default:
                    let from = random(below: mutated.count)
                    mutated.insert(contentsOf: mutated[from..<min(mutated.count, from + 40)], at: place)
                }
            }
            let result = PolicyLoader.load(files: [("x.yaml", mutated)], builtIn: [])
            guard case .failure(let diagnostics) = result else { continue }
            #expect(!diagnostics.list.isEmpty)
            #expect(diagnostics.list.allSatisfy { $0.line >= 1 && $0.column >= 1 })
            #expect(!diagnostics.description.isEmpty)
        }
    }
}
