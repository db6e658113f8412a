//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdInterview
import GrantdMessages
import SwiftProtobuf
import Testing

@testable import grantctl

@Suite("Pages")
struct PageTests {
    private static let policy = GrantdPolicyReference.with {
        $0.programme = "medical-device"
        $0.documentNumber = "京经信发〔2025〕50号"
        $0.digest = "0123456789abcdef"
        $0.inForceFrom = "2025-11-24"
        $0.inForceUntil = "2028-12-31"
    }

    private static let description = GrantdMeasureDescription.with {
        $0.measure = "medical-device.common-platform"
        $0.title = .text("共性技术平台支持", "Support for a common technology platform")
        $0.clause = "第7条"
        $0.basis = .exact
        $0.facts = [
            .with {
                $0.path = "applicant.registered_in_beijing"
                $0.type = "bool"
                $0.label = .text("在京注册", "Registered in Beijing")
                $0.question = .text("申请单位是否在北京市注册?", "Is the applicant registered in Beijing?")
            },
            .with {
                $0.path = "medical_device_common_platform.engineering_investment_fen"
                $0.type = "int64"
                $0.unit = "fen"
                $0.label = .text("工程投资", "Engineering investment")
                $0.question = .text("工程建设投资是多少?", "How much is the engineering investment?")
            },
        ]
        $0.rules = [
            .with {
                $0.id = "registered-in-beijing"
                $0.kind = .requirement
                $0.expression = "applicant.registered_in_beijing"
                $0.label = .text("申请单位在京注册", "The applicant is registered in Beijing")
                $0.clause = "标题"
            },
            .with {
                $0.id = "already-awarded"
                $0.kind = .bar
                $0.label = .text("同一对象已获本项支持", "The same subject has had this support")
                $0.clause = "第7条"
            },
        ]
        $0.caps = [
            .with {
                $0.id = "subject"
                $0.limitFen = 5_000_000_000
                $0.clause = "第7条"
                $0.label = .text("每个项目上限", "Cap per subject")
            }
        ]
        $0.policy = Self.policy
    }

    private static let eligible = GrantdAssessment.with {
        $0.applicationID = "A\u{1B}-1"
        $0.measure = "medical-device.common-platform"
        $0.asOf = "2026-05-20"
        $0.outcome = .eligible
        $0.amountFen = 1_500_000_000
        $0.potentialAmountFen = 1_500_000_000
        $0.basis = .exact
        $0.bindingCap = "subject"
        $0.findings = [
            .with { ($0.rule, $0.kind, $0.verdict, $0.clause) = ("registered-in-beijing", .requirement, .pass, "标题") },
            .with { ($0.rule, $0.kind, $0.verdict, $0.clause) = ("already-awarded", .bar, .pass, "第7条") },
            .with { ($0.rule, $0.kind, $0.verdict, $0.clause) = ("false-materials", .bar, .assumed, "第十条") },
        ]
        $0.caps = [
            .with {
                ($0.id, $0.limitFen, $0.usedFen, $0.remainingFen, $0.binding) =
                    ("subject", 5_000_000_000, 3_500_000_000, 1_500_000_000, true)
            }
        ]
        $0.lines = [
            .with {
                $0.id = "average-working-days"
                $0.quantity = .with { ($0.value, $0.unit) = (60, "working-days") }
                $0.label = .text("平均检验时限", "Average test time")
                $0.basis = .nonMonetary
            },
            .with {
                $0.id = "listing"
                $0.names.values = ["甲目录", "乙目录"]
            },
        ]
        $0.explanation = [
            .with {
                ($0.rule, $0.clause) = ("rate", "第7条")
                $0.text = .text("按30%计算", "30% is taken")
            }
        ]
        $0.policy = Self.policy
    }

    private static let undetermined = GrantdAssessment.with {
        $0.measure = "medical-device.common-platform"
        $0.asOf = "2026-05-20"
        $0.outcome = .undetermined
        $0.potentialAmountFen = 5_000_000_000
        $0.basis = .exact
        $0.findings = [
            .with {
                ($0.rule, $0.kind, $0.verdict, $0.clause) = ("registered-in-beijing", .requirement, .unknown, "标题")
            }
        ]
        $0.missing = [
            .with {
                $0.path = "applicant.registered_in_beijing"
                $0.question = .text("申请单位是否在北京市注册?", "Is the applicant registered in Beijing?")
            },
            .with { $0.path = "subject_id" },
        ]
        $0.caps = [.with { ($0.id, $0.limitFen) = ("subject", 5_000_000_000) }]
        $0.policy = Self.policy
    }

