//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdCEL
internal import Testing

/// Compares evaluation with unknowns to evaluation under every way to complete them, for thousands of random
/// expressions.
///
/// A known result must be what every completion gives, and the ask-list must name every fact that changes the
/// result for some values of the others.
struct CompletenessTests {
    /// The facts that may be unknown, and the values tried for each.
    struct World {
        static let names = [
            "a", "b", "x", "y", "l", "f.deals[0].valid", "f.deals[0].amount", "f.deals[1].valid", "f.deals[1].amount",
            "f.items",
        ]
        static let domains: [[String]] = [
            ["true", "false"], ["true", "false"], ["0", "3", "9"], ["0", "3", "9"], ["", "1,5", "9,0"],
            ["true", "false"], ["0", "7"], ["true", "false"], ["0", "7"], ["", "true", "false,true"],
        ]
        static let deal = RecordType(
            name: "Deal",
            fields: [
                .init(name: "valid", type: .bool, storage: .value(index: 0)),
                .init(name: "amount", type: .int, storage: .value(index: 1)),
            ]
        )
        static let facts = RecordType(
            name: "Facts",
            fields: [
                .init(name: "deals", type: .list(.record(deal)), storage: .value(index: 0)),
                .init(name: "items", type: .list(.record(deal)), storage: .value(index: 1)),
            ]
        )
        static let environment = Environment(
            variables: [
                ("a", .bool), ("b", .bool), ("x", .int), ("y", .int), ("l", .list(.int)), ("f", .record(facts)),
            ])

        /// The inputs for a choice of values; -1 leaves the fact unknown.
        static func inputs(_ choice: [Int], _ workspace: Workspace) -> [Value] {
            let values = zip(choice, self.domains).enumerated().map { index, pair -> Value in
                guard pair.0 >= 0 else { return .unset }
                let text = pair.1[pair.0]
                if index == 4 {
                    return workspace.list(text.split(separator: ",").compactMap { Int64($0) }.map { .int($0) })
                }
                if index == 9 {
                    let items = text.split(separator: ",").map { $0 == "true" }
                    return workspace.list(items.map { workspace.record([.bool($0), .int($0 ? 7 : 0)]) })
                }
                return Int64(text).map { .int($0) } ?? .bool(text == "true")
            }
            let deals = [workspace.record([values[5], values[6]]), workspace.record([values[7], values[8]])]
            return Array(values[0..<5]) + [workspace.record([workspace.list(deals), values[9]])]
        }

        static let inputNames = ["a", "b", "x", "y", "l", "f"]
    }

    private func evaluate(_ program: Program, _ choice: [Int], _ workspace: Workspace) -> CaseRunner.Seen {
        workspace.reset()
        let result = World.inputs(choice, workspace).withUnsafeBufferPointer { buffer -> Value in
            guard let base = buffer.baseAddress else { return .unset }
            return program.evaluate(base, workspace)
        }
        return CaseRunner.Seen(result, workspace, names: World.inputNames)
    }

    @Test("known results hold under every completion, and ask-lists are complete", arguments: 0..<8)
    func completeness(_ block: Int) throws {
        // More rounds on demand: what random tests find depends on how many there are.
        let rounds = ProcessInfo.processInfo.environment["CEL_ROUNDS"].flatMap { Int($0) } ?? 250
        var generator = ExpressionGenerator(seed: UInt64(block) * 7_919 + 1)
        let workspace = Workspace()
        for _ in 0..<rounds {
            let text = generator.below(3) == 0 ? generator.int(3) : generator.bool(4)
            guard case .program(let program) = World.environment.compile(text) else {
                if case .failure(let diagnostics) = World.environment.compile(text) {
                    let onlyTooDeep = diagnostics.allSatisfy { ["GRD-CEL-040", "GRD-CEL-015"].contains($0.code) }
                    if !onlyTooDeep { Issue.record("\(text) does not compile: \(diagnostics)") }
                }
                continue
            }
            var choice = World.domains.map { generator.below($0.count) }
            var unknown: [Int] = []
            for _ in 0..<(1 + generator.below(4)) { unknown.append(generator.below(choice.count)) }
            unknown = Array(Set(unknown)).sorted()
            for index in unknown { choice[index] = -1 }
            if let problem = self.problem(program, choice, unknown, workspace) {
                let known = zip(World.names, choice).map { "\($0)=\($1)" }.joined(separator: " ")
                Issue.record("\(text) with \(known): \(problem)")
                return
            }
        }
    }

    /// What is wrong with the evaluation of one expression, or nil.
    private func problem(_ program: Program, _ choice: [Int], _ unknown: [Int], _ workspace: Workspace) -> String? {
        let seen = self.evaluate(program, choice, workspace)
        var completions: [[Int]] = [choice]
        for index in unknown {
            completions = completions.flatMap { completion in
                World.domains[index].indices.map { value in
                    var next = completion
                    next[index] = value
                    return next
                }
            }
        }
        var results: [[Int]: String] = [:]
        for completion in completions {
            let result = self.evaluate(program, completion, workspace)
            guard result.unknowns.isEmpty else { return "all known and yet unknown: \(result.unknowns)" }
            results[completion] = result.value ?? "error"
        }
        if seen.unknowns.isEmpty {
            let expected = seen.value ?? "error"
            let other = results.first { $0.value != expected }
            return other.map { "gives \(expected), but \($0.value) for \($0.key)" }
        }
        let listed = unknown.map { World.names[$0] }
        if let stray = seen.unknowns.first(where: { !listed.contains($0) }) {
            return "asks for \(stray), which is known"
        }
        for index in unknown where !seen.unknowns.contains(World.names[index]) {
            for (completion, result) in results {
                for value in World.domains[index].indices {
                    var other = completion
                    other[index] = value
                    if let changed = results[other], changed != result {
                        return
                            "does not ask for \(World.names[index]): \(result) for \(completion), \(changed) for \(other)"
                    }
                }
            }
        }
        return nil
    }
}
