//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

/// The figures that a part of a policy file may name: those of the programme, or with those of a measure over them.
struct Figures {
    /// More are not taken at one place: each stands in the environment of every measure.
    static let most = 200

    private(set) var byName: [String: NamedFigure] = [:]
    /// Shared by all readers of the file.
    let uses = FigureUses()

    /// The figure of a name; it counts as used.
    func use(_ name: String) -> NamedFigure? {
        guard let figure = self.byName[name] else { return nil }
        self.uses.note(figure)
        return figure
    }

    /// These with others over them; the others win by name.
    func adding(_ others: [NamedFigure]) -> Figures {
        var figures = self
        for figure in others { figures.byName[figure.name.value] = figure }
        return figures
    }

    /// As expressions see them.
    var constants: [(name: String, value: Environment.Constant)] {
        self.byName.values.map { ($0.identifier, $0.value.constant) }
    }

    /// The figure that an expression knows by this name; it counts as used.
    func use(identifier: String) -> NamedFigure? {
        self.use(String(identifier.map { $0 == "_" ? "-" : $0 }))
    }
}

/// Which figures of a file are declared, and which of them are used.
final class FigureUses {
    private var declaredAt: Set<SourcePosition> = []
    private var usedAt: Set<SourcePosition> = []
    private var declared: [NamedFigure] = []

    /// The figures that nothing uses, in the file's order.
    var unused: [NamedFigure] {
        self.declared.filter { !self.usedAt.contains($0.name.position) }
    }

    /// A figure's place is what it is known by: a measure's versions read the same one more than once.
    func declare(_ figure: NamedFigure) {
        if self.declaredAt.insert(figure.name.position).inserted { self.declared.append(figure) }
    }

    func note(_ figure: NamedFigure) { self.usedAt.insert(figure.name.position) }
}
