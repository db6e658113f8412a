//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import Testing

/// Repeated fields of an enumeration, read from memory that is laid out as a C library would.
struct EnumerationListTests {
    struct Site {
        var kindCount: Int = 0
        var kinds: UInt = 0
    }

    struct Facts {
        var hasFlag: Int32 = 0
        var flag: Int32 = 0
        var hasMain: Int32 = 0
        var main: Int32 = 0
        var kindCount: Int = 0
        var kinds: UInt = 0
        var siteCount: Int = 0
        var sites: UInt = 0
    }

    private static let site = RecordType(
        name: "g.Site",
        fields: [
            .init(
                name: "kinds",
                type: .list(.enumeration(HostMemory.kind)),
                storage: .enumerationList(
                    count: HostMemory.offset(\Site.kindCount),
                    elements: HostMemory.offset(\Site.kinds)
                )
            )
        ]
    )
    private static let facts = RecordType(
        name: "g.Facts",
        fields: [
            .init(
                name: "flag",
                type: .bool,
                storage: .bool32(
                    offset: HostMemory.offset(\Facts.flag),
                    presence: .flag32(offset: HostMemory.offset(\Facts.hasFlag))
                )
            ),
            .init(
                name: "main",
                type: .enumeration(HostMemory.kind),
                storage: .enumeration32(
                    offset: HostMemory.offset(\Facts.main),
                    presence: .flag32(offset: HostMemory.offset(\Facts.hasMain))
                )
            ),
            .init(
                name: "kinds",
                type: .list(.enumeration(HostMemory.kind)),
                storage: .enumerationList(
                    count: HostMemory.offset(\Facts.kindCount),
                    elements: HostMemory.offset(\Facts.kinds)
                )
            ),
            .init(
                name: "sites",
                type: .list(.record(site)),
                storage: .recordList(
                    count: HostMemory.offset(\Facts.siteCount),
                    elements: HostMemory.offset(\Facts.sites)
                )
            ),
        ]
    )
    /// With short lists, so that one may be gone over inside another.
    static let environment = Environment(
        container: "g.Facts",
        variables: [("facts", .record(facts))],
        limits: Limits(listLength: 50)
    )

    private struct Outcome {
        let value: Value
        let error: EvaluationError.Code?
        let unknowns: [String]
        /// The numbers of a list that is the result.
        let numbers: [Int32]
    }

    private func result(
        _ text: String,
        kinds: [Int32] = [],
        main: Int32? = nil,
        flag: Bool? = nil,
        sites: [[Int32]] = [],
        _ change: (inout Facts) -> Void = { _ in }
    ) throws -> Outcome {
        let program = try #require(Self.environment.program(text), "\(Self.environment.diagnostics(text))")
        let workspace = Workspace()
        // All numbers one behind the other: first those of the facts, then those of each site.
        let all = kinds + sites.flatMap { $0 }
        let numbers = UnsafeMutablePointer<Int32>.allocate(capacity: max(1, all.count))
        let records = UnsafeMutablePointer<Site>.allocate(capacity: max(1, sites.count))
        let pointers = UnsafeMutablePointer<UInt>.allocate(capacity: max(1, sites.count))
        defer {
            numbers.deallocate()
            records.deallocate()
            pointers.deallocate()
        }
        for (index, number) in all.enumerated() { (numbers + index).initialize(to: number) }
        var place = numbers + kinds.count
        for (index, site) in sites.enumerated() {
            let start = site.isEmpty ? 0 : UInt(bitPattern: place)
            (records + index).initialize(to: Site(kindCount: site.count, kinds: start))
            (pointers + index).initialize(to: UInt(bitPattern: records + index))
            place += site.count
        }
        var facts = Facts(
            hasFlag: flag == nil ? 0 : 1,
            flag: flag == true ? 1 : 0,
            hasMain: main == nil ? 0 : 1,
            main: main ?? 0,
            kindCount: kinds.count,
            kinds: kinds.isEmpty ? 0 : UInt(bitPattern: numbers),
            siteCount: sites.count,
            sites: sites.isEmpty ? 0 : UInt(bitPattern: pointers)
        )
        change(&facts)
        return withUnsafePointer(to: &facts) { pointer in
            let value = program.run([.record(UnsafeRawPointer(pointer))], workspace)
            return Outcome(
                value: value,
                error: workspace.error(of: value)?.code,
                unknowns: workspace.unknowns(of: value).map { $0.description(inputNames: ["facts"]) },
                numbers: (0..<value.listCount).compactMap { workspace.element(of: value, at: $0)?.asEnum }
            )
        }
    }

