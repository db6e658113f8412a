//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import GrantdCEL
internal import GrantdSchema

/// Reads the nodes of a policy file into a draft: keys, texts, dates, sums. Every problem is collected, none ends the
/// reading.
struct DraftReader {
    let diagnostics: DiagnosticCollector
    /// The figures that values and texts may name.
    var figures = Figures()

    // MARK: - Groups of keys

    /// The value of a group's keys; unknown and doubled keys are reported.
    func group(_ node: YAMLNode, _ what: Subject, keys: [String]) -> Group? {
        guard case .mapping(let entries) = node.content else {
            self.reportKind(of: node, what, Text(zh: "一组键", en: "a group of keys"))
            return nil
        }
        var values: [String: (key: SourcePosition, node: YAMLNode)] = [:]
        var misspelt: Set<String> = []
        for entry in entries {
            guard !self.diagnostics.isFull else { break }
            guard let key = self.key(entry) else { continue }
            guard keys.contains(key) else {
                misspelt.formUnion(self.reportUnknown(key, entry.key, of: what, keys))
                continue
            }
            values[key] = (entry.key.position, entry.value)
        }
        return Group(what: what, position: node.position, values: values, misspelt: misspelt)
    }

    /// Reports a key that the group does not have.
    ///
    /// - Returns: The keys that were probably meant.
    private func reportUnknown(_ key: String, _ node: YAMLNode, of what: Subject, _ keys: [String]) -> [String] {
        if self.reportFullWidth(in: node) {
            let words = key.split { !$0.isASCII || $0 == " " || $0 == "," || $0 == ":" }
            return keys.filter { words.contains(Substring($0)) }
        }
        let nearest = Suggestion.nearest(to: key, among: keys)
        let zh = nearest.map { "；您是指“\($0)”吗？" } ?? ""
        let en = nearest.map { "; did you mean \"\($0)\"?" } ?? ""
        self.diagnostics.add(
            .unknownKey,
            at: node.position,
            Text(zh: "\(what.zh)没有键“\(key)”\(zh)", en: "\(what.en) has no key \"\(key)\"\(en)")
        )
        return nearest.map { [$0] } ?? []
    }

    /// Reports a full-width mark of a text that should be none of Chinese: a key, a date, a sum.
    private func reportFullWidth(in node: YAMLNode) -> Bool {
        guard let text = node.scalar,
            let index = text.unicodeScalars.enumerated().first(where: { FullWidthSlip.halfWidth($0.element) != nil })
        else { return false }
        let slip = FullWidthSlip(
            position: self.diagnostics.position(ofScalar: index.offset, in: node),
            written: index.element
        )
        self.diagnostics.add(.fullWidth, at: slip.position, slip.message)
        return true
    }

    /// Reports a node that is not what it should be; where a full-width mark has made it so, that is what is said.
    private func reportKind(of node: YAMLNode, _ what: Subject, _ wanted: Text) {
        if let text = node.scalar, case .scalar(_, .plain) = node.content {
            let scalars = Array(text.unicodeScalars)
            if let index = FullWidthSlip.index(in: scalars) {
                let place = self.diagnostics.position(ofScalar: index, in: node)
                let slip = FullWidthSlip(position: place, written: scalars[index])
                self.diagnostics.add(.fullWidth, at: slip.position, slip.message)
                return
            }
        }
        let message = Text(
            zh: "\(what.zh)必须是\(wanted.zh)，而不是\(node.kindName.zh)",
            en: "\(what.en) must be \(wanted.en), not \(node.kindName.en)"
        )
        self.diagnostics.add(.wrongType, at: node.position, message)
    }

    /// The entries of a group whose keys are names of the author's own.
    func named(_ node: YAMLNode, _ what: Subject) -> [(name: Located<String>, value: YAMLNode)] {
        guard case .mapping(let entries) = node.content else {
            self.reportKind(of: node, what, Text(zh: "一组键", en: "a group of keys"))
            return []
        }
        return entries.compactMap { entry in
            self.diagnostics.isFull
                ? nil : self.key(entry).map { (Located(value: $0, position: entry.key.position), entry.value) }
        }
    }

    private func key(_ entry: YAMLNode.Entry) -> String? {
        guard let key = entry.key.scalar, !key.isEmpty else {
            self.diagnostics.add(
                .wrongType,
                at: entry.key.position,
                Text(zh: "键必须是名称，而不是\(entry.key.kindName.zh)", en: "a key must be a name, not \(entry.key.kindName.en)")
            )
            return nil
        }
        return key
    }

    /// The value of a key that must be there.
    func required(_ key: String, of group: Group) -> YAMLNode? {
        if let value = group.values[key] { return value.node }
        guard !group.misspelt.contains(key) else { return nil }
        self.diagnostics.add(
            .missingKey,
            at: group.position,
            Text(zh: "\(group.what.zh)缺少键“\(key)”", en: "\(group.what.en) needs the key \"\(key)\"")
        )
        return nil
    }

    // MARK: - Values

    func list(_ node: YAMLNode, _ what: Subject) -> [YAMLNode] {
        guard case .sequence(let items) = node.content else {
            self.reportKind(of: node, what, Text(zh: "列表", en: "a list"))
            return []
        }
        return self.diagnostics.isFull ? [] : items
    }

