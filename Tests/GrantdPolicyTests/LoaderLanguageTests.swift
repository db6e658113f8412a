//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdPolicy
internal import GrantdTesting
internal import Testing

/// Every problem is told in Chinese and in English.
@Suite("The languages of the loader")
struct LoaderLanguageTests {
    /// Problems of every kind that files can have.
    private static func diagnostics() throws -> [PolicyDiagnostic] {
        let lists = [
            LoaderMistakeTests.keys, LoaderMistakeTests.values, LoaderMistakeTests.expressions,
            LoaderMistakeTests.awards, LoaderMistakeTests.files,
        ]
        var found: [PolicyDiagnostic] = []
        for mistake in lists.joined() {
            found += LoaderFixtures.diagnostics(try LoaderFixtures.edited(mistake.edits))
        }
        for mistake in FactsMistakeTests.numbers + FactsMistakeTests.types + FactsMistakeTests.names {
            found += LoaderFixtures.diagnostics(try LoaderFixtures.edited(mistake.edits, of: "green-factory.yaml"))
        }
        for mistake in LoaderFigureTests.mistakes + LoaderVersionTests.mistakes {
            found += LoaderFixtures.diagnostics(try LoaderFixtures.edited(mistake.edits))
        }
        for doubt in LoaderWarningTests.doubts {
            found += try LoaderFixtures.load(LoaderFixtures.edited(doubt.edits)).get().warnings
        }
        found += try LoaderVersionTests.gapped()
        found += LoaderFixtures.diagnostics(try LoaderFixtures.text("twenty-mistakes.yaml"))
        found += LoaderFixtures.diagnostics(String(repeating: "[", count: 50))
        found += LoaderFixtures.diagnostics(String(repeating: "a: 1\n", count: 200))
        found += LoaderFixtures.diagnostics(String(repeating: "#", count: LoaderLimits.fileBytes + 1))
        found += PolicyChecker.check(paths: ["/nowhere/x.yaml"]).diagnostics.list
        found += Self.register()
        for change in FactsCompatibilityTests.misread { found += try FactsCompatibilityTests.diagnostics(of: change) }
        found += Self.archive()
        let cancellation = LoadCancellation()
        cancellation.cancel()
        if case .failure(let diagnostics) = PolicyLoader.load(files: [("x.yaml", [])], cancellation: cancellation) {
            found += diagnostics.list
        }
        return found
    }

    /// Of an archive that has nothing, and of a directory that has nothing.
    private static func archive() -> [PolicyDiagnostic] {
        var found: [PolicyDiagnostic] = []
        do {
            _ = try PolicyArchive(path: "/nowhere").file(String(repeating: "0", count: 64))
        } catch {
            found += error.list
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "empty-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            found += try PolicySet.builtIn(replacedBy: [folder.path]).warnings
        } catch {
            Issue.record(error)
        }
        return found
    }

    private static func register() -> [PolicyDiagnostic] {
        let text = """
            documents: [{number: b, programme: nothing}]
            repealed:
              - {number: a, title: {zh: 一, en: a}, not_in_force_from: 2026-01-01, by: nothing}
            """
        do {
            _ = try DocumentRegisterFile(text, name: "r.yaml").register(programmes: [])
            return []
        } catch {
            return error.list
        }
    }

    @Test("Each has a text of its own in either language, and every kind is among them")
    func languages() throws {
        let diagnostics = try Self.diagnostics()
        for diagnostic in diagnostics {
            let isHan = diagnostic.message.zh.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
            #expect(isHan, "\(diagnostic.message.zh)")
            #expect(
                !diagnostic.message.en.isEmpty && diagnostic.message.en != diagnostic.message.zh,
                "\(diagnostic.message.en)"
            )
        }
        let missing = Set(PolicyDiagnostic.Code.allCases).subtracting(diagnostics.map(\.code))
        #expect(missing.isEmpty, "\(missing.map(\.rawValue).sorted())")
    }

    @Test("A Chinese message says in Chinese what is wrong")
    func chinese() throws {
        let text = try LoaderFixtures.edited([("en: A test office", "en: ''"), ("when: facts.in_city", "when: a or b")])
        let messages = LoaderFixtures.diagnostics(text).map(\.message.zh)
        #expect(messages.contains("issuer 缺少英文文本；请写 en: …"), "\(messages)")
        #expect(messages.contains { $0.contains("“或者”写作 ||") }, "\(messages)")
    }
}
