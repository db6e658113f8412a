//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

extension DraftReader {
    /// What a version may change. The rest is the measure's, whatever the day.
    private static let versionKeys = [
        "in_force", "title", "clause", "basis", "screened", "agency_rate", "refuse", "requires", "bars", "once", "caps",
        "award", "used_up", "calculator", "define", "lines", "figures",
    ]
    /// What is the same in all versions, because clients rely on it or because it is the measure.
    private static let fixedKeys: Set<String> = ["id", "number", "facts", "types", "reserved", "versions"]
    /// What a version may take away.
    private static let optionalKeys: Set<String> = [
        "agency_rate", "refuse", "requires", "bars", "once", "caps", "used_up", "calculator", "define", "lines",
    ]
    /// How many versions a measure may have beside the first.
    private static let mostVersions = 100

    /// A measure as it is written, and each of its versions as if it had been written out, in the order of their days.
    ///
    /// - Parameters:
    ///   - inForce: The days of the programme.
    ///   - clause: The clause that they are from.
    ///   - room: How many bytes of the file may still be read once more for versions.
    func versions(
        of node: YAMLNode,
        within inForce: DateInterval?,
        by clause: String?,
        _ room: inout Int
    ) -> [MeasureDraft] {
        guard case .mapping(let entries) = node.content,
            let versionsEntry = entries.first(where: { $0.key.scalar == "versions" })
        else { return self.measure(node).map { [$0] } ?? [] }
        let own = entries.filter { $0.key.scalar != "versions" }
        guard var first = self.measure(YAMLNode(position: node.position, content: .mapping(own))) else { return [] }
        let items = self.list(versionsEntry.value, "versions")
        if items.isEmpty, case .sequence = versionsEntry.value.content {
            self.diagnostics.add(
                .wrongType,
                at: versionsEntry.value.position,
                Text(zh: "versions 至少应有一个版本", en: "versions must hold at least one version")
            )
        }
        guard items.count <= Self.mostVersions else {
            self.diagnostics.add(
                .tooLarge,
                at: versionsEntry.key.position,
                Text(
                    zh: "一项措施最多有\(Self.mostVersions)个版本，这里有\(items.count)个",
                    en: "a measure has at most \(Self.mostVersions) versions, and here are \(items.count)"
                )
            )
            return [first]
        }
        var later: [MeasureDraft] = []
        for item in items {
            guard let version = self.version(item, of: node, own, &room) else { continue }
            later.append(version)
        }
        self.end(&first, before: later.first, within: inForce, by: clause)
        let all = [first] + later
        self.checkDays(of: all)
        return all
    }

    private func version(
        _ item: YAMLNode,
        of measure: YAMLNode,
        _ own: [YAMLNode.Entry],
        _ room: inout Int
    ) -> MeasureDraft? {
        guard case .mapping(let entries) = item.content else {
            _ = self.group(item, "a version", keys: Self.versionKeys)
            return nil
        }
        for entry in entries {
            guard let key = entry.key.scalar, Self.fixedKeys.contains(key) else { continue }
            self.diagnostics.add(
                .unknownKey,
                at: entry.key.position,
                Text(
                    zh: "版本不能有“\(key)”：它在一项措施的所有版本中相同，写在措施本身",
                    en: "a version has no \"\(key)\": it is the same in all versions of a measure and stands there"
                )
            )
        }
        let changes = entries.filter { !Self.fixedKeys.contains($0.key.scalar ?? "") }
        let changed = YAMLNode(position: item.position, content: .mapping(changes))
        guard let group = self.group(changed, "a version", keys: Self.versionKeys) else { return nil }
        guard self.required("in_force", of: group) != nil else { return nil }
        room -= measure.weight
        guard room >= 0 else {
            self.reportNoRoom(at: item.position)
            return nil
        }
        var written = own.filter { entry in
            guard let key = entry.key.scalar else { return false }
            return key == "figures" || group.values[key] == nil
        }
        for entry in changes {
            guard let key = entry.key.scalar, group.values[key] != nil else { continue }
            if Self.optionalKeys.contains(key), entry.value.scalar == "none" { continue }
            if key == "figures" {
                let before = written.first { $0.key.scalar == key }?.value
                written.removeAll { $0.key.scalar == key }
                written.append(YAMLNode.Entry(key: entry.key, value: self.merged(before, with: entry.value)))
            } else {
                written.append(entry)
            }
        }
        // The measure's place: what it lacks, it lacks once.
        var draft = self.measure(YAMLNode(position: measure.position, content: .mapping(written)))
        draft?.position = item.position
        draft?.isLaterVersion = true
        if let id = draft?.id { draft?.id = Located(value: id.value, position: item.position) }
        return draft
    }

