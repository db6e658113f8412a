//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import GrantdCEL

/// Reads the nodes of a policy file into a draft: keys, texts, dates, sums. Every problem is collected, none ends the
/// reading.
struct DraftReader {
    let problems: Problems
    /// The figures that values and texts may name.
    var figures = Figures()

    // MARK: - Groups of keys

    /// The value of a group's keys; unknown and doubled keys are reported.
    func group(_ node: YAMLNode, _ what: String, keys: [String]) -> Group? {
        guard case .mapping(let entries) = node.content else {
            self.problems.add(.wrongType, at: node.position, "\(what) must be a group of keys, not \(node.kindName)")
            return nil
        }
        var values: [String: (key: SourcePosition, node: YAMLNode)] = [:]
        var misspelt: Set<String> = []
        for entry in entries {
            guard let key = self.key(entry) else { continue }
            guard keys.contains(key) else {
                let hint = Suggestion.suffix(for: key, among: keys)
                self.problems.add(.unknownKey, at: entry.key.position, "\(what) has no key \"\(key)\"\(hint)")
                if let meant = Suggestion.nearest(to: key, among: keys) { misspelt.insert(meant) }
                continue
            }
            values[key] = (entry.key.position, entry.value)
        }
        return Group(what: what, position: node.position, values: values, misspelt: misspelt)
    }

    /// The entries of a group whose keys are names of the author's own.
    func named(_ node: YAMLNode, _ what: String) -> [(name: Located<String>, value: YAMLNode)] {
        guard case .mapping(let entries) = node.content else {
            self.problems.add(.wrongType, at: node.position, "\(what) must be a group of keys, not \(node.kindName)")
            return []
        }
        return entries.compactMap { entry in
            self.key(entry).map { (Located(value: $0, position: entry.key.position), entry.value) }
        }
    }

    private func key(_ entry: YAMLNode.Entry) -> String? {
        guard let key = entry.key.scalar, !key.isEmpty else {
            self.problems.add(.wrongType, at: entry.key.position, "a key must be a name, not \(entry.key.kindName)")
            return nil
        }
        return key
    }

    /// The value of a key that must be there.
    func required(_ key: String, of group: Group) -> YAMLNode? {
        if let value = group.values[key] { return value.node }
        guard !group.misspelt.contains(key) else { return nil }
        self.problems.add(.missingKey, at: group.position, "\(group.what) needs the key \"\(key)\"")
        return nil
    }

    // MARK: - Values

    func list(_ node: YAMLNode, _ what: String) -> [YAMLNode] {
        guard case .sequence(let items) = node.content else {
            self.problems.add(.wrongType, at: node.position, "\(what) must be a list, not \(node.kindName)")
            return []
        }
        return items
    }

    /// A text that is not empty.
    func string(_ node: YAMLNode, _ what: String) -> String? {
        guard let text = node.scalar, text.contains(where: { !$0.isWhitespace }) else {
            self.problems.add(.wrongType, at: node.position, "\(what) must be a text, not \(node.kindName)")
            return nil
        }
        return text
    }

    /// A text that stands in replies as it is.
    func words(_ node: YAMLNode, _ what: String) -> String? {
        guard let text = self.string(node, what) else { return nil }
        return self.areFit(text, node, what) ? text : nil
    }

    private func areFit(_ text: String, _ node: YAMLNode, _ what: String) -> Bool {
        if text.utf8.count > Self.longestText {
            let size = "\(text.utf8.count) bytes"
            self.problems.add(.badText, at: node.position, "\(what) is \(size) long; at most \(Self.longestText) fit")
            return false
        }
        if text.contains(where: \.isNewline) {
            self.problems.add(
                .badText,
                at: node.position,
                "\(what) holds a line break; write one line, or fold it by >-"
            )
            return false
        }
        if let control = text.unicodeScalars.first(where: { $0.properties.generalCategory == .control }) {
            let digits = String(control.value, radix: 16, uppercase: true)
            let code = "U+" + String(repeating: "0", count: 4 - digits.count) + digits
            self.problems.add(.badText, at: node.position, "\(what) holds a control character, \(code); leave it out")
            return false
        }
        return true
    }

    /// In bytes. An error's text and an explanation stand in one reply with many others.
    private static let longestText = 4096

    /// A text in both languages, `{zh: …, en: …}`.
    func text(_ node: YAMLNode, _ what: String) -> Text? {
        guard let group = self.group(node, what, keys: ["zh", "en"]) else { return nil }
        let languages = [("zh", "Chinese"), ("en", "English")]
        var texts: [String] = []
        for (key, language) in languages {
            let value = group.values[key]
            guard let text = value?.node.scalar, text.contains(where: { !$0.isWhitespace }) else {
                let place = value?.node.position ?? group.position
                let problem =
                    value == nil || value?.node.scalar != nil
                    ? "has no \(language) text" : "must be a text in \(language)"
                self.problems.add(.missingTranslation, at: place, "\(what) \(problem); write \(key): …")
                continue
            }
            guard let node = value?.node,
                let filled = self.filled(text, node, key == "zh" ? \.zh : \.en), self.areFit(filled, node, what)
            else { continue }
            texts.append(filled)
        }
        return texts.count == 2 ? Text(zh: texts[0], en: texts[1]) : nil
    }

    /// A `kebab-case` id.
    func id(_ node: YAMLNode, _ what: String) -> Located<String>? {
        guard let text = self.string(node, what) else { return nil }
        return self.id(Located(value: text, position: node.position), what)
    }

    /// A `kebab-case` id.
    func id(_ name: Located<String>, _ what: String) -> Located<String>? {
        guard Identifier.isKebab(name.value) else {
            let rule =
                "lower-case letters and digits parted by single hyphens, a letter first, at most \(Identifier.longest)"
            self.problems.add(.badID, at: name.position, "\"\(name.value)\" is no id for \(what): \(rule)")
            return nil
        }
        return name
    }