    @Test("a list of an enumeration is one like any other")
    func lists() throws {
        let kinds: [Int32] = [2, 70, 0]
        for (text, expected) in [
            ("facts.kinds.exists(k, k == Applicant.Kind.BIG)", true),
            ("facts.kinds.exists(k, k in [Applicant.Kind.BIG])", true),
            ("facts.kinds.all(k, k != Applicant.Kind.BIG)", false),
            ("facts.kinds.all(k, k in [Applicant.Kind.BIG, Applicant.Kind.NONE, Applicant.Kind.UNIVERSITY])", true),
            ("facts.kinds.exists_one(k, k == Applicant.Kind.UNIVERSITY)", true),
            ("Applicant.Kind.UNIVERSITY in facts.kinds", true), ("size(facts.kinds) == 3", true),
            ("facts.kinds.size() == 3", true), ("facts.kinds[1] == Applicant.Kind.BIG", true),
            ("facts.kinds == [Applicant.Kind.UNIVERSITY, Applicant.Kind.BIG, Applicant.Kind.NONE]", true),
            ("facts.kinds == [Applicant.Kind.BIG, Applicant.Kind.UNIVERSITY, Applicant.Kind.NONE]", false),
            ("facts.kinds != [Applicant.Kind.UNIVERSITY]", true),
            ("size(facts.kinds.filter(k, k != Applicant.Kind.NONE)) == 2", true),
            ("sum(facts.kinds.map(k, k == Applicant.Kind.NONE ? 1 : 10)) == 21", true),
            ("size(facts.kinds + [Applicant.Kind.BIG]) == 4", true),
            ("facts.kinds.all(k, k in facts.kinds)", true),
        ] {
            #expect(try self.result(text, kinds: kinds).value.asBool == expected, "\(text)")
        }
        #expect(try self.result("facts.kinds[3]", kinds: kinds).error == .indexOutOfBounds)
        #expect(try self.result("facts.kinds[-1]", kinds: kinds).error == .indexOutOfBounds)
    }

