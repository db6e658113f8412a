//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import Testing

/// `share`, `at_least`, `at_most` and `percent`: exact products of 128 bits.
struct ShareTests {
    static let names = ["x", "y", "z", "m"]
    static let environment = Environment(variables: [("x", .int), ("y", .int), ("z", .int), ("m", .string)])

    private struct Outcome {
        let value: Value
        let error: EvaluationError.Code?
        let unknowns: [String]
    }

    private func result(
        _ text: String,
        _ x: Int64? = nil,
        _ y: Int64? = nil,
        _ z: Int64? = nil,
        m: String? = nil
    ) throws -> Outcome {
        let program = try #require(Self.environment.program(text), "\(Self.environment.diagnostics(text))")
        let workspace = Workspace()
        var inputs: [Value] = [x, y, z].map { $0.map { Value.int($0) } ?? .unset }
        inputs.append(m.map { workspace.string($0) } ?? .unset)
        let value = program.run(inputs, workspace)
        return Outcome(
            value: value,
            error: workspace.error(of: value)?.code,
            unknowns: workspace.unknowns(of: value).map { $0.description(inputNames: Self.names) }
        )
    }

    // MARK: - share

    @Test(
        "a share is rounded down, towards less and not towards 0",
        arguments: [
            (10, 2, 3, 6), (-10, 2, 3, -7), (10, -2, 3, -7), (-10, -2, 3, 6), (0, 5, 7, 0), (5, 0, 7, 0),
            (-9, 1, 3, -3),
            (9, 1, 3, 3), (-1, 1, 2, -1), (1, 1, .max, 0), (-1, 1, .max, -1), (1, -1, .max, -1), (-1, -1, .max, 0),
        ] as [(Int64, Int64, Int64, Int64)]
    )
    func shares(_ x: Int64, _ y: Int64, _ z: Int64, _ expected: Int64) throws {
        #expect(try self.result("share(x, y, z)", x, y, z).value.asInt == expected)
    }

    @Test(
        "products beyond 64 bits are exact",
        arguments: [
            (.max, .max, .max, .max), (.max, 2, 2, .max), (.min, 1, 1, .min), (.min, .max, .max, .min),
            (.max, .min, .max, .min), (.min, 1, .max, -2), (.max, .max - 1, .max, .max - 1),
            (
                9_000_000_000_000_000_000, 9_000_000_000_000_000_000, 9_000_000_000_000_000_000,
                9_000_000_000_000_000_000
            ),
            (4_000_000_000_000_000_001, 3, 4, 3_000_000_000_000_000_000),
            (-4_000_000_000_000_000_001, 3, 4, -3_000_000_000_000_000_001),
        ] as [(Int64, Int64, Int64, Int64)]
    )
    func wideShares(_ x: Int64, _ y: Int64, _ z: Int64, _ expected: Int64) throws {
        #expect(try self.result("share(x, y, z)", x, y, z).value.asInt == expected)
    }

    @Test(
        "a share that does not fit 64 bits is an overflow",
        arguments: [
            (.max, 2, 1), (.min, -1, 1), (.min, .min, .max), (.min, .min, 1), (.max, .max, 1), (.min, .max, .max - 1),
            (.max, .max, .max - 1), (.min, .max, 1), (.max, .min, 2),
        ] as [(Int64, Int64, Int64)]
    )
    func overflow(_ x: Int64, _ y: Int64, _ z: Int64) throws {
        #expect(try self.result("share(x, y, z)", x, y, z).error == .overflow)
    }

    @Test("a share of nothing, or of less, is a division by zero", arguments: [0, -1, .min] as [Int64])
    func divisionByZero(_ divisor: Int64) throws {
        #expect(try self.result("share(x, y, z)", 1, 1, divisor).error == .divisionByZero)
        #expect(try self.result("share(x, y, z)", 0, 0, divisor).error == .divisionByZero)
        #expect(try self.result("share(x, y, z)", .min, .min, divisor).error == .divisionByZero)
    }