    /// The file may be read so many bytes of once more for versions: as many as it may have.
    static let roomForVersions = LoaderLimits.fileBytes

    func reportNoRoom(at position: SourcePosition) {
        self.diagnostics.add(
            .tooLarge,
            at: position,
            Text(
                zh: "文件的各版本展开后超过\(Self.roomForVersions)字节",
                en: "the versions of the file, written out, are larger than \(Self.roomForVersions) bytes"
            )
        )
    }

    /// The figures of a measure with those of a version over them, by name.
    private func merged(_ before: YAMLNode?, with after: YAMLNode) -> YAMLNode {
        guard case .mapping(let old)? = before?.content, case .mapping(let new) = after.content else { return after }
        for entry in new {
            guard let name = entry.key.scalar, let value = entry.value.scalar,
                old.contains(where: { $0.key.scalar == name && $0.value.scalar == value })
            else { continue }
            self.diagnostics.warn(
                .idleFigure,
                at: entry.key.position,
                Text(
                    zh: "版本中的数值“\(name)”与措施本身的相同，可以不写",
                    en: "the figure \"\(name)\" of this version is the same as the measure's own; leave it out"
                )
            )
        }
        let names = Set(new.compactMap(\.key.scalar))
        let kept = old.filter { !names.contains($0.key.scalar ?? "") }
        return YAMLNode(position: after.position, content: .mapping(kept + new))
    }

    // MARK: - Days

    /// A measure that names no days of its own is in force from its programme's first until its next version's.
    private func end(
        _ first: inout MeasureDraft,
        before next: MeasureDraft?,
        within inForce: DateInterval?,
        by clause: String?
    ) {
        guard !first.hasOwnInterval, let inForce, let next = next?.inForce else { return }
        guard next.value.from > inForce.from, let last = CivilDate(days: next.value.from - 1) else {
            self.diagnostics.add(
                .badInterval,
                at: next.position,
                Text(
                    zh: "该版本自\(next.value.fromText)起施行，措施本身在此之前一天也不施行（项目自\(inForce.fromText)起）",
                    en: "the version begins on \(next.value.fromText), which leaves the measure itself no day: its "
                        + "programme begins on \(inForce.fromText)"
                )
            )
            return
        }
        let interval = DateInterval(
            from: inForce.from,
            fromText: inForce.fromText,
            until: last.days,
            untilText: last.description
        )
        first.inForce = Located(value: interval, position: first.position)
        first.inForceClause = clause
        first.hasOwnInterval = true
    }

    /// One version follows another: no day in two, and a day in none is worth a warning.
    private func checkDays(of versions: [MeasureDraft]) {
        for (earlier, later) in zip(versions, versions.dropFirst()) {
            guard let before = earlier.inForce?.value, let after = later.inForce else { continue }
            guard let end = before.until, end < after.value.from else {
                self.diagnostics.add(
                    .dateOverlap,
                    at: after.position,
                    Text(
                        zh: "该版本\(after.value.words.zh)施行，而第\(earlier.position.line)行的版本\(before.words.zh)施行："
                            + "同一天不能有两个版本，且版本须按日期先后书写",
                        en: "this version is in force \(after.value.words.en), and the version on line "
                            + "\(earlier.position.line) \(before.words.en): no day can have two, and versions stand by date"
                    )
                )
                continue
            }
            guard end + 1 < after.value.from, let from = CivilDate(days: end + 1),
                let until = CivilDate(days: after.value.from - 1)
            else { continue }
            self.diagnostics.warn(
                .versionGap,
                at: after.position,
                Text(
                    zh: "自\(from)至\(until)没有施行的版本",
                    en: "from \(from) until \(until) no version is in force"
                )
            )
        }
    }
}

extension DateInterval {
    /// `自2026-01-01至2026-12-31`, `from 2026-01-01 until 2026-12-31`; `自2026-01-01起`, `from 2026-01-01 on`.
    fileprivate var words: Text {
        guard let until = self.untilText else { return Text(zh: "自\(self.fromText)起", en: "from \(self.fromText) on") }
        return Text(zh: "自\(self.fromText)至\(until)", en: "from \(self.fromText) until \(until)")
    }
}

extension YAMLNode {
    /// About how much of the file the node is, in bytes.
    var weight: Int {
        switch self.content {
        case .scalar(let text, _): text.utf8.count + 1
        case .sequence(let items): items.reduce(2) { $0 + $1.weight }
        case .mapping(let entries): entries.reduce(2) { $0 + $1.key.weight + $1.value.weight }
        }
    }
}
