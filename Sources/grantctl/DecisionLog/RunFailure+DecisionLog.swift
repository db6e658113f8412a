//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdDecisionLog
internal import GrantdInterview
internal import GrantdPolicy

extension RunFailure {
    /// What is wrong with a log.
    init(_ fault: DecisionLogFault) {
        let message = Language.said(fault.messageZH, fault.message).printable
        switch fault.code {
        case .inUse: self = .other(message)
        case .damaged, .system, .setting: self = .badInput(message)
        }
    }

    /// Runs a body; what is wrong with a log or with policies is told.
    static func toldOfLog<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let fault as DecisionLogFault {
            throw RunFailure(fault)
        } catch let diagnostics as PolicyDiagnostics {
            throw RunFailure(diagnostics)
        }
    }
}
