//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The facts to ask for, each once, in the order in which they are best asked. Its memory is made once.
///
/// A fact of the applicant or of the facts message itself is named by its index among the measure's facts; one inside a
/// list has a path of its own.
final class MissingList {
    /// One fact to ask for: the index of a fact, or one of the marks below.
    typealias Item = Int32

    /// `subject_id`.
    static let subject: Item = -1
    /// `prior_awards`.
    static let priorAwards: Item = -2
    /// The first of those inside lists; the others lie under it.
    private static let nested: Item = -3

    /// A fact inside a list.
    struct Nested {
        /// The whole path on the wire.
        let path: String
        /// The index of the fact whose question it asks, if there is one.
        let question: Int?
    }

    private let state: UnsafeMutablePointer<State>
    private let capacity: Int
    private var nestedFacts: [Nested] = []
    private var nestedPaths: [String: Item] = [:]

    private struct State: BitwiseCopyable {
        var items: UnsafeMutablePointer<Item>
        var count: Int
        var room: Int
        /// By fact.
        var seen: UnsafeMutablePointer<Bool>
        var hasSubject: Bool
        var hasPriorAwards: Bool
    }

    /// Makes a list for measures of at most so many facts.
    init(facts: Int) {
        self.capacity = facts
        self.state = .allocate(capacity: 1)
        let room = facts + 16
        self.state.initialize(
            to: State(
                items: .allocate(capacity: room),
                count: 0,
                room: room,
                seen: .allocate(capacity: facts + 1),
                hasSubject: false,
                hasPriorAwards: false
            )
        )
        self.state.pointee.seen.initialize(repeating: false, count: facts + 1)
    }

    deinit {
        self.state.pointee.items.deallocate()
        self.state.pointee.seen.deallocate()
        self.state.deallocate()
    }

    /// What is asked for. Good until the next change.
    var items: UnsafeBufferPointer<Item> {
        UnsafeBufferPointer(start: self.state.pointee.items, count: self.state.pointee.count)
    }

    /// The fact inside a list that an item under ``priorAwards`` is.
    func nested(_ item: Item) -> Nested { self.nestedFacts[Int(Self.nested - item)] }

    /// Forgets everything.
    func reset() {
        let state = self.state
        for item in self.items where item >= 0 { state.pointee.seen[Int(item)] = false }
        state.pointee.count = 0
        state.pointee.hasSubject = false
        state.pointee.hasPriorAwards = false
        if !self.nestedFacts.isEmpty {
            self.nestedFacts.removeAll()
            self.nestedPaths.removeAll()
        }
    }

    /// Asks for the fact at an index.
    func add(fact index: Int) {
        guard index >= 0, index < self.capacity, !self.state.pointee.seen[index] else { return }
        self.state.pointee.seen[index] = true
        self.append(Item(truncatingIfNeeded: index))
    }

    /// Asks for the subject.
    func addSubject() {
        guard !self.state.pointee.hasSubject else { return }
        self.state.pointee.hasSubject = true
        self.append(Self.subject)
    }

    /// Asks for the earlier awards.
    func addPriorAwards() {
        guard !self.state.pointee.hasPriorAwards else { return }
        self.state.pointee.hasPriorAwards = true
        self.append(Self.priorAwards)
    }

    /// Asks for a fact inside a list.
    func add(path: String, question: Int?) {
        guard self.nestedPaths[path] == nil else { return }
        let item = Self.nested - Item(truncatingIfNeeded: self.nestedFacts.count)
        self.nestedPaths[path] = item
        self.nestedFacts.append(Nested(path: path, question: question))
        self.append(item)
    }

    private func append(_ item: Item) {
        let state = self.state
        if state.pointee.count == state.pointee.room { self.grow() }
        (state.pointee.items + state.pointee.count).initialize(to: item)
        state.pointee.count += 1
    }

    private func grow() {
        let state = self.state
        let items = UnsafeMutablePointer<Item>.allocate(capacity: state.pointee.room * 2)
        items.update(from: state.pointee.items, count: state.pointee.count)
        state.pointee.items.deallocate()
        state.pointee.items = items
        state.pointee.room *= 2
    }
}
