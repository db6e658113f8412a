//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdSchema
import Testing

@testable import GrantdJSON

@Suite("Names in a plan")
struct JSONPlanTests {
    private func place(_ name: String, _ message: JSONPlan.Message, expected: Int = 0) -> Int? {
        var name = name
        return name.withUTF8 { bytes in
            bytes.baseAddress.flatMap { message.field($0, count: bytes.count, expected: expected) }
        }
    }

    @Test("each lead to their field, in both spellings, wherever it is expected")
    func names() throws {
        let subject = try Subject()
        for (index, type) in subject.plan.messageTypes.enumerated() {
            let message = subject.plan.messages[index]
            for (place, field) in type.fields.enumerated() {
                for expected in [0, place, message.fieldCount] {
                    #expect(self.place(field.name, message, expected: expected) == place, "\(type.name).\(field.name)")
                    let camel = JSONPlanBuilder.camelCase(field.name)
                    #expect(self.place(camel, message, expected: expected) == place, "\(type.name).\(camel)")
                }
                #expect(self.place(field.name + "_", message) == nil)
                #expect(self.place(field.name.uppercased(), message) == nil)
            }
        }
    }

    @Test("go before those that are made of others")
    func made() {
        let plan = JSONPlan([
            MessageType(
                name: "test.v1.Names",
                fields: [
                    FieldDeclaration(name: "a_1", number: 1, kind: .bool, label: .optional),
                    FieldDeclaration(name: "a1", number: 2, kind: .bool, label: .optional),
                    FieldDeclaration(name: "in_3_years_", number: 3, kind: .bool, label: .optional),
                    FieldDeclaration(name: "_x", number: 4, kind: .bool, label: .optional),
                ]
            )
        ])
        let message = plan.messages[0]
        #expect(self.place("a_1", message) == 0)
        #expect(self.place("a1", message) == 1)
        #expect(self.place("in3Years", message) == 2)
        #expect(self.place("X", message) == 3)
    }
}
