//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdPolicy
internal import GrantdSchema
internal import GrantdTesting
internal import Testing

/// What goes beyond one mistake in one good file.
@Suite("Policy files")
struct LoaderFilesTests {
    @Test("Twenty mistakes are reported all at once")
    func twentyMistakes() throws {
        let text = try LoaderFixtures.text("twenty-mistakes.yaml")
        let result = PolicyLoader.load(files: [("twenty-mistakes.yaml", Array(text.utf8))])
        guard case .failure(let diagnostics) = result else {
            Issue.record("it loads")
            return
        }
        #expect(diagnostics.list.count == 20)
        #expect(try diagnostics.description + "\n" == LoaderFixtures.text("twenty-mistakes.txt"))
    }

    @Test("The built-in files load, and every measure is a member of the application's facts")
    func builtIn() throws {
        let policies = try PolicySet.builtIn()
        #expect(
            policies.programmes.map(\.id) == [
                "ai-application", "basic-research", "brain-stimulator-reimbursement", "digital-space",
                "innovative-medicine", "medical-device", "medical-service-price",
                "overseas-ip-assistance", "patent-conversion", "payment-qualification", "pre-admission",
                "psychiatric-inpatient", "renewables-settlement", "resident-insurance", "special-case-payment",
            ]
        )
        let served = Set(policies.entries.map(\.factsField))
        let members = policies.types.application.fields.filter { $0.label == .oneofMember }
        #expect(served == Set(members.map(\.name)))
        #expect(members.count == 96)
        #expect(policies.entries.count == 96)
        for entry in policies.entries {
            let found = policies.entry(forID: entry.id)
            #expect(found.map { policies.entries[$0].factsNumber } == entry.factsNumber)
        }
    }

    @Test("A digest is the SHA-256 of the very bytes")
    func digest() throws {
        // Of the empty comment line and the good file: one byte more gives another digest.
        let text = try LoaderFixtures.text("good.yaml")
        let first = try LoaderFixtures.load(text).get().programmes[0].digest
        let second = try LoaderFixtures.load(text + "\n").get().programmes[0].digest
        #expect(first != second)
        #expect(first == (try LoaderFixtures.load(text).get().programmes[0].digest))
        #expect(first.allSatisfy { "0123456789abcdef".contains($0) })
    }

    @Test("A measure that is left out takes its member with it")
    func leftOut() throws {
        let text = try LoaderFixtures.text("good.yaml")
        let start = try #require(text.range(of: "  - id: prize")).lowerBound
        let whole = try LoaderFixtures.load(text).get().types.application
        let rest = try LoaderFixtures.load(String(text[..<start])).get().types.application
        #expect(whole.field(named: "water_saving_prize")?.number == 10_002)
        #expect(rest.field(named: "water_saving_prize") == nil)
        #expect(rest.field(named: "water_saving_meter")?.number == 10_001)
        #expect(rest.fields.count == whole.fields.count - 1)
    }

    @Test("Two files with one programme")
    func duplicateProgramme() throws {
        let bytes = Array(try LoaderFixtures.text("good.yaml").utf8)
        let result = PolicyLoader.load(files: [("a.yaml", bytes), ("b.yaml", bytes)], builtIn: [])
        guard case .failure(let diagnostics) = result else {
            Issue.record("it loads")
            return
        }
        #expect(diagnostics.list.map(\.code) == [.duplicateID])
        #expect(diagnostics.list.first?.file == "b.yaml")
        #expect(diagnostics.list.first?.message.en.contains("a.yaml") == true)
    }

    @Test("The problems of all files are reported together")
    func severalFiles() throws {
        let bad = Array("programme: x".utf8)
        let result = PolicyLoader.load(files: [("a.yaml", bad), ("b.yaml", bad)], builtIn: [])
        guard case .failure(let diagnostics) = result else {
            Issue.record("it loads")
            return
        }
        #expect(Set(diagnostics.list.map(\.file)) == ["a.yaml", "b.yaml"])
    }

    @Test("More than a hundred problems end in a line that says so")
    func tooMany() throws {
        let keys = (0..<150).map { "key-\($0): 1\n" }.joined()
        let diagnostics = LoaderFixtures.diagnostics(try LoaderFixtures.text("good.yaml") + keys)
        #expect(diagnostics.count == 101)
        #expect(diagnostics.last?.code == .tooMany)
    }

    @Test("A problem prints its place, its line and a caret under it")
    func print() {
        let diagnostic = PolicyDiagnostic(
            file: "a.yaml",
            line: 3,
            column: 9,
            code: .badMoney,
            message: Text(zh: "不是金额", en: "no sum"),
            sourceLine: "\t节水: 5 y\u{1B}[0m"
        )
        #expect(diagnostic.description == "a.yaml:3:9: error: no sum [bad-money]\n\t节水: 5 y\u{FFFD}[0m\n\t         ^")
        let whole = PolicyDiagnostic(
            file: "a.yaml",
            line: 0,
            column: 0,
            code: .unreadable,
            message: Text(zh: "已消失", en: "gone"),
            sourceLine: ""
        )
        #expect(whole.description == "a.yaml: error: gone [unreadable]")
        #expect(whole.description(in: .zh) == "a.yaml: 错误：已消失 [unreadable]")
    }

    @Test("A warning is none of the errors, and both are counted in the reader's language")
    func warnings() {
        func diagnostic(_ severity: PolicyDiagnostic.Severity, _ message: Text) -> PolicyDiagnostic {
            PolicyDiagnostic(
                file: "a.yaml",
                line: 1,
                column: 1,
                code: .badMoney,
                severity: severity,
                message: message,
                sourceLine: "a: 1"
            )
        }
        let warning = diagnostic(.warning, Text(zh: "上限不起作用", en: "the cap does nothing"))
        let warned = PolicyDiagnostics([warning])
        #expect(warned.errors.isEmpty)
        #expect(warned.description == "a.yaml:1:1: warning: the cap does nothing [bad-money]\na: 1\n^\n1 warning")
        #expect(warned.description(in: .zh).hasPrefix("a.yaml:1:1: 警告：上限不起作用 [bad-money]"))
        #expect(warned.count(in: .zh) == "共 1 个警告")
        let report = PolicyChecker.Report(diagnostics: warned, programmes: [])
        #expect(report.isClean())
        #expect(!report.isClean(strict: true))
        let both = PolicyDiagnostics([warning, diagnostic(.error, Text(zh: "不是金额", en: "no sum"))])
        #expect(both.errors.map(\.message.en) == ["no sum"])
        #expect(both.count(in: .en) == "1 problem and 1 warning")
        #expect(both.count(in: .zh) == "共 1 个问题、1 个警告")
        #expect(!PolicyChecker.Report(diagnostics: both, programmes: []).isClean())
    }

    @Test("A hundred problems are told of all files together, and that there may be more")
    func tooManyOfAll() throws {
        let keys = (0..<60).map { "key-\($0): 1\n" }.joined()
        let text = try LoaderFixtures.text("good.yaml") + keys
        let files = ["a.yaml", "b.yaml", "c.yaml"].map { PolicyFile(name: $0, bytes: Array(text.utf8)) }
        guard case .failure(let diagnostics) = PolicyLoader.load(files: files) else {
            Issue.record("they were loaded")
            return
        }
        #expect(diagnostics.list.count == 101)
        #expect(diagnostics.list.last?.code == .tooMany)
        #expect(diagnostics.list.last?.file == "b.yaml")
        #expect(diagnostics.count(in: .en) == "100 problems")
    }

    @Test("A long line is cut around the place")
    func longLine() {
        let diagnostic = PolicyDiagnostic(
            file: "a",
            line: 1,
            column: 501,
            code: .badMoney,
            message: Text(zh: "某", en: "x"),
            sourceLine: String(repeating: "a", count: 500) + "!" + String(repeating: "b", count: 500)
        )
        let lines = diagnostic.description.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[1].count == 160)
        #expect(Array(lines[1])[lines[2].count - 1] == "!")
    }
}

