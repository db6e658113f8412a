//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

/// The facts to ask for, each once, in the order in which they are best asked.
///
/// A fact of the applicant or of the facts message itself is named by its index among the measure's ``MeasurePlan/missing``; one inside a list has a path
/// of its own.
final class MissingList {
    /// One fact to ask for.
    enum Item {
        /// The index among the measure's segments.
        case fact(Int)
        /// `subject_id`.
        case subject
        /// A fact inside a list: its whole path on the wire, and the index of its question, if it has one.
        case nested(path: String, question: Int?)
    }

    private(set) var items: [Item] = []
    private var seen: [Bool] = []
    private var hasSubject = false
    private var nested: Set<String> = []

    init() { self.items.reserveCapacity(64) }

    /// Forgets everything, for a measure with so many facts.
    func reset(facts: Int) {
        self.items.removeAll(keepingCapacity: true)
        self.hasSubject = false
        if !self.nested.isEmpty { self.nested.removeAll() }
        if self.seen.count < facts { self.seen = [Bool](repeating: false, count: facts) }
        for index in self.seen.indices { self.seen[index] = false }
    }

    /// Asks for the fact at an index.
    func add(fact index: Int) {
        guard self.seen.indices.contains(index), !self.seen[index] else { return }
        self.seen[index] = true
        self.items.append(.fact(index))
    }

    /// Asks for the subject.
    func addSubject() {
        guard !self.hasSubject else { return }
        self.hasSubject = true
        self.items.append(.subject)
    }

    /// Asks for a fact inside a list.
    func add(path: String, question: Int?) {
        guard self.nested.insert(path).inserted else { return }
        self.items.append(.nested(path: path, question: question))
    }
}
