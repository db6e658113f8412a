//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCases
internal import GrantdInterview

/// What came of the cases, for a person: each that does not hold with what differs, then how many there are.
struct CaseRunPage {
    let run: CaseRun

    func write(to page: inout Page) {
        let language = page.language
        for file in self.run.files {
            for failure in file.failures { self.write(failure, of: file, to: &page) }
        }
        page.table(
            self.run.files.map { file in
                [
                    .init(Self.short(file.name).printable),
                    .init(language("\(file.passed) 相符", "\(file.passed) passed"), .good, isNumber: true),
                    .init(
                        file.failures.isEmpty
                            ? "" : language("\(file.failures.count) 不符", "\(file.failures.count) failed"),
                        .bad,
                        isNumber: true
                    ),
                    .init(
                        file.skipped == 0 ? "" : language("\(file.skipped) 略过", "\(file.skipped) skipped"),
                        .faint,
                        isNumber: true
                    ),
                ]
            },
            indent: 0
        )
        let total = language(
            "共 \(self.run.count) 个用例：\(self.run.passed) 相符，\(self.run.failed) 不符，\(self.run.skipped) 略过",
            "\(self.run.count) \(self.run.count == 1 ? "case" : "cases"): \(self.run.passed) passed, \(self.run.failed) failed, \(self.run.skipped) skipped"
        )
        page.line(total, .strong)
    }

    /// A path that leaves room for what stands beside it.
    private static func short(_ path: String) -> String {
        guard path.columns > 48, let name = path.split(separator: "/").last else { return path }
        return "…/\(name)"
    }

    private func write(_ failure: CaseRun.Failure, of file: CaseRun.File, to page: inout Page) {
        let language = page.language
        page.line("✗ \(failure.item.id)".printable, .bad)
        page.place("  \(file.name):\(failure.item.line)".printable)
        if !failure.item.why.isEmpty { page.line("  " + failure.item.why.printable, .faint) }
        let words = [language("应为", "expected"), language("实为", "got")]
        let width = (words.map(\.columns).max() ?? 0) + 6
        for difference in failure.differences {
            page.line("    " + difference.path.printable, .strong)
            page.entry("      " + words[0], difference.expected.printable, width: width)
            page.entry("      " + words[1], difference.got?.printable ?? language("未设", "not set"), width: width)
        }
        page.line()
    }
}
