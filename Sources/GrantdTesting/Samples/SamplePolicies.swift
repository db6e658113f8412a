//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Policy files for tests.
package enum SamplePolicies {
    /// A small programme of an agency's own, with one measure: member 10001, facts 1 and 2.
    package static let coolRoof = """
        programme: cool-roof
        document:
          number: 京测〔2026〕1号
          title: {zh: 凉爽屋顶措施, en: Measures for cool roofs}
          issuer: {zh: 测试机构, en: A test office}
          issued: 2026-02-20
          gazette: 2026 No. 9, p. 4
        in_force: {from: 2026-03-01, until: none}
        measures:
          - id: award
            number: 10001
            title: {zh: 凉爽屋顶奖励, en: Award for cool roofs}
            clause: 第一条
            basis: EXACT
            facts:
              painted: {number: 1, type: bool, label: {zh: 已涂装, en: Painted}, question: {zh: 已涂装？, en: Painted?}}
              roof_m2: {number: 2, type: m2, label: {zh: 面积, en: Area}, question: {zh: 面积多少？, en: How large?}}
            requires:
              - {id: painted, when: facts.painted}
              - {id: large, when: facts.roof_m2 >= 100, label: {zh: 面积不小, en: Large enough}}
            award:
              - fixed: 100,000 yuan
              - cap: none

        """
}
