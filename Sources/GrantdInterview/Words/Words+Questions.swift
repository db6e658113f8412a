//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Words {
    /// What every applicant is asked, whatever the measure: labels, questions and hints.
    package enum Questions {
        package static let asOf = BilingualText(zh: "计算日期", en: "As of")
        package static let asOfQuestion = BilingualText(zh: "以哪一天为准测算？", en: "For which day is it asked?")
        package static let asOfHint = BilingualText(
            zh: "通常是提出申请的日期；条件、上限和文件效力均按这一天判断。",
            en: "Usually the day of the application: conditions, caps and what is in force go by it."
        )
        package static let beyondCalendar = BilingualText(
            zh: "相关日期超出已公布的工作日历，公布后才能计算。",
            en: "The days lie outside the working calendar that is published so far."
        )
        package static let subject = BilingualText(zh: "申请对象", en: "Subject")
        package static let subjectQuestion = BilingualText(
            zh: "本次申请针对哪一个对象（产品、项目、作品或实验室）？请填写其标识，以便核对此前已获得的支持。",
            en:
                "Which product, project, work or laboratory is the application for? Give its identifier, so that "
                + "earlier awards can be told apart."
        )
        package static let subjectHint = BilingualText(
            zh: "名称或编号均可，同一对象每次写法须一致。",
            en: "A name or a number will do, written the same way each time."
        )

        // MARK: - Earlier awards

        package static let priorAwards = BilingualText(zh: "此前获得的支持", en: "Earlier awards")
        package static let priorAwardsQuestion = BilingualText(
            zh: "申请单位此前获得过本项支持吗？请逐笔填写对象、日期和金额；没有的，请声明没有。",
            en:
                "Has the applicant been awarded this support before? Give the subject, day and sum of each award, "
                + "or state that there is none."
        )
        package static let awardMeasure = BilingualText(zh: "支持措施", en: "Measure")
        package static let awardMeasureQuestion = BilingualText(zh: "是哪一项支持？", en: "Which measure was it?")
        package static let awardSubject = BilingualText(zh: "支持对象", en: "Subject")
        package static let awardSubjectQuestion = BilingualText(
            zh: "当时针对哪个产品、项目、作品或实验室？",
            en: "Which product, project, work or laboratory was it for?"
        )
        package static let awardSubjectHint = BilingualText(
            zh: "与本次申请的对象相同的，名称请填写一致；不填的，不计入单个对象的上限。",
            en:
                "Where it is the subject of this application, write it the same way: an award without a subject "
                + "does not count towards the caps per subject."
        )
        package static let awardDay = BilingualText(zh: "获得日期", en: "Awarded on")
        package static let awardDayQuestion = BilingualText(zh: "哪一天获得的？", en: "On which day was it awarded?")
        package static let awardSum = BilingualText(zh: "支持金额", en: "Amount")
        package static let awardSumQuestion = BilingualText(zh: "获得了多少资金？", en: "How much was awarded?")

        // MARK: - Before all measures are screened

        package static let earlierSupport = BilingualText(zh: "此前获得过支持", en: "Supported before")
        package static let earlierSupportQuestion = BilingualText(
            zh: "申请单位此前获得过北京市的这类支持吗？",
            en: "Has the applicant been given support of this kind by Beijing before?"
        )
        package static let earlierSupportHint = BilingualText(
            zh: "获得过的或者不清楚的，先按上限列出；选定措施后再逐笔填写。",
            en:
                "If so, or if you don’t know, what caps leave stays open; the awards are asked for once you choose "
                + "a measure."
        )

        // MARK: - The applicant

        package static let inBeijing = BilingualText(zh: "在京注册", en: "Registered in Beijing")
        package static let inBeijingQuestion = BilingualText(
            zh: "申请单位是否在北京市注册？",
            en: "Is the applicant registered in Beijing?"
        )
        package static let kind = BilingualText(zh: "单位类型", en: "Kind of organisation")
        package static let kindQuestion = BilingualText(
            zh: "申请单位属于哪一类？",
            en: "What kind of organisation is the applicant?"
        )
        package static let enterprise = BilingualText(zh: "企业", en: "enterprise")
        package static let university = BilingualText(zh: "高等学校", en: "university")
        package static let researchInstitute = BilingualText(zh: "科研机构", en: "research institute")
        package static let medicalInstitution = BilingualText(zh: "医疗卫生机构", en: "medical institution")
        package static let serviceAgency = BilingualText(zh: "服务机构", en: "service agency")
        package static let foundation = BilingualText(zh: "基金会", en: "foundation")
        package static let individual = BilingualText(zh: "个人", en: "individual")
        package static let noneOfTheKinds = BilingualText(zh: "以上均不是", en: "none of these")
        package static let isSmall = BilingualText(zh: "中小微企业", en: "Small, medium-sized or micro enterprise")
        package static let isSmallQuestion = BilingualText(
            zh: "申请单位是否为中小微企业？",
            en: "Is the applicant a small, medium-sized or micro enterprise?"
        )
        package static let isLiable = BilingualText(zh: "可独立承担法律责任", en: "Bears legal liability on its own")
        package static let isLiableQuestion = BilingualText(
            zh: "申请单位是否可以独立承担法律责任？",
            en: "Can the applicant bear legal liability on its own?"
        )

        // MARK: - Why they are asked, where no rule says it

        package static let asOfReason = BilingualText(
            zh: "条件、上限和文件效力都按这一天判断。",
            en: "Conditions, caps and what is in force go by this day."
        )
        package static let subjectReason = BilingualText(
            zh: "有的上限和“只支持一次”的规定按对象计算，需要知道是哪一个。",
            en: "Some caps, and rules that support a subject only once, go by the subject."
        )
        package static let priorAwardsReason = BilingualText(
            zh: "此前获得的支持会占用上限，或影响资格。",
            en: "Earlier awards use up caps, or rule an application out."
        )
        package static let otherReason = BilingualText(
            zh: "此项与其他回答一起决定结果。",
            en: "It decides the result together with other answers."
        )
    }
}
