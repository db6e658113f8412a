//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdPolicy
import Testing

@testable import grantctl

@Suite("grantctl policy diff")
struct PolicyDiffTests {
    private static let edits = [
        ("rate: 30%", "rate: 40%"), ("subject: 50,000,000 yuan", "subject: 30,000,000 yuan"),
        (
            "        when: facts.common_technology_platform\n",
            """
                    when: facts.common_technology_platform
                  - id: large-enough
                    when: facts.engineering_investment_fen >= 100000000
                    label: {zh: 工程投资达到要求, en: Enough is invested}
                    clause: 第7条第2款

            """
        ), ("该平台建设项目的工程投资是多少", "工程投资是多少"),
    ]

    private static func edited<Value>(_ body: (PolicyFolder) async throws -> Value) async throws -> Value {
        try await PolicyFolder.make { folder in
            try folder.writePlatform(Self.edits[0], Self.edits[1], Self.edits[2], Self.edits[3])
            return try await body(folder)
        }
    }

    @Test("tells what changed by measure and clause, in both languages, and back")
    func rules() async throws {
        try await Self.edited { folder in
            let result = try await Tool.run("policy", "diff", "built-in", folder("medical-device.yaml"))
            #expect(result.code == 0)
            #expect(
                result.output == """
                    ~ Measures for the high-quality development of Beijing's medical-device industry
                      medical-device

                      ~ Subsidy for building a platform of common use to the industry
                        medical-device.common-platform · 第7条
                        ~ Award step 2 · 第7条
                          step  - Times 30%
                                + Times 40%
                        ~ Award step 3 · 第7条
                          step  - At most 50,000,000 yuan for each subject
                                + At most 30,000,000 yuan for each subject
                        + Requirement large-enough · 第7条第2款
                          Enough is invested
                        ~ Cap subject · 第7条
                          limit  - 50,000,000 yuan
                                 + 30,000,000 yuan
                        ~ Fact medical_device_common_platform.engineering_investment_fen
                          question  - 该平台建设项目的工程投资是多少？
                                    + 工程投资是多少？

                    Measures: 0 added, 0 removed, 1 changed

                    """
            )
            let back = try await Tool.run("policy", "diff", folder.path, "built-in", "--lang", "zh")
            #expect(back.output.contains("    - 条件 large-enough · 第7条第2款\n      工程投资达到要求\n"))
            #expect(back.output.hasSuffix("措施：新增 0，删除 0，修改 1\n"))
            #expect(back.lines.allSatisfy { String($0).columns <= 80 })
            let json = try await Tool.run("policy", "diff", "built-in", folder.path, "--json")
            #expect(json.lines.count == 5)
            #expect(
                json.lines.contains {
                    $0.hasPrefix(
                        #"{"programme":"medical-device","measure":"medical-device.common-platform","change":"added","part":"requirement","id":"large-enough","clause":"第7条第2款","#
                    )
                }
            )
        }
    }

    @Test("finds nothing where only a comment differs, and tells of measures that come and go")
    func wholeMeasures() async throws {
        try await PolicyFolder.make { folder in
            try folder.writePlatform((old: "    clause: 第7条\n", new: "    # A comment.\n    clause: 第7条\n"))
            let same = try await Tool.run("policy", "diff", "built-in", folder.path, "--lang", "zh")
            #expect(same.output == "两套政策没有差别。\n")
            try folder.writePlatform((old: "id: common-platform", new: "id: pilot-platform"))
            let broken = try await Tool.run("policy", "diff", "built-in", folder.path)
            #expect(broken.code == 65)
            #expect(broken.errors.contains("medical-device.yaml:"))
        }
        let old = try PolicySet.builtIn()
        let fewer = PolicySet(
            programmes: old.programmes.filter { $0.id != "pre-admission" },
            references: old.references
        )
        let removed = PolicyComparison(old, fewer)
        #expect(removed.programmes.map(\.id) == ["pre-admission"])
        #expect(removed.programmes.map(\.fate) == [.removed])
        #expect(removed.programmes.flatMap(\.measures).map(\.fate) == [.removed])
        #expect(PolicyComparison(fewer, old).programmes.flatMap(\.measures).map(\.fate) == [.added])
        #expect(PolicyComparison(old, old).isEmpty)
    }

    @Test("tells that days are from another clause, and that they are from none of their own")
    func clauseOfDays() async throws {
        try await PolicyFolder.make { folder in
            let file = try #require(BuiltInFiles.embedded.policies.first { $0.name == "pre-admission.yaml" })
            let text = String(decoding: file.bytes, as: UTF8.self)
            try folder.write(text.replacing("until: none, clause: 四}", with: "until: none, clause: 三}"), to: file.name)
            let result = try await Tool.run("policy", "diff", "built-in", folder.path)
            #expect(result.output.contains("in force by  - 四\n"))
            #expect(result.output.contains("+ 三\n"))
            try folder.write(text.replacing("until: none, clause: 四}", with: "until: none}"), to: file.name)
            let own = try await Tool.run("policy", "diff", "built-in", folder.path, "--lang", "zh")
            #expect(own.output.contains("施行条款  - 四\n"))
            #expect(own.output.contains("措施：新增 0，删除 0，修改 1\n"))
        }
    }

    @Test("tells of days and years of the working calendar, and of documents")
    func references() async throws {
        try await PolicyFolder.make { folder in
            let files = BuiltInFiles.embedded
            let calendar = String(decoding: files.calendar.bytes, as: UTF8.self)
            try folder.write(
                calendar.replacing(
                    "from: 2025-01-01, until: 2025-01-01",
                    with: "from: 2025-01-02, until: 2025-01-02"
                ),
                to: "working-calendar.yaml"
            )
            let register = String(decoding: files.register.bytes, as: UTF8.self)
            try folder.write(
                register.replacing("gazette: 2025 No. 23, p. 6", with: "gazette: 2025 No. 23, p. 7"),
                to: "d.yaml"
            )
            let result = try await Tool.run("policy", "diff", "built-in", folder.path)
            #expect(result.code == 0)
            for line in [
                "day  - 2025-01-01 a day off", "+ 2025-01-01 a working day", "day  - 2025-01-02 a working day",
                "+ 2025-01-02 a day off", "~ Document 京教办〔2025〕2号", "gazette  - 2025 No. 23, p. 6",
                "+ 2025 No. 23, p. 7",
            ] {
                #expect(result.output.contains(line), "\(line)\n\(result.output)")
            }
        }
    }

    @Test("adds up to more than 64 bits hold, and shows an application that comes again once among the largest")
    func largeTotals() async throws {
        try await Self.edited { folder in
            let exemption = #"""
                {"application": {"as_of": "2026-02-03", "basic_research_income_exemption": {"recipient_kind":
                "NON_PROFIT_INSTITUTE", "income_received_fen": 9223372036854775807, "funder_is_enterprise": true,
                "funder_registered_in_beijing": true, "recipient_registered_in_beijing": false,
                "used_for_basic_research": true, "contract_signed_on": "2025-06-01", "written_contract_complete": true,
                "contract_registered": true, "fabricated_contract": false}}}
                """#.replacing("\n", with: " ")
            let again = PolicyFolder.platform("again", fen: 20_000_000_000)
            let path = try folder.write([exemption, exemption, again, again].joined(separator: "\n"), to: "a.jsonl")
            let arguments = ["policy", "diff", "built-in", folder("medical-device.yaml"), "--over", path]
            let json = try await Tool.run(arguments + ["--json"])
            #expect(json.output.contains(#""old_fen":18446744073709551614,"new_fen":18446744073709551614"#))
            let page = try await Tool.run(arguments)
            #expect(page.output.contains("  0 gain, 2 lose, 0 have another outcome\n"))
            #expect(page.output.contains("\n  1  again  -20,000,000 yuan\n"))
            #expect(!page.output.contains("\n  2  again"))
            #expect(
                page.output.contains(
                    "  184,467,440,837,095,516.14 yuan → 184,467,440,797,095,516.14 yuan (-40,000,000\n  yuan)\n"
                ),
                "\(page.output)"
            )
        }
    }

    @Test("tells who gains and who loses, by which clause, and how much, over applications one a line")
    func impact() async throws {
        try await Self.edited { folder in
            let applications = [
                PolicyFolder.platform("gains", fen: 1_000_000_000), PolicyFolder.platform("small", fen: 50_000_000),
                #"{"request": \#(PolicyFolder.platform("loses", fen: 20_000_000_000)), "id": 7}"#, "",
                PolicyFolder.platform("wrong", fen: -5), #"{"application": {"knd": 1}}"#, "nonsense",
                PolicyFolder.platform("other", fen: 10, more: #", "stage": 1"#),
                #"{"application": {"as_of": "2026-05-20", "digital_space_launch_event": {}}}"#,
            ]
            let path = try folder.write(applications.joined(separator: "\n"), to: "applications.jsonl")
            let result = try await Tool.run(
                "policy",
                "diff",
                "built-in",
                folder("medical-device.yaml"),
                "--over",
                path
            )
            #expect(result.code == 65)
            let errors = result.errors.split(separator: "\n").map(String.init)
            #expect(errors.count == 4)
            #expect(
                errors.first?.hasPrefix(
                    "grantctl: \(path):5: medical_device_common_platform.engineering_investment_fen: "
                ) == true
            )
            #expect(errors.last?.hasPrefix("grantctl: \(path):8: stage: ") == true)
            #expect(
                result.output == """
                    4 applications, 3 answered differently
                    4 more lines are malformed and left out

                    By measure and clause
                      clause      differ  gain  lose  outcome            change

                      Subsidy for building a platform of common use to the industry
                      medical-device.common-platform · 3 applications · 53,150,000 yuan → 34,000,000
                      yuan
                      第7条            2     1     1           -19,000,000 yuan
                      第7条第2款       1           1        1     -150,000 yuan

                    Outcomes
                      eligible  → not eligible  1

                    Largest gains
                      1  gains  +1,000,000 yuan
                          Subsidy for building a platform of common use to the industry · 第7条 ·
                          3,000,000 yuan → 4,000,000 yuan

                    Largest losses
                      1  loses  -20,000,000 yuan
                          Subsidy for building a platform of common use to the industry · 第7条 ·
                          50,000,000 yuan → 30,000,000 yuan
                      2  small     -150,000 yuan
                          Subsidy for building a platform of common use to the industry · 第7条第2款
                          · 150,000 yuan → 0 yuan

                    Totals
                      1 gain, 2 lose, 1 have another outcome
                      53,150,000 yuan → 34,000,000 yuan (-19,150,000 yuan)

                    """
            )
            let json = try await Tool.run(
                "policy",
                "diff",
                "built-in",
                folder.path,
                "--over",
                path,
                "--json",
                "--lang",
                "zh"
            )
            #expect(json.lines.count == 4)
            #expect(
                json.lines.first
                    == #"{"line":1,"application_id":"gains","measure":"medical-device.common-platform","clause":"第7条","old":{"outcome":"ELIGIBLE","amount_fen":300000000,"potential_amount_fen":300000000,"meaning":"amount"},"new":{"outcome":"ELIGIBLE","amount_fen":400000000,"potential_amount_fen":400000000,"meaning":"amount"},"change_fen":100000000}"#
            )
            #expect(
                json.lines.last?.hasPrefix(
                    #"{"totals":{"applications":4,"malformed":4,"differing":3,"gains":1,"losses":2,"outcomes":1,"change_fen":-1915000000,"measures":["#
                ) == true
            )
        }
    }

    @Test("calls what is a bound one, and keeps the ten largest of any number")
    func bounds() async throws {
        try await PolicyFolder.make { folder in
            try folder.writePlatform(("basis: EXACT", "basis: CEILING"), ("rate: 30%", "rate: 20%"))
            let lines = (1...30).map { PolicyFolder.platform("N\($0)", fen: Int64($0) * 1_000_000) }
            let path = try folder.write(lines.joined(separator: "\n") + "\n", to: "applications.jsonl")
            let result = try await Tool.run(
                "policy",
                "diff",
                "built-in",
                folder("medical-device.yaml"),
                "--over",
                path,
                "--lang",
                "zh"
            )
            #expect(result.code == 0)
            #expect(result.output.hasPrefix("30 份申请，30 份结果不同\n"))
            let losses = result.lines.drop { $0 != "减少最多" }.dropFirst().prefix { $0 != "合计" }
            #expect(losses.count == 20)
            #expect(losses.first?.contains("N30") == true)
            #expect(losses.allSatisfy { $0.contains("最高 ") })
            #expect(result.lines.allSatisfy { String($0).columns <= 80 })
            #expect(result.output.contains("  最高 139.5万元 → 93万元（最高 -46.5万元）\n"))
        }
    }

    @Test("reads cases and applications of a programme that is not built in by its own facts")
    func addedProgramme() async throws {
        try await PolicyFolder.make { folder in
            try folder.write(
                """
                programme: green-factory
                document:
                  number: 京经信发〔2027〕8号
                  title: {zh: 绿色工厂若干措施, en: Measures for green factories}
                  issuer: {zh: 北京市经济和信息化局, en: Beijing Municipal Bureau of Economy and Information Technology}
                  issued: 2027-02-20
                  gazette: 2027 No. 9, p. 4
                in_force: {from: 2027-03-01, until: none}
                measures:
                  - id: award
                    number: 10001
                    title: {zh: 绿色工厂奖励, en: Award for green factories}
                    clause: 第一条
                    basis: CEILING
                    facts:
                      rated:
                        number: 1
                        type: bool
                        label: {zh: 评为国家级, en: Rated national}
                        question: {zh: 是否评为国家级绿色工厂？, en: Is the factory rated as a national green factory?}
                      investment_fen:
                        number: 2
                        type: money
                        label: {zh: 项目投资, en: Investment}
                        question: {zh: 项目总投资是多少？, en: How much is invested in the project?}
                    requires:
                      - id: rated
                        when: facts.rated
                        label: {zh: 国家级, en: National}
                    caps:
                      subject: 2,000,000 yuan
                    award:
                      - base: facts.investment_fen
                      - rate: 10%
                      - cap: subject

                """,
                to: "green-factory.yaml"
            )
            let facts = #""green_factory_award": {"rated": true, "investment_fen": 1000000000}"#
            let request =
                #"{"application": {"application_id": "a", "as_of": "2027-05-20", "subject_id": "P", \#(facts)}}"#
            try folder.write(
                #"{"id": "typical", "request": \#(request), "expect": {"outcome": "ELIGIBLE", "amount_fen": 100000000}}"#,
                to: "green-factory.cases.jsonl"
            )
            let test = try await Tool.run("policy", "test", folder.path)
            #expect(test.code == 0, "\(test.output)\(test.errors)")
            let applications = try folder.write(request + "\n", to: "applications.jsonl")
            let gains = try await Tool.run("policy", "diff", "built-in", folder.path, "--over", applications)
            #expect(gains.code == 0)
            #expect(gains.output.contains("\n  no such measure  → eligible  1\n"))
            #expect(gains.output.contains("\n  1 gain, 0 lose, 1 have another outcome\n"))
            let losses = try await Tool.run(
                "policy",
                "diff",
                folder.path,
                "built-in",
                "--over",
                applications,
                "--json"
            )
            #expect(losses.lines.last?.contains(#""gains":0,"losses":1,"outcomes":1,"change_fen":-100000000,"#) == true)
        }
    }
}