    private func text(_ language: Language, _ write: (inout Page) -> Void) -> String {
        var page = Page(language, hasColour: false)
        write(&page)
        return page.text
    }

    private func assessment(_ assessment: GrantdAssessment, _ language: Language, described: Bool = true) -> String {
        self.text(language) {
            AssessmentPage(
                assessment: assessment,
                description: described ? Self.description : nil,
                showsExplanation: true
            ).write(to: &$0)
        }
    }

    @Test("of an award, in Chinese")
    func eligibleInChinese() {
        #expect(
            self.assessment(Self.eligible, .zh)
                == """
                共性技术平台支持
                medical-device.common-platform · 第7条 · 计算日期 2026-05-20

                申请  A�-1
                结论  符合条件
                金额  1,500万元
                口径  标准由文件明确
                封顶  每个项目上限

                条件
                  ✓  申请单位在京注册  满足  标题

                排除情形
                  ✓  同一对象已获本项支持  不存在      第7条
                  ~  false-materials       假定不存在  第十条

                上限
                                     限额       已用       剩余
                  每个项目上限  5,000万元  3,500万元  1,500万元  ← 起约束作用
                  “已用”仅计申请中申报的此前支持。

                其他结果
                  平均检验时限  60 个工作日     非资金支持
                  listing       甲目录；乙目录

                理由
                  1. 按30%计算（第7条）

                依据 京经信发〔2025〕50号 · 2025-11-24 至 2028-12-31
                政策文件与工作日历 SHA-256 0123456789abcdef

                """
        )
    }

    @Test("of an award, in English")
    func eligibleInEnglish() {
        #expect(
            self.assessment(Self.eligible, .en)
                == """
                Support for a common technology platform
                medical-device.common-platform · 第7条 · as of 2026-05-20

                Application  A�-1
                Outcome      Eligible
                Amount       15,000,000 yuan
                Basis        rate or sum fixed by the text
                Cut by       Cap per subject

                Requirements
                  ✓  The applicant is registered in Beijing  met  标题

                Bars
                  ✓  The same subject has had this support  absent          第7条
                  ~  false-materials                        assumed absent  第十条

                Caps
                                             limit             used             left
                  Cap per subject  50,000,000 yuan  35,000,000 yuan  15,000,000 yuan  ← binds
                  Used: by the earlier awards that the application reports.

                Further results
                  Average test time  60 working days  no money: a right, a time limit or a
                                                      service
                  listing            甲目录; 乙目录

                Reasoning
                  1. 30% is taken (第7条)

                Under 京经信发〔2025〕50号 · 2025-11-24 to 2028-12-31
                policy file and calendar SHA-256 0123456789abcdef

                """
        )
    }

    @Test("of an open question, in Chinese")
    func undeterminedInChinese() {
        #expect(
            self.assessment(Self.undetermined, .zh)
                == """
                共性技术平台支持
                medical-device.common-platform · 第7条 · 计算日期 2026-05-20

                结论  尚不能确定：信息不全
                可得  最高 5,000万元
                口径  标准由文件明确

                条件
                  ?  申请单位在京注册  未知  标题

                尚缺信息
                  1. 申请单位是否在北京市注册?
                     applicant.registered_in_beijing
                  2. 本次申请针对哪一个对象（产品、项目、作品或实验室）？请填写其标识，以便核对
                     此前已获得的支持。
                     subject_id

                上限
                                     限额  已用  剩余
                  每个项目上限  5,000万元  未知  未知

                依据 京经信发〔2025〕50号 · 2025-11-24 至 2028-12-31
                政策文件与工作日历 SHA-256 0123456789abcdef

                """
        )
    }

    @Test("of an open question, in English, without the measure's labels")
    func undeterminedInEnglish() {
        #expect(
            self.assessment(Self.undetermined, .en, described: false)
                == """
                medical-device.common-platform
                as of 2026-05-20

                Outcome      Cannot be decided yet: facts are missing
                Support      at most 50,000,000 yuan
                Basis        rate or sum fixed by the text

                Requirements
                  ?  registered-in-beijing  not known  标题

                Missing
                  1. Is the applicant registered in Beijing?
                     applicant.registered_in_beijing
                  2. Which product, project, work or laboratory is the application for? Give its
                     identifier, so that earlier awards can be told apart.
                     subject_id

                Caps
                                     limit       used       left
                  subject  50,000,000 yuan  not known  not known

                Under 京经信发〔2025〕50号 · 2025-11-24 to 2028-12-31
                policy file and calendar SHA-256 0123456789abcdef

                """
        )
    }

    @Test("of a measure, in words")
    func descriptionInWords() {
        #expect(
            self.text(.zh) { DescriptionPage(description: Self.description).write(to: &$0) }
                == """
                共性技术平台支持
                medical-device.common-platform · 第7条 · 标准由文件明确

                条件
                  申请单位在京注册 · 标题

                排除情形
                  同一对象已获本项支持 · 第7条

                所需信息
                  1. 申请单位是否在北京市注册?
                     是或否
                  2. 工程建设投资是多少?
                     金额

                上限
                  每个项目上限  5,000万元  第7条

                依据 京经信发〔2025〕50号 · 2025-11-24 至 2028-12-31
                政策文件与工作日历 SHA-256 0123456789abcdef

                """
        )
        let percent = GrantdFactDescription.with {
            ($0.type, $0.unit, $0.minimum, $0.maximum) = ("int32", "bp", 0, 10_000)
        }
        #expect(Language.zh.kind(of: percent, onTheWire: false) == "数，单位：%，0% 至 100%")
        #expect(
            Language.en.kind(of: percent, onTheWire: true) == "a whole number, in hundredths of a percent, 0 to 10,000"
        )
        let sum = GrantdFactDescription.with { ($0.type, $0.unit, $0.minimum) = ("int64", "fen", 100) }
        #expect(Language.zh.kind(of: sum, onTheWire: false) == "金额，不小于 1元")
    }

    @Test("of a measure, with the names of everything")
    func description() {
        #expect(
            self.text(.zh) { DescriptionPage(description: Self.description, showsNames: true).write(to: &$0) }
                == """
                共性技术平台支持
                medical-device.common-platform · 第7条 · 标准由文件明确

                条件
                  申请单位在京注册 · 标题
                    registered-in-beijing: applicant.registered_in_beijing

                排除情形
                  同一对象已获本项支持 · 第7条
                    already-awarded

                所需信息
                  1. 申请单位是否在北京市注册?
                     applicant.registered_in_beijing  是或否
                  2. 工程建设投资是多少?
                     medical_device_common_platform.engineering_investment_fen  整数，单位：分

                上限
                  每个项目上限  5,000万元  第7条  subject

                依据 京经信发〔2025〕50号 · 2025-11-24 至 2028-12-31
                政策文件与工作日历 SHA-256 0123456789abcdef

                """
        )
        #expect(
            self.text(.en) { DescriptionPage(description: Self.description, showsNames: true).write(to: &$0) }
                == """
                Support for a common technology platform
                medical-device.common-platform · 第7条 · rate or sum fixed by the text

                Requirements
                  The applicant is registered in Beijing · 标题
                    registered-in-beijing: applicant.registered_in_beijing

                Bars
                  The same subject has had this support · 第7条
                    already-awarded

                Facts
                  1. Is the applicant registered in Beijing?
                     applicant.registered_in_beijing  yes or no
                  2. How much is the engineering investment?
                     medical_device_common_platform.engineering_investment_fen  a whole number,
                     in fen

                Caps
                  Cap per subject  50,000,000 yuan  第7条  subject

                Under 京经信发〔2025〕50号 · 2025-11-24 to 2028-12-31
                policy file and calendar SHA-256 0123456789abcdef

                """
        )
    }

    @Test("of all measures")
    func measures() {
        let measures = [
            GrantdMeasureSummary.with {
                $0.measure = "medical-device.common-platform"
                $0.title = .text("共性技术平台支持", "Support for a common technology platform")
                $0.clause = "第7条"
                $0.basis = .exact
                $0.policy = Self.policy
                $0.largestAmountFen = 5_000_000_000
            },
            .with {
                $0.measure = "digital-space.launch-event"
                $0.title = .text("首发活动", "Launch event")
                $0.clause = "第十六条"
                $0.basis = .unpublishedAmount
                $0.policy.programme = "digital-space"
                $0.policy.documentNumber = "京科文发〔2025〕1号"
                $0.policy.inForceFrom = "2025-12-01"
            },
        ]
        let titles = ["京经信发〔2025〕50号": GrantdText.text("医疗器械若干措施", "Measures for medical devices")]
        #expect(
            self.text(.zh) { MeasuresPage(measures: measures, titles: titles).write(to: &$0) }
                == """
                医疗器械若干措施
                medical-device · 京经信发〔2025〕50号 · 2025-11-24 至 2028-12-31
                  共性技术平台支持  最高 5,000万元  第7条
                    medical-device.common-platform

                digital-space
                京科文发〔2025〕1号 · 2025-12-01 起
                  首发活动  金额未公布  第十六条
                    digital-space.launch-event

                """
        )
        let english = self.text(.en) { MeasuresPage(measures: measures, titles: titles).write(to: &$0) }
        #expect(english.contains("\n  Support for a common technology platform  at most 50,000,000 yuan  第7条\n"))
        #expect(
            self.text(.en) { MeasuresPage(measures: [], titles: [:]).write(to: &$0) } == "There is no such measure.\n"
        )
    }

    @Test("of the documents")
    func documents() {
        let documents = [
            GrantdDocument.with {
                $0.number = "京经信发〔2025〕50号"
                $0.title = .text("若干措施", "Measures")
                $0.inForceFrom = "2025-11-24"
                $0.inForceUntil = "2028-12-31"
                $0.programme = "medical-device"
            },
            .with {
                $0.number = "京司发〔2025〕30号"
                $0.title = .text("关于废止的通知", "Notice on repealing")
                $0.inForceFrom = "2025-11-27"
                $0.reason = .text("只废止四个文件。", "It only repeals four documents.")
            },
            .with {
                $0.number = "京司发〔2007〕24号"
                $0.title = .text("公职律师试点", "Pilot of government lawyers")
                $0.inForceUntil = "2025-11-26"
                $0.endedBy = "京司发〔2025〕30号"
            },
        ]
        #expect(
            self.text(.zh) { DocumentsPage(documents: documents).write(to: &$0) }
                == """
                京经信发〔2025〕50号
                  若干措施
                  2025-11-24 至 2028-12-31 · 措施见 medical-device

                京司发〔2025〕30号
                  关于废止的通知
                  2025-11-27 起
                  只废止四个文件。

                京司发〔2007〕24号
                  公职律师试点
                  至 2025-11-26
                  由京司发〔2025〕30号废止或宣布失效

                """
        )
        #expect(
            self.text(.en) { DocumentsPage(documents: documents).write(to: &$0) }
                == """
                京经信发〔2025〕50号
                  Measures
                  2025-11-24 to 2028-12-31 · measures: medical-device

                京司发〔2025〕30号
                  Notice on repealing
                  from 2025-11-27
                  It only repeals four documents.

                京司发〔2007〕24号
                  Pilot of government lawyers
                  until 2025-11-26
                  repealed or declared void by 京司发〔2025〕30号

                """
        )
        #expect(self.text(.zh) { DocumentsPage(documents: []).write(to: &$0) } == "没有符合查询的文件。\n")
    }

    @Test("of what is open to an applicant")
    func screen() {
        let other = GrantdAssessment.with {
            ($0.measure, $0.outcome, $0.basis) = ("digital-space.launch-event", .undetermined, .unpublishedAmount)
        }
        var response = GrantdScreenResponse()
        response.assessments = [Self.undetermined, other]
        response.programmes = [
            .with {
                $0.title = .text("医疗器械若干措施", "Measures for medical devices")
                $0.measures = ["medical-device.common-platform"]
            },
            .with {
                $0.title = .text("数字空间若干措施", "Measures for the digital space")
                $0.measures = ["digital-space.launch-event"]
            },
        ]
        let page = ScreenPage(
            response: response,
            descriptions: ["medical-device.common-platform": Self.description],
            showsExplanation: false
        )
        #expect(
            self.text(.zh) { page.write(to: &$0) }
                == """
                   措施                                  可得  结论  尚缺

                医疗器械若干措施
                1  共性技术平台支持            最高 5,000万元  待定     2
                    medical-device.common-platform

                数字空间若干措施
                2  digital-space.launch-event      金额未公布  待定

                """
        )
        let english = self.text(.en) { page.write(to: &$0) }
        #expect(
            english.contains("\n1  Support for a common           at most 50,000,000 yuan  undetermined        2\n")
        )
    }

    private static let bound = GrantdAssessment.with {
        $0.measure = "medical-device.common-platform"
        $0.asOf = "2026-05-20"
        $0.outcome = .eligible
        $0.amountFen = 200_000_000
        $0.potentialAmountFen = 200_000_000
        $0.basis = .ceiling
        $0.lines = [.with { ($0.id, $0.amountFen) = ("project", 200_000_000) }]
    }

    @Test("never call a bound an amount", arguments: [GrantdBasis.Value.ceiling, .unpublishedRate])
    func bounds(basis: GrantdBasis.Value) {
        var assessment = Self.bound
        assessment.basis = basis
        let zh = self.assessment(assessment, .zh, described: false)
        #expect(zh.contains("\n可得  最高 200万元\n") && zh.contains("project  最高 200万元\n"))
        #expect(!zh.contains("金额"))
        let en = self.assessment(assessment, .en, described: false)
        #expect(
            en.contains("\nSupport      at most 2,000,000 yuan\n") && en.contains("project  at most 2,000,000 yuan\n")
        )
        #expect(!en.contains("Amount"))
        var response = GrantdScreenResponse()
        response.assessments = [assessment]
        response.programmes = [.with { $0.measures = [assessment.measure] }]
        let screen = ScreenPage(response: response, descriptions: [:], showsExplanation: false)
        #expect(self.text(.zh) { screen.write(to: &$0) }.contains("最高 200万元"))
        // Nor where nothing is left of it; a sum that the text fixes is one.
        assessment.amountFen = 0
        #expect(self.assessment(assessment, .zh).contains("\n可得  0元\n"))
        assessment.amountFen = 5
        assessment.basis = .exact
        #expect(self.assessment(assessment, .zh).contains("\n金额  0.05元\n"))
    }

    @Test("of a measure's award, the values of its facts, and the stages of its rules")
    func award() {
        var description = Self.description
        description.basis = .ceiling
        description.awardSummary = .text("工程投资的30%，最高 5,000万元", "30% of the investment, at most 50,000,000 yuan")
        description.award = [
            .with {
                $0.kind = .table
                $0.label = .text("按评定等级", "by rating")
                $0.rows = [
                    .with { ($0.value, $0.label, $0.amountFen) = ("NATIONAL", .text("国家级", "national"), 100_000_000) },
                    .with { ($0.value, $0.amountFen) = ("OTHER", 5_000) },
                ]
            }
        ]
        description.rules[1].stage = .publicity
        description.facts[0].type = "enum(NATIONAL, OTHER)"
        description.facts[0].values = [
            .with { ($0.name, $0.label) = ("NATIONAL", .text("国家级", "national")) }, .with { $0.name = "OTHER" },
        ]
        let zh = self.text(.zh) { DescriptionPage(description: description).write(to: &$0) }
        #expect(
            zh.contains(
                """

                支持标准
                  工程投资的30%，最高 5,000万元
                  1. 按评定等级
                     国家级  最高 100万元
                     OTHER      最高 50元

                """
            )
        )
        #expect(zh.contains("\n  同一对象已获本项支持 · 公示结束后 · 第7条\n"))
        #expect(zh.contains("\n     国家级、OTHER\n"))
        let en = self.text(.en) { DescriptionPage(description: description).write(to: &$0) }
        #expect(en.contains("\nAward\n  30% of the investment, at most 50,000,000 yuan\n"))
    }

    @Test("are no wider than they may be", arguments: [40, 60, 80], [Language.zh, .en])
    func narrow(width: Int, language: Language) {
        var page = Page(language, hasColour: false, width: width)
        AssessmentPage(assessment: Self.eligible, description: Self.description, showsExplanation: true).write(
            to: &page
        )
        DescriptionPage(description: Self.description).write(to: &page)
        let wide = page.text.split(separator: "\n").map { String($0) }.filter { $0.columns > width }
        // Sums stay whole, and no column of words is narrower than a dozen: only tables may be as wide as they must.
        #expect(wide.allSatisfy { $0.contains("  ") })
        if width == 80 { #expect(wide.isEmpty) }
    }
}

extension GrantdText {
    fileprivate static func text(_ zh: String, _ en: String) -> Self {
        .with {
            $0.zh = zh
            $0.en = en
        }
    }
}