    func date(_ node: YAMLNode, _ what: String) -> (days: Int64, text: String)? {
        guard let text = self.string(node, what) else { return nil }
        guard let date = CivilDate(text) else {
            self.problems.add(.badDate, at: node.position, "\"\(text)\" is no day of the calendar; write YYYY-MM-DD")
            return nil
        }
        return (date.days, text)
    }

    /// `{from: YYYY-MM-DD, until: YYYY-MM-DD or none}`, both days in; a measure's may have a `where` as well.
    func interval(_ node: YAMLNode, mayHaveCondition: Bool = false) -> DateInterval? {
        let keys = ["from", "until"] + (mayHaveCondition ? ["where"] : [])
        guard let group = self.group(node, "in_force", keys: keys) else { return nil }
        let from = self.required("from", of: group).flatMap { self.date($0, "from") }
        guard let untilNode = self.required("until", of: group) else { return nil }
        var until: (days: Int64, text: String)?
        if untilNode.scalar != "none" {
            guard let date = self.date(untilNode, "until") else { return nil }
            until = date
        }
        guard let from else { return nil }
        if let until, until.days < from.days {
            let message = "the last day, \(until.text), comes before the first, \(from.text)"
            self.problems.add(.badInterval, at: untilNode.position, message)
            return nil
        }
        return DateInterval(from: from.days, fromText: from.text, until: until?.days, untilText: until?.text)
    }

    /// A sum of money over 0, in fen.
    func money(_ node: YAMLNode, _ what: String) -> Int64? {
        guard let text = self.string(node, what) else { return nil }
        switch self.figure(namedBy: node, text) {
        case .figure(let figure):
            if case .money(let fen) = figure.value { return fen }
            self.reportKind(of: figure, wanted: Text(zh: "金额", en: "a sum of money"), at: node)
            return nil
        case .unknown: return nil
        case .literal: break
        }
        do {
            return try MoneyLiteral.parse(text)
        } catch {
            let problem =
                switch error {
                case .malformed: "\"\(text)\" is no sum of money; \(MoneyLiteral.hint)"
                case .notPositive: "\(what) must be more than 0, not \(text)"
                case .tooLarge: "\(text) is more than fits into 64 bits of fen"
                }
            self.problems.add(.badMoney, at: node.position, problem)
            return nil
        }
    }

    /// Whether a key with its value is the rest of a sum that its own commas have cut, as they do inside { }; reported.
    func isCutSum(_ name: Located<String>, _ value: YAMLNode) -> Bool {
        let isRest =
            name.value.hasSuffix("yuan") || name.value.hasSuffix("元")
            || name.value.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isRest, value.scalar == "" else { return false }
        let message = "a sum with commas inside { } must stand in quotes, or on a line of its own"
        self.problems.add(.badMoney, at: name.position, message)
        return true
    }

    /// A share over 0 and at most the whole.
    func ratio(_ node: YAMLNode, _ what: String) -> Ratio? {
        guard let text = self.string(node, what) else { return nil }
        switch self.figure(namedBy: node, text) {
        case .figure(let figure):
            if case .share(let ratio) = figure.value { return ratio }
            self.reportKind(of: figure, wanted: Text(zh: "比例", en: "a share"), at: node)
            return nil
        case .unknown: return nil
        case .literal: break
        }
        do {
            return try RatioLiteral.parse(text)
        } catch {
            let problem =
                switch error {
                case .malformed: "\"\(text)\" is no exact share; \(RatioLiteral.hint)"
                case .notPositive: "\(what) must be more than 0, not \(text)"
                case .overOne: "\(what) must be at most 100%, not \(text)"
                }
            self.problems.add(.badRatio, at: node.position, problem)
            return nil
        }
    }

    /// One of a few words.
    func choice<Value>(_ node: YAMLNode, _ what: String, _ choices: [(name: String, value: Value)]) -> Value? {
        guard let text = self.string(node, what) else { return nil }
        if let choice = choices.first(where: { $0.name == text }) { return choice.value }
        let names = choices.map(\.name)
        let hint = Suggestion.suffix(for: text, among: names)
        let list = names.joined(separator: ", ")
        self.problems.add(.badChoice, at: node.position, "\(what) cannot be \"\(text)\"; it is one of \(list)\(hint)")
        return nil
    }

    /// A whole number, with or without commas between its thousands, or a figure that is one; of money its fen.
    func integer(_ node: YAMLNode, _ what: String) -> Int64? {
        guard let text = self.string(node, what) else { return nil }
        if let figure = self.figures.use(text) {
            switch figure.value {
            case .number(let value), .money(let value): return value
            case .share:
                self.reportKind(of: figure, wanted: Text(zh: "整数", en: "a whole number"), at: node)
                return nil
            }
        }
        if let value = Int64(text.filter { $0 != "," }), text.utf8.first != UInt8(ascii: "+") { return value }
        self.problems.add(.wrongType, at: node.position, "\(what) must be a whole number, not \"\(text)\"")
        return nil
    }

    func expression(_ node: YAMLNode, _ what: String) -> ExpressionDraft? {
        self.string(node, what).map { ExpressionDraft(text: $0, node: node) }
    }
}

/// The keys of a group and their values.
struct Group {
    /// What the group is, for messages.
    let what: String
    let position: SourcePosition
    let values: [String: (key: SourcePosition, node: YAMLNode)]
    /// Keys that are not there, but were probably meant by unknown ones, which are reported.
    let misspelt: Set<String>

    subscript(key: String) -> YAMLNode? { self.values[key]?.node }
}
