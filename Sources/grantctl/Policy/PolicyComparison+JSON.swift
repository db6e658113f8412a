//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

extension PolicyComparison {
    /// A line for each measure that is added or removed, and for each thing that is added, removed or changed.
    var json: [UInt8] {
        var lines: [String] = []
        for programme in self.programmes {
            let id = ["programme": programme.id]
            if programme.fate != .changed { lines.append(Self.line(programme.fate, id)) }
            lines += programme.changes.map { Self.line($0, id) }
            for measure in programme.measures {
                var names = ["programme": programme.id, "measure": measure.id]
                names["version"] = measure.interval?.en
                if measure.fate != .changed { lines.append(Self.line(measure.fate, names)) }
                lines += measure.changes.map { Self.line($0, names) }
            }
        }
        lines += self.references.map { Self.line($0, [:]) }
        return Array(lines.map { $0 + "\n" }.joined().utf8)
    }

    private static func line(_ fate: Fate, _ names: [String: String], _ more: [String] = []) -> String {
        let named = ["programme", "measure", "version"].compactMap { key in
            names[key].map { #""\#(key)":\#(AnswerJSON.quoted($0))"# }
        }
        return "{\((named + [#""change":"\#(fate.rawValue)""#] + more).joined(separator: ","))}"
    }

    private static func line(_ change: Change, _ names: [String: String]) -> String {
        var more = [#""part":"\#(change.part.rawValue)""#]
        if !change.id.isEmpty { more.append(#""id":\#(AnswerJSON.quoted(change.id))"#) }
        if !change.clause.isEmpty { more.append(#""clause":\#(AnswerJSON.quoted(change.clause))"#) }
        more.append(#""label":\#(self.json(change.headline))"#)
        if !change.aspects.isEmpty {
            let aspects = change.aspects.map { aspect in
                let old = aspect.old.map { #","old":\#(self.json($0))"# } ?? ""
                let new = aspect.new.map { #","new":\#(self.json($0))"# } ?? ""
                return #"{"name":"\#(aspect.name.rawValue)"\#(old)\#(new)}"#
            }
            more.append(#""aspects":[\#(aspects.joined(separator: ","))]"#)
        }
        return self.line(change.fate, names, more)
    }

    private static func json(_ text: Text) -> String {
        #"{"zh":\#(AnswerJSON.quoted(text.zh)),"en":\#(AnswerJSON.quoted(text.en))}"#
    }
}