    /// A text that is not empty.
    func string(_ node: YAMLNode, _ what: Subject) -> String? {
        guard let text = node.scalar, text.contains(where: { !$0.isWhitespace }) else {
            let isEmptyText = !(node.scalar ?? "").isEmpty || node.isQuoted
            let wanted =
                isEmptyText
                ? Text(zh: "非空文本", en: "a text that is not empty") : Text(zh: "文本", en: "a text")
            self.reportKind(of: node, what, wanted)
            return nil
        }
        return text
    }

    /// A text that stands in replies as it is.
    func words(_ node: YAMLNode, _ what: Subject) -> String? {
        guard let text = self.string(node, what) else { return nil }
        return self.areFit(text, node, what) ? text : nil
    }

    private func areFit(_ text: String, _ node: YAMLNode, _ what: Subject) -> Bool {
        if text.utf8.count > Self.longestText {
            self.diagnostics.add(
                .badText,
                at: node.position,
                Text(
                    zh: "\(what.zh)长 \(text.utf8.count) 字节；最多 \(Self.longestText) 字节",
                    en: "\(what.en) is \(text.utf8.count) bytes long; at most \(Self.longestText) fit"
                )
            )
            return false
        }
        if text.unicodeScalars.contains(where: \.isLineBreak) {
            self.diagnostics.add(
                .badText,
                at: node.position,
                Text(
                    zh: "\(what.zh)中有换行；请写成一行，或用 >- 折行",
                    en: "\(what.en) holds a line break; write one line, or fold it by >-"
                )
            )
            return false
        }
        if let control = text.unicodeScalars.first(where: \.isControl) {
            let digits = String(control.value, radix: 16, uppercase: true)
            let code = "U+" + String(repeating: "0", count: 4 - digits.count) + digits
            self.diagnostics.add(
                .badText,
                at: node.position,
                Text(
                    zh: "\(what.zh)中有控制字符 \(code)；请删去",
                    en: "\(what.en) holds a control character, \(code); leave it out"
                )
            )
            return false
        }
        return true
    }

    /// In bytes. An error's text and an explanation stand in one reply with many others.
    private static let longestText = 4096

