//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

extension MeasureChecker {
    /// Warns of a condition that no application can meet, since its comparisons of one fact exclude each other.
    func warnIfNeverTrue(_ program: Program?, at position: SourcePosition, isBar: Bool) {
        let found = program?.contradiction { input, field in
            guard ProgramInputs.names.indices.contains(input) else { return (nil, nil) }
            return self.bounds(of: "\(ProgramInputs.names[input]).\(field)")
        }
        guard let found, ProgramInputs.names.indices.contains(found.input) else { return }
        let path = "\(ProgramInputs.names[found.input]).\(found.field)"
        let what =
            isBar
            ? Text(zh: "这一情形永远不成立", en: "this bar never holds")
            : Text(zh: "任何申请都不能符合", en: "no application can meet it")
        self.diagnostics.warn(
            .neverTrue,
            at: position,
            Text(
                zh: "“\(path)”没有一个取值能使对它的各项比较都成立，\(what.zh)；择一即可的写 ||",
                en: "\"\(path)\" has no value for which all its comparisons hold: \(what.en); "
                    + "write || where one is enough"
            )
        )
    }

    /// What a fact that is a whole number can be.
    private func bounds(of path: String) -> Program.Bounds {
        guard let draft = self.factDraft(read: path), let field = self.field(path) else { return (nil, nil) }
        let least: Int64? =
            switch draft.minimum {
            case .byUnit?: Unit(ofField: field.path)?.impliedMinimum
            case .value(let value, _)?: value
            case MinimumDraft.none?, nil: nil
            }
        return (least, draft.maximum?.value)
    }
}
