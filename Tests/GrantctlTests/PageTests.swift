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
    private func assessment(_ assessment: GrantdAssessment, _ language: Language, described: Bool = true) -> String {
        PageSamples.text(language) {
            AssessmentPage(
                assessment: assessment,
                description: described ? PageSamples.description : nil,
                showsExplanation: true
            ).write(to: &$0)
        }
    }

    @Test("of an award, in Chinese")
    func eligibleInChinese() {
        #expect(
            self.assessment(PageSamples.eligible, .zh)
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
            self.assessment(PageSamples.eligible, .en)
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
            self.assessment(PageSamples.undetermined, .zh)
                == """
                共性技术平台支持
                medical-device.common-platform · 第7条 · 计算日期 2026-05-20

                结论  尚不能判断：信息不全
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
            self.assessment(PageSamples.undetermined, .en, described: false)
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

    @Test("of what is open to an applicant")
    func screen() {
        let other = GrantdAssessment.with {
            ($0.measure, $0.outcome, $0.basis) = ("digital-space.launch-event", .undetermined, .unpublishedAmount)
        }
        var response = GrantdScreenResponse()
        response.assessments = [PageSamples.undetermined, other]
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
            descriptions: ["medical-device.common-platform": PageSamples.description],
            showsExplanation: false
        )
        #expect(
            PageSamples.text(.zh) { page.write(to: &$0) }
                == """
                   措施                                  可得  结论  尚缺

                医疗器械若干措施
                1  共性技术平台支持            最高 5,000万元  待定     2
                    medical-device.common-platform

                数字空间若干措施
                2  digital-space.launch-event      金额未公布  待定

                """
        )
        let english = PageSamples.text(.en) { page.write(to: &$0) }
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
        #expect(PageSamples.text(.zh) { screen.write(to: &$0) }.contains("最高 200万元"))
        // Nor where nothing is left of it; a sum that the text fixes is one.
        assessment.amountFen = 0
        #expect(self.assessment(assessment, .zh).contains("\n可得  0元\n"))
        assessment.amountFen = 5
        assessment.basis = .exact
        #expect(self.assessment(assessment, .zh).contains("\n金额  0.05元\n"))
    }

    @Test("are no wider than they may be", arguments: [40, 60, 80], [Language.zh, .en])
    func narrow(width: Int, language: Language) {
        var page = Page(language, hasColour: false, width: width)
        AssessmentPage(assessment: PageSamples.eligible, description: PageSamples.description, showsExplanation: true)
            .write(
                to: &page
            )
        DescriptionPage(description: PageSamples.description).write(to: &page)
        let wide = page.text.split(separator: "\n").map { String($0) }.filter { $0.columns > width }
        // Sums stay whole, and no column of words is narrower than a dozen: only tables may be as wide as they must.
        #expect(wide.allSatisfy { $0.contains("  ") })
        if width == 80 { #expect(wide.isEmpty) }
    }
}