    /// A text in both languages, `{zh: …, en: …}`.
    func text(_ node: YAMLNode, _ what: Subject) -> Text? {
        guard let group = self.group(node, what, keys: ["zh", "en"]) else { return nil }
        let languages = [
            (key: "zh", name: Text(zh: "中文", en: "Chinese")), (key: "en", name: Text(zh: "英文", en: "English")),
        ]
        var texts: [String] = []
        for (key, language) in languages {
            let value = group.values[key]
            guard let text = value?.node.scalar, text.contains(where: { !$0.isWhitespace }) else {
                let place = value?.node.position ?? group.position
                let isMissing = value == nil || value?.node.scalar != nil
                let zh = isMissing ? "缺少\(language.zh)文本" : "的\(language.zh)必须是文本"
                let en = isMissing ? "has no \(language.en) text" : "must be a text in \(language.en)"
                let message = Text(zh: "\(what.zh)\(zh)；请写 \(key): …", en: "\(what.en) \(en); write \(key): …")
                // A key behind a full-width mark was reported already.
                if !group.misspelt.contains(key) { self.diagnostics.add(.missingTranslation, at: place, message) }
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
    func id(_ node: YAMLNode, _ what: Subject) -> Located<String>? {
        guard let text = self.string(node, what) else { return nil }
        return self.id(Located(value: text, position: node.position), what)
    }

    /// A `kebab-case` id.
    func id(_ name: Located<String>, _ what: Subject) -> Located<String>? {
        guard Identifier.isKebab(name.value) else {
            guard !self.diagnostics.isFull else { return nil }
            let rule =
                "lower-case letters and digits parted by single hyphens, a letter first, at most \(Identifier.longest)"
            self.diagnostics.add(
                .badID,
                at: name.position,
                Text(
                    zh: "“\(name.value)”不能作\(what.zh)的编号：用小写字母和数字，以单个连字符分隔，字母开头，最长 \(Identifier.longest) 个字符",
                    en: "\"\(name.value)\" is no id for \(what.en): \(rule)"
                )
            )
            return nil
        }
        return name
    }

    func date(_ node: YAMLNode, _ what: Subject) -> (days: Int64, text: String)? {
        guard let text = self.string(node, what) else { return nil }
        guard let date = CivilDate(text) else {
            guard !self.reportFullWidth(in: node) else { return nil }
            self.diagnostics.add(
                .badDate,
                at: node.position,
                Text(
                    zh: "“\(text)”不是日历上的日期；请写成 YYYY-MM-DD",
                    en: "\"\(text)\" is no day of the calendar; write YYYY-MM-DD"
                )
            )
            return nil
        }
        return (date.days, text)
    }

    /// `{from: YYYY-MM-DD, until: YYYY-MM-DD or none}`, both days in.
    ///
    /// - Parameter others: Keys that may stand beside the days; they are read apart.
    func interval(_ node: YAMLNode, beside others: [String] = []) -> DateInterval? {
        guard let group = self.group(node, "in_force", keys: ["from", "until"] + others) else { return nil }
        let from = self.required("from", of: group).flatMap { self.date($0, "from") }
        guard let untilNode = self.required("until", of: group) else { return nil }
        var until: (days: Int64, text: String)?
        if untilNode.scalar != "none" {
            guard let date = self.date(untilNode, "until") else { return nil }
            until = date
        }
        guard let from else { return nil }
        if let until, until.days < from.days {
            let message = Text(
                zh: "末日 \(until.text) 早于首日 \(from.text)",
                en: "the last day, \(until.text), comes before the first, \(from.text)"
            )
            self.diagnostics.add(.badInterval, at: untilNode.position, message)
            return nil
        }
        return DateInterval(from: from.days, fromText: from.text, until: until?.days, untilText: until?.text)
    }

    /// A sum of money over 0, in fen.
    func money(_ node: YAMLNode, _ what: Subject) -> Int64? {
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
            guard !self.reportFullWidth(in: node) else { return nil }
            let message: Text =
                switch error {
                case .malformed:
                    Text(
                        zh: "“\(text)”不是金额；\(MoneyLiteral.hint.zh)",
                        en: "\"\(text)\" is no sum of money; \(MoneyLiteral.hint.en)"
                    )
                case .notPositive:
                    Text(zh: "\(what.zh)必须大于 0，而不是 \(text)", en: "\(what.en) must be more than 0, not \(text)")
                case .tooLarge: Text(zh: "\(text) 太大，以分计超出 64 位整数", en: "\(text) is more than fits into 64 bits of fen")
                }
            self.diagnostics.add(.badMoney, at: node.position, message)
            return nil
        }
    }

    /// Whether a key with its value is the rest of a sum that its own commas have cut, as they do inside { }; reported.
    func isCutSum(_ name: Located<String>, _ value: YAMLNode) -> Bool {
        let isRest =
            name.value.hasSuffix("yuan") || name.value.hasSuffix("元")
            || name.value.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isRest, value.scalar == "" else { return false }
        let message = Text(
            zh: "{ } 内带千分位逗号的金额要加引号，或单独写一行",
            en: "a sum with commas inside { } must stand in quotes, or on a line of its own"
        )
        self.diagnostics.add(.badMoney, at: name.position, message)
        return true
    }

    /// A share over 0 and at most the whole.
    func ratio(_ node: YAMLNode, _ what: Subject) -> Ratio? {
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
            guard !self.reportFullWidth(in: node) else { return nil }
            let message: Text =
                switch error {
                case .malformed:
                    Text(
                        zh: "“\(text)”不是准确的比例；\(RatioLiteral.hint.zh)",
                        en: "\"\(text)\" is no exact share; \(RatioLiteral.hint.en)"
                    )
                case .notPositive:
                    Text(zh: "\(what.zh)必须大于 0，而不是 \(text)", en: "\(what.en) must be more than 0, not \(text)")
                case .overOne:
                    Text(zh: "\(what.zh)不能超过 100%，而这里是 \(text)", en: "\(what.en) must be at most 100%, not \(text)")
                }
            self.diagnostics.add(.badRatio, at: node.position, message)
            return nil
        }
    }

    /// One of a few words.
    func choice<Value>(_ node: YAMLNode, _ what: Subject, _ choices: [(name: String, value: Value)]) -> Value? {
        guard let text = self.string(node, what) else { return nil }
        if let choice = choices.first(where: { $0.name == text }) { return choice.value }
        guard !self.reportFullWidth(in: node) else { return nil }
        let names = choices.map(\.name)
        let hint = self.diagnostics.suggestion(for: text, among: names)
        let list = names.joined(separator: ", ")
        self.diagnostics.add(
            .badChoice,
            at: node.position,
            Text(
                zh: "\(what.zh)不能是“\(text)”；可选：\(list)\(hint.zh)",
                en: "\(what.en) cannot be \"\(text)\"; it is one of \(list)\(hint.en)"
            )
        )
        return nil
    }

    /// A whole number, with or without commas between its thousands, or a figure that is one; of money its fen.
    func integer(_ node: YAMLNode, _ what: Subject) -> Int64? {
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
        guard !self.reportFullWidth(in: node) else { return nil }
        self.diagnostics.add(
            .wrongType,
            at: node.position,
            Text(zh: "\(what.zh)必须是整数，而不是“\(text)”", en: "\(what.en) must be a whole number, not \"\(text)\"")
        )
        return nil
    }

    func expression(_ node: YAMLNode, _ what: Subject) -> ExpressionDraft? {
        self.string(node, what).map { ExpressionDraft(text: $0, node: node) }
    }
}

/// The keys of a group and their values.
struct Group {
    /// What the group is, for messages.
    let what: Subject
    let position: SourcePosition
    let values: [String: (key: SourcePosition, node: YAMLNode)]
    /// Keys that are not there, but were probably meant by unknown ones, which are reported.
    let misspelt: Set<String>

    subscript(key: String) -> YAMLNode? { self.values[key]?.node }
}
