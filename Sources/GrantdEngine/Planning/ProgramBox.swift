//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

/// A program behind one reference. Evaluated through an unmanaged one, so that neither the program is copied nor a
/// reference is counted.
final class ProgramBox {
    private let program: Program

    init(_ program: Program) { self.program = program }

    @inline(__always)
    func evaluate(_ inputs: UnsafePointer<Value>, _ workspace: Workspace) -> Value {
        self.program.evaluate(inputs, workspace)
    }
}
