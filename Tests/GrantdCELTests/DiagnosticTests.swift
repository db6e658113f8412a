//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import Testing

/// Problems are found before evaluation, all of them, with their place.
struct DiagnosticTests {
    @Test(
        "each mistake has its code and its place",
        arguments: [
            ("facts.flag && §", "GRD-CEL-002", 15), ("'open", "GRD-CEL-003", 1), ("'a\\qb'", "GRD-CEL-004", 3),
            ("9223372036854775808", "GRD-CEL-005", 1), ("99999999999999999999999", "GRD-CEL-005", 1),
            ("1 + 2.5", "GRD-CEL-006", 5), ("7u", "GRD-CEL-006", 1), ("b'x'", "GRD-CEL-006", 1),
            ("1 +", "GRD-CEL-010", 4),
            ("(1", "GRD-CEL-010", 3), ("1 1", "GRD-CEL-010", 3), ("", "GRD-CEL-010", 1), ("while", "GRD-CEL-011", 1),
            ("[1].all(1, true)", "GRD-CEL-013", 9), ("has(1)", "GRD-CEL-014", 1), ("facts{}", "GRD-CEL-016", 6),
            ("fact.flag", "GRD-CEL-020", 1), ("facts.flagg", "GRD-CEL-021", 7), ("as_of.year", "GRD-CEL-022", 7),
            ("1 + 'a'", "GRD-CEL-023", 3), ("facts.flag > 1", "GRD-CEL-023", 12), ("-'a'", "GRD-CEL-023", 1),
            ("facts.applicant.kind < Applicant.Kind.NONE", "GRD-CEL-023", 22),
            ("facts.applicant.kind == 2", "GRD-CEL-023", 22),
            ("facts.applicant == facts.applicant", "GRD-CEL-023", 17), ("percnt(1, '3%')", "GRD-CEL-024", 1),
            ("1 && true", "GRD-CEL-025", 1), ("!1", "GRD-CEL-023", 1), ("true ? 1 : 'a'", "GRD-CEL-026", 6),
            ("facts.amount.all(x, true)", "GRD-CEL-027", 1), ("facts.amount", "GRD-CEL-028", 1),
            ("{[1]: 2} == {}", "GRD-CEL-029", 2),
            ("as_of > date('2025-13-01')", "GRD-CEL-030", 14), ("percent(1, '30') > 0", "GRD-CEL-030", 12),
            ("'a'.matches('(')", "GRD-CEL-030", 13), ("'a'.matches(facts.name)", "GRD-CEL-031", 13),
            ("timestamp('x') > timestamp(0)", "GRD-CEL-030", 11),
            ("duration('1d') > duration('0s')", "GRD-CEL-030", 10),
            ("facts.deals.all(d, facts.deals.all(e, d.valid && e.valid))", "GRD-CEL-040", 1),
            ("facts.deals.all(d, d.amount)", "GRD-CEL-025", 20), ("years_before(as_of, '3') > as_of", "GRD-CEL-023", 1),
            ("facts.applicant.kind == Applicant.Kind.UNIVERSTY", "GRD-CEL-020", 25),
        ]
    )
    func mistakes(_ text: String, _ code: String, _ column: Int) throws {
        let diagnostics = HostMemory.environment.diagnostics(text, expecting: .bool)
        let first = try #require(diagnostics.first, "\(text) compiles")
        #expect(first.code == code, "\(first)")
        #expect(first.column == column, "\(first)")
        #expect(first.line == 1)
    }

    @Test("all problems come at once, in source order")
    func several() {
        let diagnostics = HostMemory.environment.diagnostics(
            "facts.flg && facts.amount > 'x' && nope == 1 && size(3) == 2"
        )
        #expect(diagnostics.map(\.code) == ["GRD-CEL-021", "GRD-CEL-023", "GRD-CEL-020", "GRD-CEL-023"])
        #expect(diagnostics.map(\.column) == [7, 27, 36, 49])
    }

    @Test("the print-out shows the line and a caret, also where characters are wide")
    func rendering() throws {
        let text = "facts.name == '北京' &&\n  facts.flagg"
        let diagnostic = try #require(HostMemory.environment.diagnostics(text).first)
        #expect(
            diagnostic.rendered(name: "policy.yaml", lineOffset: 10) == """
                policy.yaml:12:9: GRD-CEL-021: g.Facts has no field 'flagg'
                 |   facts.flagg
                 |         ^~~~~
                 | note: did you mean 'flag'?
                """
        )
        let wide = try #require(HostMemory.environment.diagnostics("facts.name == '北京' + 1").first)
        #expect(
            wide.rendered(columnOffset: 4) == """
                1:24: GRD-CEL-023: no overload of '+' takes (string, int)
                 | facts.name == '北京' + 1
                 |                      ^
                """
        )
    }

    @Test("a misspelt name is guessed")
    func suggestions() {
        for (text, note) in [
            ("facst.flag", "did you mean 'facts'?"), ("facts.amonut > 1", "did you mean 'amount'?"),
            ("yeers_before(as_of, 1) > as_of", "did you mean 'years_before'?"),
            ("facts.applicant.kind == Applicant.Kind.UNIVERSTY", "did you mean 'Applicant.Kind.UNIVERSITY'?"),
        ] {
            #expect(HostMemory.environment.diagnostics(text).first?.note?.en == note, "\(text)")
        }
    }

    @Test("a call with the dot in the wrong place is written as it should be")
    func style() {
        for (text, note) in [
            ("facts.deals.map(d, d.amount).sum() > 3", "write sum(facts.deals.map(d, d.amount))"),
            ("as_of.years_before(1) > as_of", "write years_before(as_of, 1)"),
            ("contains('abc', 'b')", "write 'abc'.contains('b')"),
            ("[true].sum() > 3", "there is sum(list(int))"),
        ] {
            let diagnostic = HostMemory.environment.diagnostics(text).first
            #expect(diagnostic?.code == "GRD-CEL-023", "\(text)")
            #expect(diagnostic?.note?.en.hasPrefix(note) == true, "\(diagnostic?.note?.en ?? "nothing")")
        }
    }

    @Test("no more diagnostics than the limit")
    func limit() {
        let text = (0..<300).map { "x\($0)" }.joined(separator: " && ")
        #expect(Environment(variables: []).diagnostics(text).count == 100)
    }

    @Test("what an expression reads is listed in source order, each fact once")
    func references() throws {
        let text = """
            facts.flag && facts.deals.filter(d, d.valid).exists(e, e.amount > 3) && facts.flag
            && has(facts.day) && facts.applicant.kind == Applicant.Kind.NONE && facts.deals[0].valid && as_of > as_of
            """
        let program = try #require(HostMemory.environment.program(text))
        #expect(
            program.references.map(\.path) == [
                "facts.flag", "facts.deals", "facts.deals[].valid", "facts.deals[].amount", "facts.day",
                "facts.applicant.kind", "as_of",
            ]
        )
        #expect(program.references.map(\.input) == [0, 0, 0, 0, 0, 0, 1])
        #expect(program.references.first?.type == .bool)
    }
}
