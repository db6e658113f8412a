//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Scratch memory for evaluations, used again and again by one thread.
///
/// What an evaluation returns may point into it: values, unknowns and texts are good until ``reset()``. Once a
/// workspace has grown to what the evaluations need, and that is no more than it may keep, it allocates nothing more.
package final class Workspace {
    let memory: Memory
    private let budget: Int64
    /// Asked after every ``stepsBetweenLooks`` of evaluation: true where nobody wants the result any more. The evaluation then ends
    /// with the error `cancelled`, as does every other until the next budget begins. The default is nil: nobody is asked.
    package var isCancelled: (() -> Bool)?
    /// How many steps of a budget lie between two questions; counts from the next budget on. The default is 65,536.
    package var stepsBetweenLooks: Int64 {
        get { self.memory.state.pointee.checkpoint }
        set { self.memory.state.pointee.checkpoint = max(newValue, 1) }
    }

    /// Makes an empty workspace.
    ///
    /// - Parameters:
    ///   - memoryLimit: The most bytes that evaluations may take between two resets for values, and once more for the
    ///     names of what is unset; one that needs more gives the error `memoryExceeded`, whatever came before the reset.
    ///     The default is 16 MiB, which serves facts with lists of 10,000 records; at least 64 KiB are always granted.
    ///   - budget: What evaluations may cost together between two resets, in steps (about a node evaluated each); beyond
    ///     it each gives the error `costExceeded`. The default is 4,000,000.
    package init(memoryLimit: Int = 16 << 20, budget: Int64 = 4_000_000) {
        self.memory = Memory(limit: memoryLimit)
        self.budget = budget
        self.memory.state.pointee.owner = .passUnretained(self)
        self.memory.begin(budget: budget)
    }

    deinit {
        self.memory.deallocate()
    }

    /// Forgets all values made so far, and begins the budget anew.
    package func reset() {
        self.forget()
        self.beginBudget()
    }

    /// Begins the budget anew; values made so far stay.
    package func beginBudget() {
        self.memory.begin(budget: self.budget)
    }

    /// Forgets all values made so far; what was spent of the budget stays spent. Of the memory 1 MiB stays for values, and
    /// room for 4,096 names (256 KiB); the rest is given back.
    package func forget() {
        self.memory.reset()
    }

    /// Takes the steps of work that is no evaluation from the budget.
    ///
    /// - Returns: `nil`; or the error that every evaluation comes to from here on, because the budget is used up or nobody
    ///   wants the result any more.
    package func spend(_ steps: Int) -> EvaluationError.Code? {
        self.memory.spend(Int64(steps)) ? nil : self.memory.state.pointee.exhausted
    }

    /// The steps that were taken since the budget began; all of them where it is used up.
    package var spent: Int64 {
        self.budget - self.memory.state.pointee.budget - self.memory.state.pointee.reserve
    }

    // MARK: - Looking into values

    /// Calls `body` once for each unset attribute that a value waits for, in the order in which evaluation met
    /// them. A list counts with its elements. Allocates nothing.
    package func forEachUnknown(of value: Value, _ body: (AttributeReference) -> Void) {
        self.memory.beginWalk()
        self.forEachFurtherUnknown(of: value, body)
    }

    /// Begins to list what several values wait for.
    package func beginListing() { self.memory.beginWalk() }

    /// Calls `body` once for each unset attribute that a value waits for and no value since ``beginListing()`` does: all of
    /// them together are walked over no more than once. Nothing else may be listed in between.
    package func forEachFurtherUnknown(of value: Value, _ body: (AttributeReference) -> Void) {
        self.memory.forEachFurtherAttribute(in: value) { id in
            body(AttributeReference(memory: self.memory, id: id))
        }
    }

    /// Whether what a value waits for includes anything; false for a known value and for a list known through
    /// and through.
    package func isWaiting(_ value: Value) -> Bool {
        var isWaiting = false
        self.memory.forEachAttribute(in: value) { _ in isWaiting = true }
        return isWaiting
    }

    /// What an error value says; nil for any other value.
    package func error(of value: Value) -> EvaluationError? {
        guard value.kind == .error else { return nil }
        let code = EvaluationError.Code(rawValue: UInt8(truncatingIfNeeded: value.payload)) ?? .invalidArgument
        return EvaluationError(code: code, offset: Int(value.aux))
    }

    /// The element of a list at an index, or nil where there is none.
    package func element(of list: Value, at index: Int) -> Value? {
        guard list.kind == .list, let header = list.listHeader else { return nil }
        guard index >= 0, index < header.pointee.count else { return nil }
        return self.memory.element(header, index)
    }

    /// Keys and values of a map, each a list; nil for anything else.
    package func entries(of map: Value) -> (keys: Value, values: Value)? {
        guard let header = map.mapHeader else { return nil }
        return (header.pointee.keys, header.pointee.values)
    }

    // MARK: - Making values

    /// A text, copied into the workspace.
    package func string(_ text: String) -> Value {
        self.memory.string(Array(text.utf8))
    }

    /// A list of these elements.
    package func list(_ elements: [Value]) -> Value {
        guard var builder = ListBuilder(capacity: elements.count, memory: self.memory) else {
            return .error(.memoryExceeded)
        }
        for element in elements where !builder.append(element, membership: 0) { return .error(.memoryExceeded) }
        return builder.finish()
    }

    /// A list of at most so many elements, which `fill` adds one by one.
    package func list(atMost capacity: Int, _ fill: (_ add: (Value) -> Void) -> Void) -> Value {
        guard var builder = ListBuilder(capacity: capacity, memory: self.memory) else { return .error(.memoryExceeded) }
        var isWhole = true
        fill { isWhole = builder.append($0, membership: 0) && isWhole }
        return isWhole ? builder.finish() : .error(.memoryExceeded)
    }

    /// A map of these entries. An entry whose value is `Value.unset` is one that nobody knows: it may be there
    /// or not.
    ///
    /// - Parameter input: The index of the input that the map will be: unknown entries are named as its keys.
    package func map(_ entries: [(key: Value, value: Value)], input: Int) -> Value {
        guard var keys = ListBuilder(capacity: entries.count, memory: self.memory),
            var values = ListBuilder(capacity: entries.count, memory: self.memory)
        else { return .error(.memoryExceeded) }
        for (key, value) in entries {
            var value = value
            if value.kind == .unset {
                let attribute = self.memory.attribute(
                    parent: AttributeID.input(input),
                    step: .key,
                    number: key.aux,
                    object: key.address
                )
                value = self.memory.unknown(attribute: attribute, flags: Value.isAttribute)
            }
            let membership = value.kind == .unknown ? value.address : 0
            guard keys.append(key, membership: membership), values.append(value, membership: 0) else {
                return .error(.memoryExceeded)
            }
        }
        return self.memory.map(keys: keys.finish(), values: values.finish())
    }

    /// A record whose memory is an array of values, for fields stored by `Storage.value`.
    package func record(_ fields: [Value]) -> Value {
        guard let room = self.memory.allocateValues(fields.count) else { return .error(.memoryExceeded) }
        for (index, field) in fields.enumerated() { (room + index).initialize(to: field) }
        return .record(UnsafeRawPointer(room))
    }
}
