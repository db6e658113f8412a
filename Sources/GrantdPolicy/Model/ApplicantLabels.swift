//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What people read in place of the values of the applicant's own enum, which belongs to no programme.
enum ApplicantLabels {
    /// The path of the enum in conditions.
    static let kindPath = "applicant.kind"

    /// By name of the value.
    static let kinds: [String: Text] = [
        "NONE": Text(zh: "以上均不是", en: "none of these"),
        "ENTERPRISE": Text(zh: "企业", en: "enterprise"),
        "UNIVERSITY": Text(zh: "高等学校", en: "university"),
        "RESEARCH_INSTITUTE": Text(zh: "科研机构", en: "research institute"),
        "MEDICAL_INSTITUTION": Text(zh: "医疗卫生机构", en: "medical institution"),
        "SERVICE_AGENCY": Text(zh: "服务机构", en: "service agency"),
        "FOUNDATION": Text(zh: "基金会", en: "foundation"),
        "INDIVIDUAL": Text(zh: "个人", en: "individual"),
    ]
}
