//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdInterview
import GrantdMessages
import SwiftProtobuf

@testable import grantctl

/// What pages are made of here.
enum PageSamples {
    static let policy = GrantdPolicyReference.with {
        $0.programme = "medical-device"
        $0.documentNumber = "京经信发〔2025〕50号"
        $0.digest = "0123456789abcdef"
        $0.inForceFrom = "2025-11-24"
        $0.inForceUntil = "2028-12-31"
    }

    static let description = GrantdMeasureDescription.with {
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

    static let eligible = GrantdAssessment.with {
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

    static let undetermined = GrantdAssessment.with {
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

    static func text(_ language: Language, _ write: (inout Page) -> Void) -> String {
        var page = Page(language, hasColour: false)
        write(&page)
        return page.text
    }
}

extension GrantdText {
    static func text(_ zh: String, _ en: String) -> Self {
        .with {
            $0.zh = zh
            $0.en = en
        }
    }
}
