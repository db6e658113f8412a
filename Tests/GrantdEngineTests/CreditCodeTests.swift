//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

struct CreditCodeTests {
    private func fault(_ code: String) -> CreditCode.Fault? {
        withArenaText(code) { CreditCode.fault(in: $0, CreditCode.tables) }
    }

    @Test(
        "codes whose check character matches",
        arguments: ["91110108MA01CX7K1R", "91110107MA01C7X29G", "1211000040000123XG"]
    )
    func valid(_ code: String) {
        #expect(self.fault(code) == nil)
    }

    @Test("what is wrong is told apart")
    func wrong() {
        #expect(self.fault("") == .length)
        #expect(self.fault("91110108MA01CX7K1") == .length)
        #expect(self.fault("91110108MA01CX7K1RR") == .length)
        #expect(self.fault("91110108MA01CX7K1X") == .checkCharacter)
        #expect(self.fault("91110108ma01CX7K1R") == .alphabet)
        #expect(self.fault("91110108IA01CX7K1R") == .alphabet)
        #expect(self.fault("91110108MA01CX7K1I") == .alphabet)
        #expect(self.fault("北京市北京市") == .alphabet)
    }

    @Test("one changed character never goes unnoticed")
    func changes() {
        let code = Array("91110108MA01CX7K1R")
        for position in code.indices {
            for other in "0123456789ABCDEFGHJKLMNPQRTUWXY" where other != code[position] {
                var changed = code
                changed[position] = other
                #expect(self.fault(String(changed)) == .checkCharacter)
            }
        }
    }
}
