//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdCEL

/// Values with names, which stand in a plan like literals.
struct ConstantTests {
    private static let environment = Environment(
        variables: [("amount", .int), ("taken", .int)],
        constants: [
            ("threshold", .int(500)), ("rate", .string("12.5%")), ("wrong", .string("a lot")), ("taken", .int(1)),
        ]
    )

    @Test(
        "the plan is that of the literal",
        arguments: [
            ("amount > threshold", "amount > 500"), ("percent(amount, rate) + 1", "percent(amount, '12.5%') + 1"),
            ("threshold * 2 + 1", "1001"), ("amount in [threshold, 3]", "amount in [500, 3]"),
            ("rate + '!'", "'12.5%!'"),
        ]
    )
    func plans(_ named: String, _ written: String) throws {
        let left = try #require(Self.environment.program(named))
        let right = try #require(Self.environment.program(written))
        #expect(left.plan.rootOperation == right.plan.rootOperation)
        // What is all constants is one, whatever was folded into it.
        if right.plan.rootOperation != "constant" { #expect(left.plan.nodeCount == right.plan.nodeCount) }
        let workspace = Workspace()
        let inputs = [Value.int(500), .unset]
        #expect(left.run(inputs, workspace).asInt == right.run(inputs, workspace).asInt)
        #expect(left.run(inputs, workspace).asBool == right.run(inputs, workspace).asBool)
        #expect(left.run(inputs, workspace).asString == right.run(inputs, workspace).asString)
    }

    @Test("a program tells which it reads; they are no facts")
    func read() throws {
        let program = try #require(Self.environment.program("amount > threshold || taken > 2"))
        #expect(program.constants == ["threshold"])
        #expect(program.references.map(\.path) == ["amount", "taken"])
    }

    @Test("an input and a macro's variable win over a constant of their name")
    func shadowed() throws {
        let workspace = Workspace()
        let program = try #require(Self.environment.program("taken == 7"))
        #expect(program.run([.unset, .int(7)], workspace).asBool == true)
        let macro = try #require(Self.environment.program("[3].exists(threshold, threshold == 3)"))
        #expect(macro.run([.unset, .unset], workspace).asBool == true)
        #expect(macro.constants.isEmpty)
    }

    @Test("a text that can only be wrong is found like a literal, and so is a type that does not fit")
    func wrong() {
        #expect(Self.environment.diagnostics("percent(amount, wrong)").count == 1)
        #expect(Self.environment.diagnostics("amount > rate").count == 1)
        #expect(Self.environment.diagnostics("amount > treshold").first?.message.en.contains("treshold") == true)
    }
}
