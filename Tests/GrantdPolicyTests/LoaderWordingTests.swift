//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdPolicy
internal import GrantdTesting
internal import Testing

/// Facts that a measure only words: the applicant's, and those of a list's entries.
@Suite("Facts that are worded only")
struct LoaderWordingTests {
    /// A programme with a list and these two lines among its facts.
    private func text(_ first: String, _ second: String) -> String {
        """
        programme: worded
        document:
          number: 京X〔2027〕1号
          title: {zh: 办法, en: Measures}
          issuer: {zh: 委员会, en: Commission}
          issued: 2027-02-20
          gazette: 2027 No. 9, p. 4
        in_force: {from: 2027-03-01, until: none}
        measures:
          - id: one
            number: 10001
            title: {zh: 措施, en: Measure}
            clause: 第一条
            basis: NON_MONETARY
            facts:
              deals:
                number: 1
                type: list
                most: 20
                of:
                  valid: {number: 1, type: bool, label: {zh: 有效, en: Valid}, question: {zh: 有效吗？, en: Valid?}}
                label: {zh: 交易, en: Deals}
                question: {zh: 有哪些交易？, en: Which deals?}
              "deals[].valid": {\(first)label: {zh: 仍有效, en: Still valid}, question: {zh: 仍有效吗？, en: Still?}}
              applicant.registered_in_beijing: {\(second)label: {zh: 在京, en: Here}, question: {zh: 在京吗？, en: Here?}}
            requires:
              - id: has-one
                when: applicant.registered_in_beijing && facts.deals.exists(d, d.valid)
                label: {zh: 有有效交易, en: A valid deal}
            award: none
        """
    }

    @Test("They take the words of the measure")
    func words() throws {
        let measure = try #require(try LoaderFixtures.load(self.text("", "")).get().measures.first)
        #expect(measure.facts.first { $0.path == "deals[].valid" }?.label.en == "Still valid")
    }

    @Test("A number or a type of theirs is refused where it stands")
    func numbers() throws {
        let diagnostics = LoaderFixtures.diagnostics(self.text("number: 2, type: bool, ", "number: 3, type: bool, "))
        #expect(diagnostics.map(\.code) == [.unknownKey, .unknownKey, .unknownKey, .unknownKey])
        #expect(diagnostics.map(\.line) == [24, 24, 25, 25])
        #expect(diagnostics.first?.message.en.contains("\"number\"") == true)
    }
}