    @Test("numbers come as they lie there, repeated and unheard of ones too")
    func numbers() throws {
        let kinds: [Int32] = [2, 2, -1, 99, .min, .max, 70]
        #expect(try self.result("facts.kinds", kinds: kinds).numbers == kinds)
        #expect(try self.result("facts.kinds[4]", kinds: kinds).value.asEnum == .min)
        let filtered = try self.result("facts.kinds.filter(k, k == Applicant.Kind.UNIVERSITY)", kinds: kinds)
        #expect(filtered.numbers == [2, 2])
        #expect(
            try self.result("facts.kinds.filter(k, k in [Applicant.Kind.UNIVERSITY])", kinds: kinds).numbers == [2, 2]
        )
        #expect(try self.result("facts.kinds.filter(k, k == Applicant.Kind.NONE)", kinds: kinds).numbers == [])
        let one = "facts.kinds.exists_one(k, k == Applicant.Kind.UNIVERSITY)"
        #expect(try self.result(one, kinds: kinds).value.asBool == false)
        #expect(try self.result("Applicant.Kind.NONE in facts.kinds", kinds: kinds).value.asBool == false)
    }

    @Test(
        "an empty list is unset, and unknown by its path",
        arguments: [
            "facts.kinds", "facts.kinds.exists(k, k == Applicant.Kind.BIG)", "size(facts.kinds)", "facts.kinds[0]",
            "facts.kinds.all(k, k != Applicant.Kind.BIG)", "Applicant.Kind.BIG in facts.kinds",
            "facts.kinds.filter(k, k == Applicant.Kind.BIG)",
            "size(facts.kinds.filter(k, k == Applicant.Kind.BIG)) > 0", "facts.kinds == [Applicant.Kind.BIG]",
            "facts.kinds.exists_one(k, k == Applicant.Kind.BIG)", "facts.kinds.map(k, k == Applicant.Kind.BIG)",
            "facts.kinds + [Applicant.Kind.BIG]",
        ]
    )
    func unset(_ text: String) throws {
        #expect(try self.result(text).unknowns == ["facts.kinds"])
        // Of a list there may be a count and no elements, and elements and no count.
        #expect(try self.result(text) { $0.kindCount = 3 }.unknowns == ["facts.kinds"])
        #expect(try self.result(text, kinds: [70]) { $0.kindCount = 0 }.unknowns == ["facts.kinds"])
    }

    @Test("an unset fact beside the list is asked for, and the list where it is unset")
    func beside() throws {
        let text = "facts.main in facts.kinds"
        #expect(try self.result(text, kinds: [2, 70], main: 70).value.asBool == true)
        #expect(try self.result(text, kinds: [2, 70], main: 0).value.asBool == false)
        #expect(try self.result(text, kinds: [2, 70]).unknowns == ["facts.main"])
        #expect(try self.result(text, main: 70).unknowns == ["facts.kinds"])
        #expect(try self.result(text).unknowns == ["facts.main", "facts.kinds"])
        let any = "facts.kinds.exists(k, k == facts.main || k == Applicant.Kind.BIG)"
        #expect(try self.result(any, kinds: [2, 70]).value.asBool == true)
        #expect(try self.result(any, kinds: [2, 0]).unknowns == ["facts.main"])
        let some = "facts.kinds.filter(k, k == facts.main || k == Applicant.Kind.BIG)"
        #expect(try self.result("size(\(some))", kinds: [70, 70]).value.asInt == 2)
        #expect(try self.result("size(\(some))", kinds: [70, 2]).unknowns == ["facts.main"])
    }

    @Test("has() knows whether the list has elements")
    func presence() throws {
        #expect(try self.result("has(facts.kinds)").value.asBool == false)
        #expect(try self.result("has(facts.kinds)", kinds: [0]).value.asBool == true)
        #expect(try self.result("has(facts.kinds) && Applicant.Kind.BIG in facts.kinds").value.asBool == false)
        #expect(try self.result("has(facts.sites[1].kinds)", sites: [[2], []]).value.asBool == false)
        #expect(try self.result("has(facts.sites[0].kinds)", sites: [[2], []]).value.asBool == true)
        #expect(try self.result("has(facts.sites[0].kinds)").unknowns == ["facts.sites"])
        let program = try #require(Self.environment.program("has(facts.kinds)"))
        let workspace = Workspace()
        #expect(workspace.unknowns(of: program.run([.unset], workspace)).count == 1)
    }

    @Test("lists within records within lists are asked for by their index")
    func nested() throws {
        let text = "facts.sites.all(s, Applicant.Kind.BIG in s.kinds)"
        #expect(try self.result(text, sites: [[70], [2, 70]]).value.asBool == true)
        #expect(try self.result(text, sites: [[70], []]).unknowns == ["facts.sites[1].kinds"])
        #expect(try self.result(text, sites: [[2], []]).value.asBool == false)
        #expect(try self.result(text).unknowns == ["facts.sites"])
        let within = "facts.sites.exists(s, s.kinds.all(k, k in facts.kinds))"
        #expect(try self.result(within, kinds: [70], sites: [[2], [70, 70]]).value.asBool == true)
        #expect(try self.result(within, kinds: [70], sites: [[2], [70, 0]]).value.asBool == false)
        #expect(
            try self.result(within, kinds: [70], sites: [[], [2], []]).unknowns
                == ["facts.sites[0].kinds", "facts.sites[2].kinds"]
        )
    }

    @Test("an unknown condition between two lists asks for both where they are unset")
    func choices() throws {
        let lists = "(facts.flag ? facts.kinds : facts.sites[0].kinds).exists(k, k == Applicant.Kind.BIG)"
        #expect(try self.result(lists, kinds: [2], sites: [[70]]).unknowns == ["facts.flag"])
        #expect(try self.result(lists, kinds: [2], flag: false, sites: [[70]]).value.asBool == true)
        let open = try self.result(lists, sites: [[]]).unknowns
        #expect(Set(open) == ["facts.flag", "facts.kinds", "facts.sites[0].kinds"])
        let records = "(facts.flag ? facts.sites[0] : facts.sites[1]).kinds.exists(k, k == Applicant.Kind.BIG)"
        #expect(try self.result(records, flag: true, sites: [[70], []]).value.asBool == true)
        let half = try self.result(records, sites: [[2], []]).unknowns
        #expect(Set(half) == ["facts.flag", "facts.sites[1].kinds"])
    }

    @Test("long lists are read, and those beyond all memory are an error")
    func long() throws {
        let kinds = [Int32](repeating: 2, count: 9_999) + [70]
        #expect(try self.result("size(facts.kinds)", kinds: kinds).value.asInt == 10_000)
        #expect(try self.result("facts.kinds.exists(k, k == Applicant.Kind.BIG)", kinds: kinds).value.asBool == true)
        let found = try self.result("size(facts.kinds)", kinds: [2]) { $0.kindCount = Int(Int32.max) + 1 }
        #expect(found.error == .memoryExceeded)
    }

    @Test(
        "elements are of their enumeration only",
        arguments: [
            "facts.kinds.exists(k, k == 2)", "2 in facts.kinds", "facts.kinds[0] < Applicant.Kind.BIG",
            "facts.kinds == [2]", "sum(facts.kinds)", "facts.kinds.exists(k, k.name == 'BIG')",
        ]
    )
    func types(_ text: String) {
        #expect(["GRD-CEL-022", "GRD-CEL-023"].contains(Self.environment.diagnostics(text).first?.code))
    }

    @Test("the static cost counts the list at its longest")
    func cost() throws {
        let environment = Environment(container: "g.Facts", variables: [("facts", .record(Self.facts))])
        let program = try #require(environment.program("facts.kinds.all(k, k == Applicant.Kind.BIG)"))
        #expect(program.cost.maximum >= 20_000)
        let squared = "facts.sites.all(s, s.kinds.all(k, k == Applicant.Kind.BIG))"
        #expect(environment.diagnostics(squared).map(\.code) == ["GRD-CEL-040"])
    }
}
