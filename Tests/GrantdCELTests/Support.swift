//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

@testable internal import GrantdCEL

/// Shorthands of the tests.
extension Environment {
    /// The program, or nil where the text does not compile.
    func program(_ text: String) -> Program? {
        if case .program(let program) = self.compile(text) { return program }
        return nil
    }

    /// The diagnostics of a text; empty where it compiles.
    func diagnostics(_ text: String, expecting: ValueType? = nil) -> [Diagnostic] {
        if case .failure(let diagnostics) = self.compile(text, expecting: expecting) { return diagnostics }
        return []
    }
}

extension Workspace {
    /// The unset attributes that a value waits for, in the order in which evaluation met them; empty for a
    /// value that is known through and through.
    func unknowns(of value: Value) -> [AttributePath] {
        var paths: [AttributePath] = []
        self.forEachUnknown(of: value) { paths.append($0.path) }
        return paths
    }
}

extension Value {
    /// A copy of a text; nil for anything but a known string.
    var asString: String? { self.asStringBytes.map { String(decoding: $0, as: UTF8.self) } }
}

extension Plan {
    /// The operation at the root: whether what should be fused is.
    var rootOperation: String { "\(self.nodes[Int(self.root)].operation)" }
}

extension Program {
    /// Evaluates without inputs.
    func run(_ workspace: Workspace) -> Value { self.run([], workspace) }

    /// Evaluates with inputs from an array.
    func run(_ inputs: [Value], _ workspace: Workspace) -> Value {
        (inputs + [.unset]).withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return .unset }
            return self.evaluate(base, workspace)
        }
    }
}
