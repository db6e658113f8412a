//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdPolicy
internal import GrantdTesting
internal import Testing

/// The worked cases: those of the built-in programmes, those beside this file, and those that `GRANTD_CASES` names (files or directories, separated by
/// `:`).
struct CaseFileTests {
    @Test("every worked case holds")
    func committed() throws {
        let directory = try #require(Bundle.module.path(forResource: "Cases", ofType: nil))
        let paths = CaseFile.paths(at: directory)
        #expect(paths.count >= 3)
        try Self.run(paths.map { try CaseFile(path: $0) })
        let programmes = try CaseFile.builtIn()
        #expect(
            programmes.map(\.name) == PolicySet.builtInFiles().map { $0.name.replacing(".yaml", with: ".cases.jsonl") }
        )
        try Self.run(programmes)
    }

    @Test("every case of GRANTD_CASES holds", .enabled(if: ProcessInfo.processInfo.environment["GRANTD_CASES"] != nil))
    func named() throws {
        let names = ProcessInfo.processInfo.environment["GRANTD_CASES"] ?? ""
        let paths = names.split(separator: ":").flatMap { CaseFile.paths(at: String($0)) }
        #expect(!paths.isEmpty, "GRANTD_CASES names no file: \(names)")
        try Self.run(paths.map { try CaseFile(path: $0) })
    }

    private static func run(_ files: [CaseFile]) throws {
        let runner = try CaseRunner()
        for file in files {
            let report = runner.run(file)
            for failure in report.failures { Issue.record("\(report.file): \(failure)") }
            // A file of which hardly anything is asked proves nothing.
            #expect(report.passed > report.skipped, "\(report.file): \(report.skipped) cases are skipped")
            print("\(report.file): \(report.passed) passed, \(report.failures.count) failed, \(report.skipped) skipped")
        }
    }
}
