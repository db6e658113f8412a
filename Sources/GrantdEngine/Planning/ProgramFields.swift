//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdPolicy

/// Which facts of a measure its programs read, by their paths on the wire.
struct ProgramFields {
    private let measure: Measure
    /// By name of a definition, the paths that it reads.
    private var definitions: [String: [String]] = [:]
    /// The definitions that read the earlier awards.
    private var awardDefinitions: Set<String> = []

    init(_ measure: Measure) {
        self.measure = measure
        for definition in measure.definitions {
            self.definitions[definition.name] = self.paths(of: definition.program)
            if self.readAwards([definition.program]) { self.awardDefinitions.insert(definition.name) }
        }
    }

    /// Whether programs read the earlier awards, by themselves or through their definitions.
    func readAwards(_ programs: [Program]) -> Bool {
        programs.contains { program in
            program.references.contains { reference in
                reference.input == ProgramInputs.priorAwards
                    || self.awardDefinitions.contains(String(reference.path.prefix { $0 != "." && $0 != "[" }))
            }
        }
    }

    /// The indices of the facts that programs read, each once, in the order of the text; a field of a list's entries
    /// counts as the list.
    func facts(of programs: [Program]) -> [Int] {
        var indices: [Int] = []
        for path in programs.flatMap({ self.paths(of: $0) }) {
            let whole = Self.list(of: path) ?? path
            guard let index = self.measure.facts.firstIndex(where: { $0.wirePath == whole }) else { continue }
            if !indices.contains(index) { indices.append(index) }
        }
        return indices
    }

    /// The field that an error of a program names: the list that it sums, else the first sum of money, else the first
    /// fact.
    func errorField(of program: Program) -> String {
        let paths = self.paths(of: program)
        if let list = paths.lazy.compactMap({ Self.list(of: $0) }).first { return list }
        return paths.first { $0.hasSuffix("_fen") } ?? paths.first ?? "facts"
    }

    /// The paths on the wire that a program reads, through its definitions.
    private func paths(of program: Program) -> [String] {
        var paths: [String] = []
        for reference in program.references {
            let path = reference.path
            let root = String(path.prefix { $0 != "." && $0 != "[" })
            switch root {
            case "facts":
                guard path.count > root.count else { continue }
                paths.append(self.measure.factsField + path.dropFirst(root.count))
            case "applicant":
                paths.append(path)
            default:
                paths += self.definitions[root] ?? []
            }
        }
        return paths
    }

    private static func list(of path: String) -> String? {
        path.firstIndex(of: "[").map { String(path[..<$0]) }
    }
}