/// The articles for policy authors say what the loader does.
@Suite("Documentation of policy files")
struct LoaderDocumentationTests {
    private func article(_ name: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
        let path = "Sources/GrantdPolicy/Documentation.docc/Articles/\(name).md"
        return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    @Test("The guide's programme loads, the same in both languages")
    func workedExample() throws {
        let english = try self.blocks(of: "Writing-a-programme")
        let chinese = try self.blocks(of: "Writing-a-programme.zh")
        #expect(english == chinese)
        let file = ("green-factory.yaml", Array(english.utf8))
        let policies = try PolicyLoader.load(files: [file], builtIn: []).get()
        #expect(policies.warnings.isEmpty)
        // The measure and the version that follows it.
        #expect(policies.measures.map(\.id) == ["green-factory.award", "green-factory.award"])
        #expect(policies.measures.map { $0.caps.map(\.limit) } == [[200_000_000], [300_000_000]])
        for measure in policies.measures {
            #expect(
                measure.rules.map(\.id) == [
                    "registered-in-beijing", "rated", "large-enough", "saves-enough", "fined",
                ]
            )
        }
    }

    /// The blocks of an article that together are a programme's file: all that are YAML but the cases.
    private func blocks(of name: String) throws -> String {
        let parts = try self.article(name).components(separatedBy: "```yaml\n").dropFirst()
        let blocks = try parts.map { part in String(part[..<(try #require(part.range(of: "```"))).lowerBound]) }
        return blocks.filter { !$0.hasPrefix("- id:") }.joined()
    }

    @Test("The reference names every code of a problem")
    func codes() throws {
        let article = try self.article("Format")
        for code in PolicyDiagnostic.Code.allCases { #expect(article.contains("`\(code.rawValue)`")) }
    }

    @Test("The reference names every scope, basis and rounding")
    func reference() throws {
        let article = try self.article("Format")
        for scope in CapScope.names { #expect(article.contains("`\(scope)`")) }
        for stage in Stage.allCases { #expect(article.contains("`\(stage.name)`")) }
        for basis in Basis.allCases { #expect(article.contains("`\(basis.name)`")) }
        for rounding in [Rounding.downToFen, .downToYuan, .halfUpToFen] { #expect(article.contains(rounding.name)) }
    }

    @Test("The reference names every unit, and every calculator")
    func units() throws {
        let article = try self.article("Format")
        for unit in Unit.ofFacts { #expect(article.contains("`_\(unit.rawValue)`")) }
        for unit in Unit.ofLines { #expect(article.contains("| `\(unit.lineName)` | \(unit.longName.zh) |")) }
        for calculator in Calculator.all { #expect(article.contains("`\(calculator.name)`")) }
    }

    @Test("The reference of expressions names what they read")
    func inputs() throws {
        let article = try self.article("Expressions")
        for name in ["facts", "applicant", "as_of", "working_calendar", "prior_awards", "subject_id"] {
            #expect(article.contains("`\(name)`"))
        }
    }
}

/// Reading files and directories.
@Suite("Policy files on disk")
struct LoaderDiskTests {
    private func withDirectory(_ body: (String) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "grantd-policies-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    private func builtInText(_ name: String) throws -> String {
        let file = try #require(PolicySet.builtInFiles().first { $0.name == name })
        return String(decoding: file.bytes, as: UTF8.self)
    }

    @Test("A file of a directory replaces the built-in programme of the same id")
    func replacement() throws {
        try self.withDirectory { path in
            let text = try self.builtInText("ai-application.yaml")
            let edited = text.replacingOccurrences(of: "30,000,000 yuan", with: "20,000,000 yuan")
            #expect(edited != text)
            try edited.write(toFile: path + "/mine.yaml", atomically: true, encoding: .utf8)
            try "not: read".write(toFile: path + "/.hidden.yaml", atomically: true, encoding: .utf8)
            try "not: read".write(toFile: path + "/notes.txt", atomically: true, encoding: .utf8)
            let policies = try PolicySet.builtIn(replacedBy: [path])
            #expect(policies.programmes.count == 15)
            let entry = try #require(policies.entry(forID: "ai-application.general-agent"))
            #expect(policies.measures[policies.entries[entry].versions.lowerBound].caps[0].limit == 2_000_000_000)
            #expect(policies.programmes[0].fileName == path + "/mine.yaml")
            let other = try PolicySet.builtIn()
            #expect(policies.programmes[0].digest != other.programmes[0].digest)
            #expect(policies.programmes[1].digest == other.programmes[1].digest)
        }
    }

    @Test("A bad file never replaces a good one")
    func badReplacement() throws {
        try self.withDirectory { path in
            try "programme: ai-application".write(toFile: path + "/a.yaml", atomically: true, encoding: .utf8)
            #expect(throws: PolicyDiagnostics.self) { try PolicySet.builtIn(replacedBy: [path]) }
        }
    }

    @Test("Two directories with one programme are a problem")
    func twoDirectories() throws {
        try self.withDirectory { first in
            try self.withDirectory { second in
                let text = try self.builtInText("ai-application.yaml")
                for path in [first, second] {
                    try text.write(toFile: path + "/a.yaml", atomically: true, encoding: .utf8)
                }
                let error = #expect(throws: PolicyDiagnostics.self) {
                    try PolicySet.builtIn(replacedBy: [first, second])
                }
                #expect(error?.list.map(\.code) == [.duplicateID])
            }
        }
    }

    @Test("No directory, an empty one, a file for a directory")
    func noFiles() throws {
        try self.withDirectory { path in
            for wrong in [path, path + "/none", try LoaderFixtures.path("good.yaml")] {
                guard case .failure(let diagnostics) = PolicySource.directory(wrong) else {
                    Issue.record("it can be read: \(wrong)")
                    continue
                }
                #expect(diagnostics.list.map(\.code) == [.unreadable])
                #expect(diagnostics.list.first?.file == wrong)
            }
        }
    }

    @Test("A check of files reports what cannot be read beside what is wrong")
    func check() throws {
        let mistakes = try LoaderFixtures.path("twenty-mistakes.yaml")
        let report = PolicyChecker.check(paths: ["/nowhere/x.yaml", mistakes])
        #expect(!report.isClean())
        #expect(report.diagnostics.list.count == 21)
        #expect(report.text(in: .en).hasSuffix("21 problems"))
        #expect(report.text(in: .en).hasPrefix("/nowhere/x.yaml: error: the file cannot be read"))
    }

    @Test("A check of a good file says what it holds")
    func goodCheck() throws {
        try self.withDirectory { path in
            try self.builtInText("patent-conversion.yaml").write(
                toFile: path + "/p.yaml",
                atomically: true,
                encoding: .utf8
            )
            let report = PolicyChecker.check(paths: [path + "/p.yaml"])
            #expect(report.isClean())
            // As the answers have it.
            let digest = try #require(PolicySet.builtIn().programmes.first { $0.id == "patent-conversion" }).digest
            #expect(
                report.text(in: .en)
                    == "\(path)/p.yaml: ok: programme patent-conversion, 2 measures, "
                    + "policy file and calendar SHA-256 \(digest)"
            )
            #expect(
                report.text(in: .zh)
                    == "\(path)/p.yaml: 无误：项目 patent-conversion，2 项措施，政策文件与工作日历 SHA-256 \(digest)"
            )
            // With another calendar beside it, by that.
            let calendar = BuiltInFiles.embedded.calendar
            try (String(decoding: calendar.bytes, as: UTF8.self) + "\n# A copy.\n").write(
                toFile: path + "/calendar.yaml",
                atomically: true,
                encoding: .utf8
            )
            let other = PolicyChecker.check(paths: [path])
            #expect(other.isClean())
            let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: path + "/calendar.yaml")))
            let programme = try #require(other.programmes.first)
            #expect(
                programme.digest
                    == PolicyDigest.ofAnswer(programme: programme.fileDigest, calendar: PolicyDigest.of(bytes))
            )
        }
    }

    @Test("A named pipe is no policy file, and does not hold anyone up")
    func pipe() throws {
        try self.withDirectory { path in
            #expect(mkfifo(path + "/p.yaml", 0o600) == 0)
            guard case .failure(let diagnostics) = PolicySource.directory(path) else {
                Issue.record("it was read")
                return
            }
            #expect(diagnostics.list.map(\.code) == [.unreadable])
        }
    }
}
