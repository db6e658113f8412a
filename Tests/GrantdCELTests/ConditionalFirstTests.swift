//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import Testing

/// Conditionals that ask for their condition first, beside those that ask for all.
struct ConditionalFirstTests {
    static let names = ["a", "b", "x", "y", "l", "r", "s"]
    private static let record = RecordType(
        name: "Record",
        fields: [.init(name: "amount", type: .int, storage: .value(index: 0))]
    )
    private static let variables: [(name: String, type: ValueType)] = [
        ("a", .bool), ("b", .bool), ("x", .int), ("y", .int), ("l", .list(.int)), ("r", .record(record)),
        ("s", .record(record)),
    ]
    static let first = Environment(variables: variables, conditionals: .askForConditionFirst)
    static let all = Environment(variables: variables, conditionals: .askForAll)
    static let unsaid = Environment(variables: variables)

    private struct Outcome {
        let value: Value
        let error: EvaluationError?
        let unknowns: [String]
    }

    /// What an expression gives; the two records are there and their fields are not.
    private func result(
        _ text: String,
        in environment: Environment = Self.first,
        a: Bool? = nil,
        b: Bool? = nil,
        x: Int64? = nil,
        y: Int64? = nil,
        l: [Int64]? = nil
    ) throws -> Outcome {
        let program = try #require(environment.program(text), "\(environment.diagnostics(text))")
        let workspace = Workspace()
        let bools: [Value] = [a, b].map { $0.map { Value.bool($0) } ?? .unset }
        let integers: [Value] = [x, y].map { $0.map { Value.int($0) } ?? .unset }
        let list: Value = l.map { workspace.list($0.map { Value.int($0) }) } ?? .unset
        let records = [workspace.record([.unset]), workspace.record([.unset])]
        let value = program.run(bools + integers + [list] + records, workspace)
        return Outcome(
            value: value,
            error: workspace.error(of: value),
            unknowns: workspace.unknowns(of: value).map { $0.description(inputNames: Self.names) }
        )
    }

    @Test(
        "an unknown condition asks for itself alone; by default also for what the branches need",
        arguments: [
            ("a ? x : y", ["a"], ["a", "x", "y"]), ("a ? x > 1 : y > 1", ["a"], ["a", "x", "y"]),
            ("a ? x : 1", ["a"], ["a", "x"]), ("a ? 1 : 2", ["a"], ["a"]), ("a ? b : true", ["a"], ["a", "b"]),
            ("(a ? x : 1) + y", ["a", "y"], ["a", "x", "y"]), ("a ? (b ? x : y) : 3", ["a"], ["a", "b", "x", "y"]),
            ("(a ? b : true) ? x : y", ["a"], ["a", "b", "x", "y"]),
            ("x > 1 && (a ? b : false)", ["x", "a"], ["x", "a", "b"]),
            ("x > 1 ? y : 0", ["x"], ["x", "y"]), ("a && b ? x : y", ["a", "b"], ["a", "b", "x", "y"]),
            ("[a ? x : 1, y]", ["a", "y"], ["a", "x", "y"]), ("min(a ? x : 1, y)", ["a", "y"], ["a", "x", "y"]),
            ("(a ? r : s).amount", ["a"], ["a", "r.amount", "s.amount"]),
            ("a ? r.amount : s.amount", ["a"], ["a", "r.amount", "s.amount"]),
            ("(a ? l : [1]) == [1]", ["a"], ["a", "l"]),
            ("(a ? l : [1]).exists(i, i > y)", ["a", "y"], ["a", "l", "y"]),
        ]
    )
    func asks(_ text: String, _ first: [String], _ all: [String]) throws {
        #expect(try self.result(text).unknowns == first)
        #expect(Set(try self.result(text, in: Self.all).unknowns) == Set(all))
        #expect(try self.result(text, in: Self.unsaid).unknowns == self.result(text, in: Self.all).unknowns)
    }

    @Test("a known condition asks for what its branch needs", arguments: [true, false])
    func known(_ a: Bool) throws {
        for environment in [Self.first, Self.all] {
            #expect(try self.result("a ? x : y", in: environment, a: a).unknowns == [a ? "x" : "y"])
            #expect(try self.result("a ? x : y", in: environment, a: a, x: 1, y: 2).value.asInt == (a ? 1 : 2))
            let nested = try self.result("a ? (b ? x : y) : x", in: environment, a: a, b: false)
            #expect(nested.unknowns == [a ? "y" : "x"])
        }
        #expect(try self.result("a ? (b ? x : y) : x", a: a).unknowns == [a ? "b" : "x"])
    }

