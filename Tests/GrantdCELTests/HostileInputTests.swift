//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import Testing

/// Text that means harm ends soon, with a diagnostic or an error value.
struct HostileInputTests {
    static let environment = Environment(variables: [("l", .list(.int)), ("x", .int), ("s", .string), ("b", .bool)])

    @Test("what nests too deep or is too long is refused")
    func nesting() {
        let many = 5_000
        func times(_ text: String, _ count: Int = many) -> String { String(repeating: text, count: count) }
        let texts = [
            times("(") + "1" + times(")"), times("("), times("[") + times("]"), times("["), times("{"),
            times("!") + "true",
            times("-") + "x", times("x["), times("b ? b : "), times("b ? (") + "b", times("size("), times("l.map(x, "),
            times("has("), times("x.", 40_000) + "x", times("x.y()."), times("-(") + "1", times("{1:"), times("[1,["),
            "x" + times(" + x"), "s" + times("+s"), "x" + times(" < x"), times("(b &&"),
            times(".a", 300).dropFirst() + "",
            "'" + times("\\"), times("r'"), times("\"\"\""), "// " + times("x"), times("!-"), times("\u{0}"),
            times("💥", 1000),
            times("1", 100_000), "0x" + times("f", 1000), times("a", 99_000), times("'a' + ", 15_000) + "'a'",
        ].map { String($0) }
        for text in texts {
            let diagnostics = Self.environment.diagnostics(text)
            #expect(!diagnostics.isEmpty, "\(text.prefix(20)) compiles")
            #expect(diagnostics.allSatisfy { $0.description.count < 2_000 })
        }
        #expect(Self.environment.diagnostics(times("(", 100_000)).first?.code == "GRD-CEL-012")
        #expect(Self.environment.diagnostics(times(" ", 100_001) + "1").first?.code == "GRD-CEL-001")
    }

    @Test("long chains of && and || are flat and therefore fine")
    func chains() throws {
        let text = "b" + String(repeating: " && b", count: 10_000)
        let program = try #require(Self.environment.program(text))
        #expect(program.run([.unset, .unset, .unset, .bool(true)], Workspace()).asBool == true)
        #expect(program.run([.unset, .unset, .unset, .bool(false)], Workspace()).asBool == false)
        let workspace = Workspace()
        let open = program.run([.unset, .unset, .unset, .unset], workspace)
        #expect(workspace.unknowns(of: open) == [AttributePath(input: 3, steps: [])])
    }

    @Test("macros inside macros are refused by their cost")
    func costBombs() {
        for text in [
            "l.map(x, l.map(y, x * y)).size() > 0", "l.all(x, l.all(y, l.all(z, x > y)))",
            "[l, l, l].all(a, a.all(b, a.all(c, b > c)))", "(l + l).exists(x, x in l)",
        ] {
            #expect(Self.environment.diagnostics(text).first?.code == "GRD-CEL-040", "\(text)")
        }
        let deep = "[1].map(a, [1].map(b, [1].map(c, [1].map(d, [1].map(e, 1)))))"
        #expect(Self.environment.diagnostics(deep).first?.code == "GRD-CEL-015")
    }

