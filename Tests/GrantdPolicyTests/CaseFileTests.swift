//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdTesting
internal import Testing

/// The worked cases: those beside this file, and those that `GRANTD_CASES` names (files or directories, separated by
/// `:`).
struct CaseFileTests {
    @Test("every worked case holds")
    func committed() throws {
        let directory = try #require(Bundle.module.path(forResource: "Cases", ofType: nil))
        let paths = CaseFile.paths(at: directory)
        #expect(paths.count >= 7)
        try Self.run(paths)
    }

    @Test("every case of GRANTD_CASES holds", .enabled(if: ProcessInfo.processInfo.environment["GRANTD_CASES"] != nil))
    func named() throws {
        let names = ProcessInfo.processInfo.environment["GRANTD_CASES"] ?? ""
        let paths = names.split(separator: ":").flatMap { CaseFile.paths(at: String($0)) }
        #expect(!paths.isEmpty, "GRANTD_CASES names no file: \(names)")
        try Self.run(paths)
    }

    private static func run(_ paths: [String]) throws {
        let runner = try CaseRunner()
        for path in paths {
            let report = runner.run(try CaseFile(path: path))
            for failure in report.failures { Issue.record("\(report.file): \(failure)") }
            // A file of which hardly anything is asked proves nothing.
            #expect(report.passed > report.skipped, "\(report.file): \(report.skipped) cases are skipped")
            print("\(report.file): \(report.passed) passed, \(report.failures.count) failed, \(report.skipped) skipped")
        }
    }
}