    @Test("known branches that are equal settle the matter")
    func equalBranches() throws {
        for environment in [Self.first, Self.all] {
            #expect(try self.result("a ? 1 : 1", in: environment).value.asInt == 1)
            #expect(try self.result("a ? x : y", in: environment, x: 3, y: 3).value.asInt == 3)
            #expect(try self.result("a ? x > 1 : y > 1", in: environment, x: 3, y: 2).value.asBool == true)
            #expect(try self.result("a ? (b ? 1 : 1) : 1", in: environment).value.asInt == 1)
            #expect(try self.result("(a ? 'p' : 'p') == 'p'", in: environment).value.asBool == true)
            #expect(try self.result("(a ? b : true) || true", in: environment).value.asBool == true)
            #expect(try self.result("(a ? b : true) && false", in: environment).value.asBool == false)
            #expect(
                try self.result("a ? date('2025-01-01') : date('2025-01-01')", in: environment).value.asDate == 20_089
            )
            // A condition that may turn out an error settles nothing.
            #expect(try self.result("1 / x > 0 ? 3 : 3", in: environment).unknowns == ["x"])
        }
    }

    @Test("an equal pair of branches does not hide another that is not")
    func unequalBranches() throws {
        #expect(try self.result("a ? (b ? 1 : 1) : 2").unknowns == ["a"])
        #expect(try self.result("a ? (b ? 1 : 2) : 1").unknowns == ["a"])
        #expect(try self.result("a ? [1] : [1]").unknowns == ["a"])
        #expect(try self.result("a ? x : y", x: 3).unknowns == ["a"])
    }

    @Test("errors of the branches count only where both are errors, those of the condition always")
    func errors() throws {
        for environment in [Self.first, Self.all] {
            let both = try self.result("a ? 1 / 0 : int('q')", in: environment)
            #expect(both.error?.code == .divisionByZero)
            #expect(both.error?.offset == 6)
            #expect(try self.result("a ? 1 / 0 : 2", in: environment).unknowns == ["a"])
            #expect(try self.result("a ? 2 : 1 / 0", in: environment, a: false).error?.code == .divisionByZero)
            #expect(try self.result("a ? 2 : 1 / 0", in: environment, a: true).value.asInt == 2)
            #expect(try self.result("1 / 0 > 0 ? x : y", in: environment).error?.code == .divisionByZero)
            #expect(try self.result("(a ? 1 / 0 > 0 : true) || true", in: environment).value.asBool == true)
            #expect(try self.result("(a ? 1 / 0 : 1) > 0 ? 3 : 3", in: environment).unknowns == ["a"])
        }
        #expect(try self.result("(a ? x : 1) + 1 / 0", a: true).error?.code == .divisionByZero)
        #expect(try self.result("1 / 0 + (a ? x : 1)").error?.code == .divisionByZero)
    }

    @Test("answers to what is asked lead to the value that all answers give", arguments: 0..<4)
    func answers(_ block: Int) throws {
        typealias World = CompletenessTests.World
        let environment = Environment(
            variables: World.environment.variables.map { (name: $0.name, type: $0.type) },
            conditionals: .askForConditionFirst
        )
        var generator = ExpressionGenerator(seed: UInt64(block) * 104_729 + 3)
        let workspace = Workspace()
        func seen(_ program: Program, _ choice: [Int]) -> CaseRunner.Seen {
            workspace.reset()
            let value = program.run(World.inputs(choice, workspace), workspace)
            return CaseRunner.Seen(value, workspace, names: World.inputNames)
        }
        for _ in 0..<200 {
            let text = generator.below(3) == 0 ? generator.int(3) : generator.bool(4)
            let full = World.domains.map { generator.below($0.count) }
            var choice = full
            for _ in 0..<(1 + generator.below(6)) { choice[generator.below(choice.count)] = -1 }
            guard let program = environment.program(text), let other = World.environment.program(text) else { continue }
            let expected = seen(other, full)
            var current = seen(program, choice)
            let shown = "\(text) with \(choice)"
            while !current.unknowns.isEmpty {
                for name in current.unknowns {
                    guard let index = World.names.firstIndex(of: name), choice[index] < 0 else {
                        Issue.record("\(shown) asks for \(name), which is known")
                        return
                    }
                    choice[index] = full[index]
                }
                current = seen(program, choice)
            }
            guard current.value == expected.value, (current.error == nil) == (expected.error == nil) else {
                Issue.record("\(shown) gives \(current.shown), not \(expected.shown)")
                return
            }
        }
    }
}
