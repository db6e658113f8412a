//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import Testing

/// Fields read from memory that is laid out like C structs.
struct HostMemoryTests {
    /// What an expression gives on these facts, and what it waits for.
    private func result(
        _ text: String,
        _ change: (inout HostMemory.Facts) -> Void = { _ in },
        name: String? = nil,
        day: String? = nil,
        kind: Int32? = nil,
        deals: [HostMemory.Deal?] = []
    ) throws -> (value: Value, unknowns: [String], text: String?) {
        let program = try #require(HostMemory.environment.program(text), "\(HostMemory.environment.diagnostics(text))")
        let workspace = Workspace()
        var facts = HostMemory.Facts()
        var name = Array((name ?? "").utf8) + [0]
        // NULs up to a multiple of eight bytes.
        var day = Array((day ?? "").utf8) + [UInt8](repeating: 0, count: 8 - (day ?? "").utf8.count % 8)
        var applicant = HostMemory.Applicant(hasKind: kind == nil ? 0 : 1, kind: kind ?? 0)
        let room = UnsafeMutablePointer<HostMemory.Deal>.allocate(capacity: max(1, deals.count))
        let pointers = UnsafeMutablePointer<UInt>.allocate(capacity: max(1, deals.count))
        defer {
            room.deallocate()
            pointers.deallocate()
        }
        for (index, deal) in deals.enumerated() {
            (room + index).initialize(to: deal ?? HostMemory.Deal())
            pointers[index] = deal == nil ? 0 : UInt(bitPattern: room + index)
        }
        let (hasName, hasDay, hasKind) = (name.count > 1, day[0] != 0, kind != nil)
        return name.withUnsafeMutableBytes { name in
            day.withUnsafeMutableBytes { day in
                withUnsafeMutablePointer(to: &applicant) { applicant in
                    facts.name = hasName ? UInt(bitPattern: name.baseAddress) : 0
                    facts.day = hasDay ? UInt(bitPattern: day.baseAddress) : 0
                    facts.applicant = hasKind ? UInt(bitPattern: applicant) : 0
                    facts.dealCount = deals.count
                    facts.deals = deals.isEmpty ? 0 : UInt(bitPattern: pointers)
                    change(&facts)
                    return withUnsafePointer(to: &facts) { facts in
                        let today = CivilDate("2025-06-15")?.days ?? 0
                        let value = program.run([.record(UnsafeRawPointer(facts)), .date(days: today)], workspace)
                        let unknowns = workspace.unknowns(of: value)
                        return (value, unknowns.map { $0.description(inputNames: ["facts", "as_of"]) }, value.asString)
                    }
                }
            }
        }
    }

