//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCases
internal import GrantdPolicy

/// What came of the cases of some files.
struct CaseRun {
    struct Failure {
        let item: PolicyCase
        let differences: [CaseDifference]
    }

    struct File {
        let name: String
        var passed = 0
        var skipped = 0
        var failures: [Failure] = []
    }

    private(set) var files: [File] = []
    /// Cases whose request does not fit the contract.
    private(set) var malformed: [CaseDiagnostic] = []

    /// Runs the cases whose id holds `filter`.
    init(_ runner: PolicyCaseRunner, _ files: [PolicyCaseFile], filter: String?) {
        for file in files {
            var result = File(name: file.name)
            for item in file.cases where filter.map({ item.id.contains($0) }) ?? true {
                switch runner.run(item) {
                case .passed: result.passed += 1
                case .skipped: result.skipped += 1
                case .failed(let differences): result.failures.append(Failure(item: item, differences: differences))
                case .malformed(let fault):
                    let place = fault.field.map { $0.isEmpty ? "" : "\($0): " } ?? ""
                    self.malformed.append(
                        CaseDiagnostic(
                            file: file.name,
                            line: item.line,
                            Text(
                                zh: "用例“\(item.id)”的请求：\(place)\(fault.message)",
                                en: "the request of \"\(item.id)\": \(place)\(fault.message)"
                            )
                        )
                    )
                }
            }
            if result.passed + result.skipped + result.failures.count > 0 { self.files.append(result) }
        }
    }

    var hasFailures: Bool { self.files.contains { !$0.failures.isEmpty } }

    var passed: Int { self.files.reduce(0) { $0 + $1.passed } }

    var failed: Int { self.files.reduce(0) { $0 + $1.failures.count } }

    var skipped: Int { self.files.reduce(0) { $0 + $1.skipped } }

    var count: Int { self.passed + self.failed + self.skipped }

    /// A line for each case that does not hold, and one with the totals.
    var json: [UInt8] {
        var text = ""
        for file in self.files {
            for failure in file.failures {
                let differences = failure.differences.map { difference in
                    let got = difference.got.map { #","got":\#($0)"# } ?? ""
                    return #"{"path":\#(AnswerJSON.quoted(difference.path)),"expected":\#(difference.expected)\#(got)}"#
                }
                let members = [
                    #""file":\#(AnswerJSON.quoted(file.name))"#, #""line":\#(failure.item.line)"#,
                    #""id":\#(AnswerJSON.quoted(failure.item.id))"#,
                    #""differences":[\#(differences.joined(separator: ","))]"#,
                ]
                text += "{\(members.joined(separator: ","))}\n"
            }
        }
        text += #"{"totals":{"passed":\#(self.passed),"failed":\#(self.failed),"skipped":\#(self.skipped)}}"# + "\n"
        return Array(text.utf8)
    }
}
