//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import Testing

/// Runs case files: our own, or the one that `CEL_CASES` names. `CEL_TIERS` (like `0,1`) keeps to some tiers.
struct CaseFileTests {
    @Test("every case gives what it expects")
    func cases() throws {
        let environment = ProcessInfo.processInfo.environment
        let tiers = environment["CEL_TIERS"].map { $0.split(separator: ",").compactMap { Int($0) } }
        var lines: [String] = []
        for file in try Self.files(environment["CEL_CASES"]) {
            lines += try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
        }
        var passed = 0
        var failed = 0
        for line in lines {
            let test = try JSONDecoder().decode(JSONValue.self, from: Data(line.utf8))
            if let tiers, !tiers.contains(test["tier"].number ?? 0) { continue }
            if let failure = CaseRunner().failure(of: test) {
                failed += 1
                print("cel: FAILED \(test["id"].string ?? "?"): \(test["expr"].string ?? ""): \(failure)")
            } else {
                passed += 1
            }
        }
        print("cel: \(passed) passed, \(failed) failed")
        #expect(failed == 0)
        #expect(passed > 0, "no cases were found")
    }

    private static func files(_ named: String?) throws -> [URL] {
        if let named { return [URL(fileURLWithPath: named)] }
        let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Cases")
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "jsonl" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }
}
