//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPages
internal import Testing

/// Somebody who answers a measure's questions from a worked case, as a browser without scripts lets them.
struct Walk {
    let site: Site
    let path: String
    let worked: WorkedCase
    private(set) var page: Page
    /// How many pages were shown.
    private(set) var steps = 0

    init(_ site: Site, measure: String, _ worked: WorkedCase) throws {
        self.site = site
        self.path = "/measures/\(measure)/ask"
        self.worked = worked
        let day = try #require(worked.typed("as_of") as? String)
        self.page = try site.page(site.post(self.path, [("as_of", day), ("lang", "zh")]))
    }

    /// Presses a button.
    mutating func press(_ action: String, _ typed: [(name: String, value: String)] = []) throws {
        self.steps += 1
        self.page = try self.site.page(self.site.post(self.path, self.page.fields + typed + [("go", action)]))
    }

    /// Answers until nothing more is asked, and adds what was not asked.
    mutating func answerAll() throws {
        try self.answerWhatIsAsked()
        while let path = self.page.all("button").first(where: self.canAdd)?["value"]?.dropFirst("change ".count) {
            try self.press("change \(path)")
            try self.answerWhatIsAsked()
        }
    }

    private func canAdd(_ button: Page.Element) -> Bool {
        guard let action = button["value"], action.hasPrefix("change "), button.isInside(id: "unasked") else {
            return false
        }
        let value = self.worked.typed(String(action.dropFirst("change ".count)))
        return value.map { ($0 as? [Any])?.isEmpty != true } ?? false
    }

    private mutating func answerWhatIsAsked() throws {
        while let place = self.page.field("at"), place != "check", place != "result" {
            guard self.steps < 400 else { throw Page.Failure(description: "no end of questions: \(place)") }
            if self.page.typed.isEmpty { try self.answer(list: place) } else { try self.answer(place) }
        }
    }

    private mutating func answer(_ path: String) throws {
        guard let value = self.worked.typed(path), (value as? [Any])?.isEmpty != true else {
            try self.press(self.page.actions.contains("skip") ? "skip" : "next", [("typed:\(path)", "?")])
            return
        }
        let typed: [(name: String, value: String)] =
            if let names = value as? [String] {
                names.map { ("typed:\(path)", $0) }
            } else {
                [("typed:\(path)", WorkedCase.text(value, path)), ("unit:\(path)", "yuan")]
            }
        try self.press("next", typed)
        #expect(!self.page.elements.contains { $0["class"] == "error" }, "\(self.worked.id): \(path) \(typed)")
    }

    private mutating func answer(list path: String) throws {
        let entries = (self.worked.typed(path) as? [[String: Any]] ?? []).map(Self.flat)
        guard !entries.isEmpty else {
            try self.press("none")
            return
        }
        for (index, entry) in entries.enumerated() {
            try self.press("change \(path)[\(index)]")
            let typed = entry.flatMap { (name, value) -> [(name: String, value: String)] in
                let field = "\(path)[].\(name)"
                return [("typed:\(field)", WorkedCase.text(value, field)), ("unit:\(field)", "yuan")]
            }
            try self.press("next", typed)
            #expect(!self.page.elements.contains { $0["class"] == "error" }, "\(self.worked.id): \(path) \(typed)")
        }
        try self.press("next")
    }

    private static func flat(_ entry: [String: Any]) -> [(name: String, value: Any)] {
        entry.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