    @Test("an evaluation ends at its budget and at its memory")
    func limits() throws {
        var limits = Limits.defaults
        limits.staticCost = .max
        let numbers = (0..<100).map { Value.int($0) }
        let environment = Environment(variables: [("l", .list(.int))], limits: limits)
        let workspace = Workspace(budget: 1_000)
        for text in [
            "l.all(x, l.all(y, x + y >= 0))", "l.map(x, l.map(y, y)).size() > 0",
            "l.exists_one(x, l.filter(y, y > 0) == [])",
        ] {
            workspace.reset()
            let program = try #require(environment.program(text))
            #expect(!program.run([workspace.list(Array(numbers.prefix(9)))], workspace).isError, "\(text)")
            let value = program.run([workspace.list(numbers)], workspace)
            #expect(workspace.error(of: value)?.code == .costExceeded, "\(text)")
            // What was spent stays spent, whatever is forgotten.
            workspace.forget()
            let next = program.run([workspace.list([])], workspace)
            #expect(workspace.error(of: next)?.code == .costExceeded, "\(text)")
        }
        let small = Workspace(memoryLimit: 64 * 1024, budget: .max)
        let short = small.list(Array(numbers.prefix(60)))
        let text = "l.map(a, l.map(b, l.map(c, l.map(d, a + d))))"
        let value = try #require(environment.program(text)).run([short], small)
        #expect(small.error(of: value)?.code == .memoryExceeded)
        // The workspace is as good as new after a reset.
        small.reset()
        let again = try #require(environment.program("l.map(a, a + 1).size()")).run(
            [small.list(Array(numbers.prefix(9)))],
            small
        )
        #expect(again.asInt == 9)
    }

    @Test("an evaluation that nobody waits for any more is given up at its next checkpoint")
    func cancellation() throws {
        var limits = Limits.defaults
        limits.staticCost = .max
        let environment = Environment(variables: [("l", .list(.int))], limits: limits)
        let program = try #require(environment.program("l.all(x, l.exists(y, x == y))"))
        let workspace = Workspace(budget: 10_000_000)
        let numbers = (0..<1_000).map { Value.int($0) }
        var questions = 0
        workspace.isCancelled = {
            questions += 1
            return questions > 3
        }
        let value = program.run([workspace.list(numbers)], workspace)
        #expect(workspace.error(of: value)?.code == .cancelled)
        // Three times in vain, then by the inner list, and by the outer one before it goes on.
        #expect(questions == 5)
        let next = program.run([workspace.list([])], workspace)
        #expect(workspace.error(of: next)?.code == .cancelled)
        workspace.isCancelled = { false }
        workspace.reset()
        #expect(program.run([workspace.list(numbers)], workspace).asBool == true)
    }

    @Test("unknowns beyond the memory are an error and not a shorter ask-list")
    func unknownsBeyondMemory() throws {
        let deal = HostMemory.deal
        let facts = RecordType(
            name: "F",
            fields: [.init(name: "deals", type: .list(.record(deal)), storage: .recordList(count: 0, elements: 8))]
        )
        let environment = Environment(variables: [("f", .record(facts)), ("b", .bool)])
        let program = try #require(environment.program("f.deals.all(d, d.valid || d.amount > 3)"))
        let sum = environment.program("sum(f.deals.filter(d, d.valid).map(d, d.amount))")
        let either = environment.program("b || f.deals.all(d, d.valid || d.amount > 3)")
        let count = 10_000
        var open = HostMemory.Deal()
        withUnsafeMutablePointer(to: &open) { open in
            let pointers = UnsafeMutablePointer<UInt>.allocate(capacity: count)
            pointers.initialize(repeating: UInt(bitPattern: open), count: count)
            defer { pointers.deallocate() }
            var memory = (count, UInt(bitPattern: pointers))
            withUnsafePointer(to: &memory) { memory in
                let small = Workspace(memoryLimit: 64 * 1024)
                let refused = program.run([.record(UnsafeRawPointer(memory))], small)
                #expect(small.error(of: refused)?.code == .memoryExceeded)
                // The default is enough for the longest list that a request may hold, with nothing in it known.
                let large = Workspace()
                let value = program.run([.record(UnsafeRawPointer(memory))], large)
                #expect(large.unknowns(of: value).count == 2 * count)
                let summed = sum?.run([.record(UnsafeRawPointer(memory))], large) ?? .null
                #expect(large.unknowns(of: summed).count == 2 * count)
                // What is short of memory is no ask-list even where another operand is unknown too.
                let mixed = either?.run([.record(UnsafeRawPointer(memory)), .unset], small) ?? .null
                #expect(small.error(of: mixed)?.code == .memoryExceeded)
            }
        }
    }

    @Test("random bytes and random cuts of good text never trap")
    func noise() {
        var generator = ExpressionGenerator(seed: 99)
        let alphabet = Array("ablsx0123456789.,()[]{}!?:&|=<>+-*/%'\"\\ \n_".utf8) + [0, 0x80, 0xC3, 0xE4, 0xF0, 0xFF]
        var compiled = 0
        for round in 0..<3_000 {
            var bytes: [UInt8]
            if round % 2 == 0 {
                bytes = (0..<generator.below(40)).map { _ in alphabet[generator.below(alphabet.count)] }
            } else {
                bytes = Array(generator.bool(3).utf8)
                for _ in 0..<(1 + generator.below(3)) where !bytes.isEmpty {
                    bytes[generator.below(bytes.count)] = alphabet[generator.below(alphabet.count)]
                }
            }
            for environment in [Self.environment, Environment(variables: [("x", .int)], checking: .none)] {
                guard let program = environment.program(String(decoding: bytes, as: UTF8.self)) else { continue }
                compiled += 1
                _ = program.run([.unset, .int(3), .unset, .bool(true)], Workspace())
            }
        }
        #expect(compiled > 100)
    }

    @Test("numbers at their ends are errors, not traps")
    func numbers() throws {
        let ends: [Int64] = [.min, .min + 1, -1, 0, 1, .max]
        let environment = Environment(variables: [("x", .int), ("y", .int)])
        for operation in [
            "x + y", "x - y", "x * y", "x / y", "x % y", "-x", "sum([x, y])", "percent(x, '999999.999999%')",
        ] {
            let program = try #require(environment.program(operation))
            for x in ends {
                for y in ends {
                    let value = program.run([.int(x), .int(y)], Workspace())
                    #expect(value.isError || value.asInt != nil)
                }
            }
        }
        let workspace = Workspace()
        let value = try #require(environment.program("x / y")).run([.int(.min), .int(-1)], workspace)
        #expect(workspace.error(of: value)?.code == .overflow)
    }
}
