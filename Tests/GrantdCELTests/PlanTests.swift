//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdCEL

/// What the planner makes of an expression: fused operators and folded constants.
struct PlanTests {
    @Test(
        "common shapes become one step",
        arguments: [
            ("facts.flag", "fieldBool"), ("!facts.flag", "notField"), ("facts.amount > 5", "compareInt64"),
            ("5 < facts.amount", "compareInt64"), ("facts.small == 3", "compareInt32"),
            ("facts.applicant.kind == Applicant.Kind.NONE", "compareEnumeration"),
            ("facts.applicant.kind in [Applicant.Kind.NONE]", "enumerationIn"),
            ("facts.applicant.kind in [Applicant.Kind.BIG]", "in"), ("facts.flag && facts.flag && !facts.flag", "and"),
            ("facts.amount > facts.small", "order"), ("1 + 2 * 3 > 5", "constant"), ("date('2025-01-01')", "constant"),
            ("years_before(date('2025-01-01'), 3)", "constant"), ("'a' + 'b'", "constant"), ("[1, 2 + 3]", "constant"),
            ("1 / 0", "divide"), ("false && facts.flag", "and"), ("!true", "constant"),
        ]
    )
    func shapes(_ text: String, _ operation: String) throws {
        let program = try #require(HostMemory.environment.program(text), "\(HostMemory.environment.diagnostics(text))")
        #expect(program.plan.rootOperation == operation, "\(program.plan)")
    }

    @Test("folded text outlives the compiler and the workspace")
    func foldedText() throws {
        let workspace = Workspace()
        let program = try #require(Environment(variables: []).program("['北' + '京', 'b'][0]"))
        let value = program.run(workspace)
        workspace.reset()
        #expect(value.asString == "北京")
    }

    @Test("a plan evaluates the same from many threads")
    func threads() async throws {
        let environment = Environment(variables: [("l", .list(.int))])
        let program = try #require(environment.program("sum(l.filter(x, x % 2 == 0).map(x, x * 2))"))
        await withTaskGroup(of: Int64?.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let workspace = Workspace()
                    var last: Int64?
                    for _ in 0..<200 {
                        workspace.reset()
                        last = program.run([workspace.list((1...10).map { .int($0) })], workspace).asInt
                    }
                    return last
                }
            }
            for await result in group { #expect(result == 60) }
        }
    }

    @Test("values stay small")
    func layout() {
        #expect(MemoryLayout<Value>.stride == 16)
        #expect(MemoryLayout<Node>.stride <= 64)
    }

    @Test("an error says where it arose")
    func errorPlace() throws {
        let workspace = Workspace()
        let program = try #require(Environment(variables: [("x", .int)]).program("1 + 2 + x / 0"))
        let value = program.run([.int(1)], workspace)
        let error = try #require(workspace.error(of: value))
        #expect(error.code == .divisionByZero)
        #expect(error.offset == 10)
        #expect(workspace.error(of: .int(1)) == nil)
    }

    @Test("the static cost grows with what a list may hold, and with nesting")
    func cost() throws {
        func cost(_ text: String) throws -> UInt64 {
            try #require(HostMemory.environment.program(text), "\(HostMemory.environment.diagnostics(text))").cost
                .maximum
        }
        #expect(try cost("facts.flag") == 2)
        #expect(try cost("[1, 2].all(x, x > 0)") < 20)
        #expect(try cost("facts.deals.all(d, d.valid)") >= 20_000)
        #expect(try cost("facts.deals.filter(d, d.valid).all(d, d.amount > 3)") >= 60_000)
    }
}
