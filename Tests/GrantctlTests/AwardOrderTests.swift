//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import GrantdTesting
import Testing

@testable import grantctl

@Suite("The order of awarding")
struct AwardOrderTests {
    @Test("is expressions by comma, each with its direction")
    func terms() throws {
        let order = try AwardOrder("facts.score desc, max([1, 2]) ASC , \"a, 'desc\" desc,desc, line")
        #expect(
            order.terms == [
                .init(text: "facts.score", isDescending: true), .init(text: "max([1, 2])", isDescending: false),
                .init(text: "\"a, 'desc\"", isDescending: true), .init(text: "desc", isDescending: false),
                .init(text: "line", isDescending: false),
            ]
        )
        #expect(throws: RunFailure.self) { try AwardOrder("a,") }
        #expect(throws: RunFailure.self) { try AwardOrder(" ") }
    }

    @Test("puts what has no value last, whichever way it goes, and leaves the same rank as it stands")
    func sorting() throws {
        let keys: [[OrderKey]] = [
            [.number(1), .text([2])], [.missing, .text([1])], [.number(3), .text([1])], [.number(1), .text([1])],
            [.number(3), .text([1])],
        ]
        #expect(try AwardOrder("a, b").sorted(keys) == [3, 0, 2, 4, 1])
        #expect(try AwardOrder("a desc, b").sorted(keys) == [2, 4, 3, 0, 1])
        #expect(try AwardOrder("a desc, b desc").sorted(keys) == [2, 4, 0, 3, 1])
    }

    @Test(
        "is what the expressions come to",
        arguments: [
            ("facts.engineering_investment_fen", "2 1 3 4"), ("facts.engineering_investment_fen desc", "3 1 2 4"),
            ("application_id desc", "4 3 2 1"), ("application.application_id desc", "4 3 2 1"),
            ("line desc", "4 3 2 1"),
            ("applicant.registered_in_beijing desc, line desc", "4 3 1 2"),
            ("as_of, line desc", "4 2 1 3"), ("amount_fen, line desc", "2 4 3 1"),
            ("applicant.kind == Applicant.Kind.ENTERPRISE desc", "3 1 2 4"),
            ("assessment.amount_fen desc, line", "3 1 2 4"),
            ("assessment.outcome == Outcome.INELIGIBLE, line desc", "4 3 1 2"),
            ("size(subject_id) desc, line", "3 1 2 4"),
            ("facts.engineering_investment_fen / 100 % 7, line", "1 2 3 4"),
        ]
    )
    func expressions(order: String, lines: String) async throws {
        let input = [
            Lines.platform("A", yuan: 2_000_000),
            #"{"amount_fen": 100, "application": "# + Lines.platform("B", yuan: 1_000_003, inBeijing: false) + "}",
            Lines.platform("C", yuan: 9_000_002).replacing("2026-05-20", with: "2026-06-01")
                .replacing("S-C", with: "S-long")
                .replacing(#""registered"#, with: #""kind": "ENTERPRISE", "registered"#),
            Lines.platform("D", yuan: 0).replacing(#", "engineering_investment_fen": "0""#, with: "")
                .replacing(#", "common_technology_platform": true"#, with: #", "common_technology_platform": true"#),
        ].joined(separator: "\n")
        try await withLiveServer { server in
            let run = try await Tool.run(
                ["award", "-", "--dry-run", "--jsonl", "--address", server.address, "--order-by", order],
                input: input
            )
            let told = try run.lines.map {
                try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
            }
            #expect(
                told.compactMap { $0["line"] as? Int }.map(String.init).joined(separator: " ") == lines,
                "\(run.errors)"
            )
        }
    }

    @Test(
        "is refused where it does not compile, has no order, or cannot be computed, before anything is awarded",
        arguments: [
            ("facts.nope", "facts.nope (medical_device_common_platform): "), ("facts", "has no order"),
            ("1 / (line - 2)", "line 2: 1 / (line - 2) of --order-by cannot be computed: division by zero"),
            ("facts.project_investment_fen", "(medical_device_common_platform)"),
        ]
    )
    func refused(order: String, text: String) async throws {
        let input = [Lines.platform("A", yuan: 1), Lines.platform("B", yuan: 1)].joined(separator: "\n")
        try await withLiveServer { server in
            let run = try await Tool.run(
                ["award", "-", "--dry-run", "--address", server.address, "--order-by", order],
                input: input
            )
            #expect(run.code == 65)
            #expect(run.output.isEmpty)
            #expect(run.errors.contains(text), "\(run.errors)")
        }
    }
}