    @Test("a share is the greatest whole number that is not too much", arguments: 0..<4)
    func randomShares(_ seed: Int) throws {
        var random = ExpressionGenerator(seed: UInt64(seed) + 11)
        func number() -> Int64 {
            let number = Int64(random.below(.max)) >> Int64(random.below(63))
            return random.below(2) == 0 ? number : -number
        }
        let program = try #require(Self.environment.program("share(x, y, z)"))
        let workspace = Workspace()
        for _ in 0..<500 {
            let (x, y, z) = (number(), number(), max(1, abs(number())))
            workspace.reset()
            let value = program.run([.int(x), .int(y), .int(z), .unset], workspace)
            let product = Int128(x) * Int128(y)
            if let share = value.asInt {
                let least = Int128(share) * Int128(z)
                guard least <= product, product < least + Int128(z) else {
                    Issue.record("share(\(x), \(y), \(z)) is \(share)")
                    return
                }
            } else {
                let (top, bottom) = ((Int128(Int64.max) + 1) * Int128(z), Int128(Int64.min) * Int128(z))
                guard value.isError, product >= top || product < bottom else {
                    Issue.record("share(\(x), \(y), \(z)) fails")
                    return
                }
            }
        }
    }

    // MARK: - at_least, at_most

    @Test(
        "multiples are compared without rounding",
        arguments: [
            (5, "5/2", 2, true, true), (4, "5/2", 2, false, true), (6, "5/2", 2, true, false),
            (5, "2.5", 2, true, true), (5, "250%", 2, true, true), (0, "0", .min, true, true),
            (-1, "1/3", -3, true, true), (1, "1/3", 3, true, true), (33, "1/3", 99, true, true),
            (33, "33.333333%", 99, true, false), (33, "33.333334%", 99, false, true), (0, "1", -1, true, false),
            (-5, "5/2", -2, true, true), (-6, "5/2", -2, false, true), (-4, "5/2", -2, true, false),
        ] as [(Int64, String, Int64, Bool, Bool)]
    )
    func comparisons(_ x: Int64, _ m: String, _ y: Int64, _ least: Bool, _ most: Bool) throws {
        #expect(try self.result("at_least(x, m, y)", x, y, m: m).value.asBool == least)
        #expect(try self.result("at_most(x, m, y)", x, y, m: m).value.asBool == most)
    }

    @Test(
        "comparisons never overflow",
        arguments: [
            (.max, "1", .max, true, true), (.min, "1", .min, true, true), (.max, "1", .max - 1, true, false),
            (.max - 1, "1", .max, false, true), (.max, "999999999", .max, false, true),
            (.min, "999999999", .min, true, false), (.max, "999999999.999999%", .max, false, true),
            (.min, "999999999.999999%", .min, true, false), (.max, "999999999", .min, true, false),
            (.min, "999999999", .max, false, true), (.max, "1/999999999", .max, true, false),
            (.max, "999999999/999999999", .max, true, true), (.max, "0.000001%", .max, true, false),
        ] as [(Int64, String, Int64, Bool, Bool)]
    )
    func wideComparisons(_ x: Int64, _ m: String, _ y: Int64, _ least: Bool, _ most: Bool) throws {
        #expect(try self.result("at_least(x, m, y)", x, y, m: m).value.asBool == least)
        #expect(try self.result("at_most(x, m, y)", x, y, m: m).value.asBool == most)
    }

    @Test("what is no multiple is an invalid argument", arguments: ["", "x", "1/0", "-1", "1:2", "1.", "50 %"])
    func invalidMultiples(_ m: String) throws {
        #expect(try self.result("at_least(x, m, y)", 1, 1, m: m).error == .invalidArgument)
        #expect(try self.result("at_most(x, m, y)", 1, 1, m: m).error == .invalidArgument)
    }

    // MARK: - percent

