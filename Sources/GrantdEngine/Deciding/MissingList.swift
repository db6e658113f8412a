//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The facts to ask for, each once, in the order in which they are best asked: the first of them, and how many there are
/// besides. Its memory is made once.
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

    private let state: UnsafeMutablePointer<State>
    private let capacity: Int
    /// The most that are named.
    private let most: Int
    // Behind a pointer: every access of a class's variable is checked for exclusivity as the program runs.
    private let nestedFacts: UnsafeMutablePointer<[NestedFact]>

    private struct State: BitwiseCopyable {
        var items: UnsafeMutablePointer<Item>
        var count: Int
        /// Those beyond the most that are named.
        var omitted: Int
        /// By fact.
        var seen: UnsafeMutablePointer<Bool>
        var hasSubject: Bool
        var hasPriorAwards: Bool
    }

    /// Makes a list for measures of at most so many facts, which names at most so many.
    init(facts: Int, most: Int) {
        self.capacity = facts
        self.most = most
        self.nestedFacts = .allocate(capacity: 1)
        self.nestedFacts.initialize(to: [])
        self.state = .allocate(capacity: 1)
        self.state.initialize(
            to: State(
                items: .allocate(capacity: max(most, 1)),
                count: 0,
                omitted: 0,
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
        self.nestedFacts.deinitialize(count: 1)
        self.nestedFacts.deallocate()
    }

    /// How many facts are asked for beyond those of ``items``.
    var omitted: Int { self.state.pointee.omitted }

    /// Whether those that are asked for from here on are only counted.
    var isFull: Bool { self.state.pointee.count >= self.most }

    /// What is asked for. Good until the next change.
    var items: UnsafeBufferPointer<Item> {
        UnsafeBufferPointer(start: self.state.pointee.items, count: self.state.pointee.count)
    }

    /// The fact inside a list that an item under ``priorAwards`` is.
    func nested(_ item: Item) -> NestedFact { self.nestedFacts.pointee[Int(Self.nested - item)] }

    /// Forgets everything.
    func reset() {
        let state = self.state
        state.pointee.seen.update(repeating: false, count: self.capacity)
        state.pointee.count = 0
        state.pointee.omitted = 0
        state.pointee.hasSubject = false
        state.pointee.hasPriorAwards = false
        if !self.nestedFacts.pointee.isEmpty { self.nestedFacts.pointee.removeAll(keepingCapacity: true) }
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

    /// Asks for a fact inside a list, which nobody has asked for yet.
    func add(_ fact: @autoclosure () -> NestedFact) {
        guard !self.isFull else {
            self.state.pointee.omitted += 1
            return
        }
        self.append(Self.nested - Item(truncatingIfNeeded: self.nestedFacts.pointee.count))
        self.nestedFacts.pointee.append(fact())
    }

    private func append(_ item: Item) {
        let state = self.state
        guard !self.isFull else {
            state.pointee.omitted += 1
            return
        }
        (state.pointee.items + state.pointee.count).initialize(to: item)
        state.pointee.count += 1
    }
}
