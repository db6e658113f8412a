//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// One overload of a function: a row of ``FunctionTable``.
struct Function: Sendable {
    /// A parameter's type, as far as overloads need to tell types apart.
    enum Parameter: Sendable, Hashable {
        case exactly(ValueType)
        case anyList
        case anyMap

        /// Whether an argument of this static type may be passed.
        func accepts(_ type: ValueType) -> Bool {
            switch (self, type) {
            case (_, .dyn), (.anyList, .list), (.anyMap, .map): true
            case (.exactly(let expected), _): type.isCompatible(with: expected)
            default: false
            }
        }

        /// Whether a value at hand may be passed.
        func accepts(_ value: Value) -> Bool {
            switch self {
            case .anyList: value.kind == .list
            case .anyMap: value.kind == .map
            case .exactly(.bool): value.kind == .bool
            case .exactly(.int): value.kind == .int
            case .exactly(.string): value.kind == .string
            case .exactly(.timestamp): value.kind == .timestamp
            case .exactly(.duration): value.kind == .duration
            case .exactly(.date): value.kind == .date
            case .exactly(.list): value.kind == .list
            case .exactly: false
            }
        }
    }

    /// How a function may be called.
    enum Style: Sendable, Hashable {
        /// `f(a, b)`
        case global
        /// `a.f(b)`
        case member
        /// Either.
        case both
    }

    /// What a call costs beside its arguments.
    enum Cost: Sendable, Hashable {
        /// One step.
        case constant
        /// One step, and one for every 16 bytes of the arguments or 2 elements.
        case linear
    }

    /// Computes the result from known arguments, as many and of such kinds as the parameters say.
    typealias Implementation = @Sendable (UnsafePointer<Value>, Memory) -> Value

    let name: String
    /// A stable id of the overload, `years_before_date_int`.
    let id: String
    let style: Style
    let parameters: [Parameter]
    let result: ValueType
    let cost: Cost
    /// Whether known arguments of the right types may still give an error.
    let canFail: Bool
    let implementation: Implementation

    init(
        _ name: String,
        _ id: String,
        _ style: Style,
        _ parameters: [Parameter],
        _ result: ValueType,
        cost: Cost = .constant,
        canFail: Bool = false,
        _ implementation: @escaping Implementation
    ) {
        self.name = name
        self.id = id
        self.style = style
        self.parameters = parameters
        self.result = result
        self.cost = cost
        self.canFail = canFail
        self.implementation = implementation
    }
}