    @Test("set fields are read, unset ones are unknown by their path", arguments: ["flag", "!facts.flag"])
    func bools(_ text: String) throws {
        let text = text == "flag" ? "facts.flag" : text
        let unset = try self.result(text)
        #expect(unset.value.isUnknown)
        #expect(unset.unknowns == ["facts.flag"])
        let expected = text == "facts.flag"
        #expect(
            try self.result(text) {
                $0.hasFlag = 1
                $0.flag = 1
            }.value.asBool == expected
        )
        #expect(try self.result(text) { $0.hasFlag = 1 }.value.asBool == !expected)
    }

    @Test("integers of both widths keep their sign")
    func integers() throws {
        let small = try self.result("facts.small + 1") {
            $0.hasSmall = 1
            $0.small = -5
        }
        #expect(small.value.asInt == -4)
        let large = try self.result("facts.amount") {
            $0.hasAmount = 1
            $0.amount = .min
        }
        #expect(large.value.asInt == .min)
        #expect(try self.result("facts.always") { $0.always = 7 }.value.asInt == 7)
        #expect(try self.result("facts.amount + facts.small").unknowns == ["facts.amount", "facts.small"])
    }

    @Test("a comparison with a constant is the same on either side")
    func comparisons() throws {
        for (text, expected) in [
            ("facts.amount > 9", true), ("9 < facts.amount", true), ("facts.amount <= 9", false),
            ("10 == facts.amount", true), ("facts.amount != 10", false), ("11 > facts.amount", true),
            ("10 >= facts.amount", true), ("facts.amount < 10", false),
        ] {
            let result = try self.result(text) {
                $0.hasAmount = 1
                $0.amount = 10
            }
            #expect(result.value.asBool == expected, "\(text)")
            #expect(try self.result(text).unknowns == ["facts.amount"], "\(text)")
        }
    }

    @Test("text and dates end at their NUL")
    func text() throws {
        #expect(try self.result("facts.name == '北京'", name: "北京").value.asBool == true)
        #expect(try self.result("size(facts.name)", name: "北京").value.asInt == 2)
        #expect(try self.result("facts.name").unknowns == ["facts.name"])
        #expect(try self.result("facts.day >= years_before(as_of, 3)", day: "2022-06-15").value.asBool == true)
        #expect(try self.result("facts.day >= years_before(as_of, 3)", day: "2022-06-14").value.asBool == false)
        #expect(try self.result("facts.day > as_of").unknowns == ["facts.day"])
        for bad in ["2022-06-31", "2022-06-1", "2022-06-011", "x", "2022/06/01"] {
            #expect(try self.result("facts.day > as_of", day: bad).value.isError, "\(bad)")
        }
    }

    @Test("enumerations compare with their constants, in a set too")
    func enumerations() throws {
        let text = "facts.applicant.kind == g.Applicant.Kind.UNIVERSITY"
        #expect(try self.result(text, kind: 2).value.asBool == true)
        #expect(try self.result(text, kind: 70).value.asBool == false)
        #expect(try self.result(text).unknowns == ["facts.applicant.kind"])
        let set = "facts.applicant.kind in [Applicant.Kind.UNIVERSITY, Applicant.Kind.NONE]"
        #expect(try self.result(set, kind: 0).value.asBool == true)
        #expect(try self.result(set, kind: 70).value.asBool == false)
        #expect(try self.result(set, kind: -1).value.asBool == false)
        let large = "facts.applicant.kind in [Applicant.Kind.BIG]"
        #expect(try self.result(large, kind: 70).value.asBool == true)
        #expect(try self.result("facts.applicant.kind", kind: 70).value.asEnum == 70)
    }

    @Test("has() is known for a known record and unknown for an unknown one")
    func presence() throws {
        #expect(try self.result("has(facts.flag)").value.asBool == false)
        #expect(try self.result("has(facts.flag)") { $0.hasFlag = 1 }.value.asBool == true)
        #expect(try self.result("has(facts.name)", name: "x").value.asBool == true)
        #expect(try self.result("has(facts.name)").value.asBool == false)
        #expect(try self.result("has(facts.day)").value.asBool == false)
        #expect(try self.result("has(facts.applicant)").value.asBool == false)
        #expect(try self.result("has(facts.deals)").value.asBool == false)
        #expect(try self.result("has(facts.deals)", deals: [.init()]).value.asBool == true)
        #expect(try self.result("has(facts.always)").value.asBool == true)
        #expect(try self.result("has(facts.applicant.kind)").unknowns == ["facts.applicant.kind"])
    }

    @Test("lists of records: an empty one is unset, elements carry their index")
    func lists() throws {
        let valid = HostMemory.Deal(hasValid: 1, valid: 1, hasAmount: 1, amount: 30)
        let unset = HostMemory.Deal(hasValid: 1, valid: 1)
        let open = HostMemory.Deal()
        #expect(try self.result("size(facts.deals)").unknowns == ["facts.deals"])
        #expect(try self.result("facts.deals.all(d, d.valid)").unknowns == ["facts.deals"])
        #expect(try self.result("size(facts.deals)", deals: [valid, open]).value.asInt == 2)
        #expect(try self.result("facts.deals.all(d, d.valid)", deals: [valid, valid]).value.asBool == true)
        #expect(try self.result("facts.deals.exists(d, d.valid)", deals: [open, valid]).value.asBool == true)
        #expect(
            try self.result("facts.deals.all(d, d.valid)", deals: [valid, open]).unknowns == ["facts.deals[1].valid"]
        )
        #expect(try self.result("facts.deals[1].amount", deals: [valid, unset]).unknowns == ["facts.deals[1].amount"])
        #expect(try self.result("facts.deals[0].amount", deals: [valid, unset]).value.asInt == 30)
        #expect(try self.result("facts.deals[2].amount", deals: [valid, unset]).value.isError)
        #expect(
            try self.result("facts.deals.all(d, d.valid)", deals: [valid, nil]).unknowns == ["facts.deals[1].valid"]
        )
    }

    @Test("a sum over filtered records asks for membership and amount, and for nothing of what is filtered out")
    func sums() throws {
        let text = "sum(facts.deals.filter(d, d.valid).map(d, d.amount))"
        let valid = HostMemory.Deal(hasValid: 1, valid: 1, hasAmount: 1, amount: 30)
        let invalid = HostMemory.Deal(hasValid: 1, valid: 0)
        #expect(try self.result(text, deals: [valid, invalid, valid]).value.asInt == 60)
        let open = try self.result(text, deals: [valid, invalid, HostMemory.Deal()])
        #expect(open.unknowns == ["facts.deals[2].valid", "facts.deals[2].amount"])
        let overflow = HostMemory.Deal(hasValid: 1, valid: 1, hasAmount: 1, amount: .max)
        #expect(try self.result(text, deals: [valid, overflow]).value.isError)
    }

    @Test("an unknown condition between two records asks for both fields")
    func choices() throws {
        let first = HostMemory.Deal(hasValid: 1, valid: 1, hasAmount: 0, amount: 0)
        let result = try self.result("(facts.flag ? facts.deals[0] : facts.deals[1]).amount", deals: [first, first])
        #expect(result.unknowns == ["facts.flag", "facts.deals[0].amount", "facts.deals[1].amount"])
    }

    @Test("an unset record makes its field unknown by the field's own path")
    func unsetInput() throws {
        let program = try #require(
            HostMemory.environment.program("facts.flag && facts.applicant.kind == Applicant.Kind.NONE")
        )
        let workspace = Workspace()
        let value = program.run([.unset, .unset], workspace)
        let unknowns = workspace.unknowns(of: value).map { $0.description(inputNames: ["facts", "as_of"]) }
        #expect(unknowns == ["facts.flag", "facts.applicant.kind"])
        #expect(workspace.isWaiting(value))
    }

    @Test("an unset element of an input list is unknown by its index")
    func unsetElement() throws {
        let environment = Environment(variables: [("l", .list(.int))])
        let workspace = Workspace()
        let list = workspace.list([.int(1), .unset, .int(3)])
        let sum = try #require(environment.program("sum(l)")).run([list], workspace)
        #expect(workspace.unknowns(of: sum) == [AttributePath(input: 0, steps: [.index(1)])])
        #expect(try #require(environment.program("l[2]")).run([list], workspace).asInt == 3)
        #expect(try #require(environment.program("3 in l")).run([list], workspace).asBool == true)
    }

    @Test("the same attribute is listed once, and its reference leads back to the input")
    func references() throws {
        let program = try #require(HostMemory.environment.program("facts.amount > 1 && facts.amount < 9 && facts.flag"))
        let workspace = Workspace()
        var facts = HostMemory.Facts()
        withUnsafePointer(to: &facts) { pointer in
            let value = program.run([.record(UnsafeRawPointer(pointer)), .unset], workspace)
            var seen: [AttributeReference] = []
            workspace.forEachUnknown(of: value) { seen.append($0) }
            #expect(seen.map(\.step) == [.field(2), .field(0)])
            #expect(seen.map { $0.parent?.step } == [.input(0), .input(0)])
            #expect(seen.map { $0.path.steps } == [[.field(HostMemory.facts, 2)], [.field(HostMemory.facts, 0)]])
            #expect(seen.first?.parent?.parent == nil)
        }
    }
}

extension AttributeReference: Equatable {
    static func == (first: AttributeReference, second: AttributeReference) -> Bool { first.path == second.path }
}
