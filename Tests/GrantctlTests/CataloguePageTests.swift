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

@Suite("Pages of the catalogue")
struct CataloguePageTests {
    @Test("of a measure, in words")
    func descriptionInWords() {
        #expect(
            PageSamples.text(.zh) { DescriptionPage(description: PageSamples.description).write(to: &$0) }
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
        var told = PageSamples.description
        told.lines = [.with { ($0.id, $0.label) = ("green-channel", .text("绿色通道", "Green channel")) }]
        let text = PageSamples.text(.zh) { DescriptionPage(description: told).write(to: &$0) }
        #expect(text.contains("\n测算还会告诉您\n  绿色通道\n"))
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
            PageSamples.text(.zh) {
                DescriptionPage(description: PageSamples.description, showsNames: true).write(to: &$0)
            }
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
            PageSamples.text(.en) {
                DescriptionPage(description: PageSamples.description, showsNames: true).write(to: &$0)
            }
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
                $0.policy = PageSamples.policy
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
            PageSamples.text(.zh) { MeasuresPage(measures: measures, titles: titles).write(to: &$0) }
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
        let english = PageSamples.text(.en) { MeasuresPage(measures: measures, titles: titles).write(to: &$0) }
        #expect(english.contains("\n  Support for a common technology platform  at most 50,000,000 yuan  第7条\n"))
        #expect(
            PageSamples.text(.en) { MeasuresPage(measures: [], titles: [:]).write(to: &$0) }
                == "There is no such measure.\n"
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
            PageSamples.text(.zh) { DocumentsPage(documents: documents).write(to: &$0) }
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
            PageSamples.text(.en) { DocumentsPage(documents: documents).write(to: &$0) }
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
        #expect(PageSamples.text(.zh) { DocumentsPage(documents: []).write(to: &$0) } == "没有符合查询的文件。\n")
    }

    @Test("of a measure's award, the values of its facts, and the stages of its rules")
    func award() {
        var description = PageSamples.description
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
        let zh = PageSamples.text(.zh) { DescriptionPage(description: description).write(to: &$0) }
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
        let en = PageSamples.text(.en) { DescriptionPage(description: description).write(to: &$0) }
        #expect(en.contains("\nAward\n  30% of the investment, at most 50,000,000 yuan\n"))
    }
}
