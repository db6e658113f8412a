//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdPolicy

/// A programme that is not built in, and requests for its measure.
enum AddedProgramme {
    static let text = """
        programme: tree-planting
        document:
          number: 京林发〔2026〕1号
          title: {zh: 植树措施, en: Measures for planting trees}
          issuer: {zh: 测试机构, en: A test office}
          issued: 2026-01-10
          gazette: 2026 No. 3, p. 4
        in_force: {from: 2026-02-01, until: none}
        measures:
          - id: award
            number: 10001
            title: {zh: 植树奖励, en: Award for planted trees}
            clause: 第一条
            basis: EXACT
            facts:
              planted:
                number: 1
                type: bool
                label: {zh: 已栽植, en: Planted}
                question: {zh: 树木是否已栽植？, en: Have the trees been planted?}
                hint: {zh: 见验收单, en: See the record of acceptance}
              tree_count:
                number: 2
                type: count
                label: {zh: 株数, en: Trees}
                question: {zh: 栽植了多少株？, en: How many trees were planted?}
                minimum: 10
                maximum: 5,000
              plots:
                number: 3
                type: list
                most: 3
                label: {zh: 地块, en: Plots}
                question: {zh: 栽在哪些地块？, en: On which plots?}
                of:
                  name:
                    number: 1
                    type: text
                    label: {zh: 名称, en: Name}
                    question: {zh: 地块叫什么？, en: What is the plot called?}
            requires:
              - {id: planted, when: facts.planted}
              - {id: enough, when: facts.tree_count >= 100, label: {zh: 不少于100株, en: 100 trees or more}}
              - {id: named, when: 'facts.plots.all(p, p.name != "")', label: {zh: 地块有名称, en: Plots have names}}
            award:
              - fixed: 10,000 yuan
              - cap: none

        """

    /// The built-in policies and the programme.
    static func policies() throws -> PolicySet {
        var files = PolicyFiles()
        files.add(PolicyFile(name: "tree-planting.yaml", bytes: Array(Self.text.utf8)))
        return try PolicySet.builtIn(with: files)
    }

    static func request(
        _ id: String,
        facts: String = #""planted": true, "tree_count": 100, "plots": [{"name": "北"}]"#
    ) -> String {
        #"{"application": {"application_id": "\#(id)", "as_of": "2026-05-20", "tree_planting_award": {\#(facts)}}}"#
    }
}
