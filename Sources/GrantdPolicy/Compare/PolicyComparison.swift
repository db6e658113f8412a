//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What two policy sets differ in, by programme, measure and rule.
package struct PolicyComparison: Sendable {
    /// What became of a thing.
    package enum Fate: String, Sendable, Hashable {
        case added
        case removed
        case changed
    }

    /// A thing that was added, removed or changed: a rule, a cap, a fact, …
    package struct Change: Sendable, Hashable {
        /// One side of it that differs.
        package struct Aspect: Sendable, Hashable {
            package let name: ComparedAspect
            /// `nil` where there was none.
            package let old: Text?
            /// `nil` where there is none any more.
            package let new: Text?
        }

        package let fate: Fate
        package let part: ComparedPart
        /// `large-enough`; empty where there is only one of the part.
        package let id: String
        /// Where the document has it; empty where that is not known.
        package let clause: String
        /// What it is called, or what it says.
        package let headline: Text
        /// What differs; empty unless ``fate`` is `changed`.
        package let aspects: [Aspect]
    }

    /// A version of a measure.
    package struct Measure: Sendable {
        package let fate: Fate
        package let id: String
        package let title: Text
        package let clause: String
        /// The days of the version, where the measure has several.
        package let interval: Text?
        /// Empty unless ``fate`` is `changed`.
        package let changes: [Change]
    }

    package struct Programme: Sendable {
        package let fate: Fate
        package let id: String
        package let title: Text
        /// Of the document itself.
        package let changes: [Change]
        package let measures: [Measure]
    }

    /// Those that differ, by id.
    package let programmes: [Programme]
    /// Of the working calendar and the register of documents.
    package let references: [Change]

    package var isEmpty: Bool { self.programmes.isEmpty && self.references.isEmpty }

    /// Compares two sets.
    package init(_ old: PolicySet, _ new: PolicySet) {
        let before = Dictionary(old.programmes.map { ($0.id, $0) }) { first, _ in first }
        let after = Dictionary(new.programmes.map { ($0.id, $0) }) { first, _ in first }
        self.programmes = Set(before.keys).union(after.keys).sorted().compactMap { id in
            Self.programme(before[id], after[id])
        }
        self.references =
            Self.calendars(old.references.calendar, new.references.calendar)
            + Self.changes(
                ComparedItem.items(of: old.references.documents),
                ComparedItem.items(of: new.references.documents)
            )
    }

    // MARK: - Programmes

    private static func programme(
        _ old: GrantdPolicy.Programme?,
        _ new: GrantdPolicy.Programme?
    ) -> Programme? {
        guard let any = new ?? old else { return nil }
        if let old, let new, old.digest == new.digest { return nil }
        var order: [String] = []
        for measure in (new?.measures ?? []) + (old?.measures ?? []) where !order.contains(measure.id) {
            order.append(measure.id)
        }
        let measures = order.flatMap { id in
            self.measures(
                old?.measures.filter { $0.id == id } ?? [],
                new?.measures.filter { $0.id == id } ?? []
            )
        }
        var changes: [Change] = []
        if let old, let new { changes = self.changes([ComparedItem(old)], [ComparedItem(new)]) }
        let fate: Fate = old == nil ? .added : new == nil ? .removed : .changed
        // Other bytes, but nothing that anybody would be told: a comment.
        if fate == .changed, changes.isEmpty, measures.isEmpty { return nil }
        return Programme(fate: fate, id: any.id, title: any.title, changes: changes, measures: measures)
    }

    /// The versions of one measure: those that begin on one day go together, then those that are left over, by date.
    private static func measures(_ old: [GrantdPolicy.Measure], _ new: [GrantdPolicy.Measure]) -> [Measure] {
        var old = old
        var unpaired: [GrantdPolicy.Measure] = []
        var result: [Measure] = []
        let hasVersions = max(old.count, new.count) > 1
        for measure in new {
            if let index = old.firstIndex(where: { $0.inForce.from == measure.inForce.from }) {
                if let pair = self.measure(old.remove(at: index), measure, hasVersions) { result.append(pair) }
            } else {
                unpaired.append(measure)
            }
        }
        while let measure = unpaired.first, let other = old.first, old.count == unpaired.count {
            unpaired.removeFirst()
            old.removeFirst()
            if let pair = self.measure(other, measure, hasVersions) { result.append(pair) }
        }
        result += unpaired.map { self.whole($0, .added, hasVersions) }
        return result + old.map { self.whole($0, .removed, hasVersions) }
    }

    private static func whole(_ measure: GrantdPolicy.Measure, _ fate: Fate, _ hasVersions: Bool) -> Measure {
        Measure(
            fate: fate,
            id: measure.id,
            title: measure.title,
            clause: measure.clause,
            interval: hasVersions ? ComparedItem.words(measure.inForce) : nil,
            changes: []
        )
    }

    private static func measure(
        _ old: GrantdPolicy.Measure,
        _ new: GrantdPolicy.Measure,
        _ hasVersions: Bool
    ) -> Measure? {
        let changes =
            self.changes([ComparedItem(old)], [ComparedItem(new)]) + self.awards(old, new)
            + self.changes(ComparedItem.items(of: old), ComparedItem.items(of: new))
        guard !changes.isEmpty else { return nil }
        return Measure(
            fate: .changed,
            id: new.id,
            title: new.title,
            clause: new.clause,
            interval: hasVersions ? ComparedItem.words(new.inForce) : nil,
            changes: changes
        )
    }

    // MARK: - Items

    /// What was added, removed and changed: in the order of the new ones, then what is gone.
    private static func changes(_ old: [ComparedItem], _ new: [ComparedItem]) -> [Change] {
        var before = Dictionary(old.map { ($0.key, $0) }) { first, _ in first }
        var changes: [Change] = []
        for item in new {
            guard let other = before.removeValue(forKey: item.key) else {
                changes.append(item.change(.added))
                continue
            }
            let aspects = item.aspects(against: other)
            if !aspects.isEmpty { changes.append(item.change(.changed, aspects)) }
        }
        return changes + old.filter { before[$0.key] != nil }.map { $0.change(.removed) }
    }

    /// The steps of an award have an order and no names: what went and what came at one place is a change.
    private static func awards(_ old: GrantdPolicy.Measure, _ new: GrantdPolicy.Measure) -> [Change] {
        let before = ComparedItem.steps(of: old)
        let after = ComparedItem.steps(of: new)
        let difference = after.difference(from: before)
        var came: [Int: Text] = [:]
        for case .insert(let offset, let text, _) in difference.insertions { came[offset] = text }
        var changes: [Change] = []
        func add(_ place: Int, _ fate: Fate, _ text: Text, _ aspects: [Change.Aspect] = []) {
            changes.append(
                Change(
                    fate: fate,
                    part: .award,
                    id: "\(place + 1)",
                    clause: new.clause,
                    headline: text,
                    aspects: aspects
                )
            )
        }
        for case .remove(let offset, let text, _) in difference.removals {
            if let instead = came.removeValue(forKey: offset) {
                add(offset, .changed, instead, [Change.Aspect(name: .step, old: text, new: instead)])
            } else {
                add(offset, .removed, text)
            }
        }
        for (offset, text) in came.sorted(by: { $0.key < $1.key }) { add(offset, .added, text) }
        return changes
    }
}