    @Test("percent takes rates only, and only up to six digits before the point")
    func percent() throws {
        #expect(try self.result("percent(x, m)", .max, m: "100%").value.asInt == .max)
        #expect(try self.result("percent(x, m)", -1, m: "30%").value.asInt == -1)
        #expect(try self.result("percent(x, m)", .max, m: "100.000001%").error == .overflow)
        #expect(try self.result("percent(x, m)", .min, m: "100.000001%").error == .overflow)
        for m in ["0.3", "1/3", "30", "1/3%", "1000000%", "0000030%", "-30%", ""] {
            #expect(try self.result("percent(x, m)", 1, m: m).error == .invalidArgument, "\(m)")
        }
        #expect(Self.environment.diagnostics("percent(x, '1/3')").first?.code == "GRD-CEL-030")
        #expect(Self.environment.diagnostics("percent(x, '1000000%')").first?.code == "GRD-CEL-030")
        #expect(Self.environment.diagnostics("percent(x, '999999%')").isEmpty)
    }

    // MARK: - Unknown arguments

    @Test(
        "every unknown argument is asked for",
        arguments: [
            ("share(x, y, z)", ["x", "y", "z"]), ("share(z, y, x)", ["z", "y", "x"]), ("share(x, 2, 3)", ["x"]),
            ("share(1, y, 3)", ["y"]), ("share(1, 2, z)", ["z"]), ("share(0, y, z)", ["y", "z"]),
            ("share(x, x, x)", ["x"]), ("share(share(x, y, 2), 1, z)", ["x", "y", "z"]),
            ("at_least(x, m, y)", ["x", "m", "y"]), ("at_most(y, m, x)", ["y", "m", "x"]),
            ("at_least(x, '5/2', y)", ["x", "y"]), ("at_most(1, m, 2)", ["m"]), ("at_most(x, '0', 0)", ["x"]),
            ("percent(x, m)", ["x", "m"]), ("at_least(x, '1', y) && at_most(x, '3', z)", ["x", "y", "z"]),
        ]
    )
    func unknownArguments(_ text: String, _ expected: [String]) throws {
        let found = try self.result(text)
        #expect(found.value.isUnknown)
        #expect(found.unknowns == expected)
    }

    @Test("an error beside an unknown argument is an error, unless that one may be an error first")
    func errorsBesideUnknowns() throws {
        #expect(try self.result("share(x, y, 1 / 0)").error == .divisionByZero)
        #expect(try self.result("at_least(x, '1', 1 / 0)").error == .divisionByZero)
        #expect(try self.result("share(1 / x, 2, 1 / 0)").unknowns == ["x"])
    }

    @Test("equal branches settle nothing where a call may fail")
    func canFail() throws {
        #expect(try self.result("share(x, 1, z) > 0 ? 3 : 3").unknowns == ["x", "z"])
        #expect(try self.result("at_least(x, m, 1) ? 3 : 3").unknowns == ["x", "m"])
        #expect(try self.result("at_least(x, m, 1) || true").value.asBool == true)
    }

    // MARK: - Types

    @Test(
        "arguments of other types are no calls",
        arguments: [
            "share(x, y)", "share(x, y, m)", "share(x, m, y)", "share()", "at_least(x, y, z)", "at_least(x, m)",
            "at_most(m, m, m)", "x.at_least(m, y)", "x.share(y, z)", "percent(m, m)",
        ]
    )
    func types(_ text: String) {
        #expect(Self.environment.diagnostics(text).map(\.code) == ["GRD-CEL-023"])
    }

    @Test("arguments of an open type are checked at evaluation")
    func openTypes() throws {
        #expect(try self.result("share(dyn(x), y, dyn(z))", 10, 2, 3).value.asInt == 6)
        #expect(try self.result("share(dyn(m), y, z)", nil, 2, 3, m: "1").error == .noSuchOverload)
        #expect(try self.result("at_least(x, dyn(m), y)", 5, 2, m: "5/2").value.asBool == true)
        #expect(try self.result("at_least(x, dyn(y), y)", 5, 2).error == .noSuchOverload)
        #expect(try self.result("share(dyn(x), y, z)", nil, 1, 1).unknowns == ["x"])
    }
}
