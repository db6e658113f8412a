//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Makes nodes of what a YAML document begins, holds and ends, within ``LoaderLimits``.
struct YAMLTreeBuilder {
    enum Collection {
        case sequence
        case mapping
    }

    /// A list or a group that has not ended yet.
    private struct Open {
        let collection: Collection
        let position: SourcePosition
        var items: [YAMLNode] = []
        var entries: [YAMLNode.Entry] = []
        /// The key whose value comes next.
        var key: YAMLNode?
        /// The places in `entries` of the keys.
        var indices: [String: Int] = [:]
    }

    private let diagnostics: DiagnosticCollector
    private var stack: [Open] = []
    private var count = 0
    /// The whole document, once it has ended.
    private(set) var root: YAMLNode?

    init(diagnostics: DiagnosticCollector) {
        self.diagnostics = diagnostics
    }

    /// Begins a list or a group.
    ///
    /// - Returns: Whether the reading goes on.
    mutating func open(_ collection: Collection, at position: SourcePosition) -> Bool {
        guard self.isWithinBounds(position) else { return false }
        guard self.stack.count < LoaderLimits.nesting else {
            let message = Text(
                zh: "文件的层次超过 \(LoaderLimits.nesting) 层",
                en: "the file nests deeper than \(LoaderLimits.nesting) levels"
            )
            self.diagnostics.add(.nesting, at: position, message)
            return false
        }
        self.stack.append(Open(collection: collection, position: position))
        return true
    }

    /// Ends the list or group that began last.
    mutating func close() -> Bool {
        guard let open = self.stack.popLast() else { return false }
        switch open.collection {
        case .sequence: self.put(YAMLNode(position: open.position, content: .sequence(open.items)))
        case .mapping: self.put(YAMLNode(position: open.position, content: .mapping(open.entries)))
        }
        return true
    }

    /// Adds a scalar.
    mutating func add(_ content: YAMLNode.Content, at position: SourcePosition) -> Bool {
        guard self.isWithinBounds(position) else { return false }
        self.put(YAMLNode(position: position, content: content))
        return true
    }

    private mutating func isWithinBounds(_ position: SourcePosition) -> Bool {
        self.count += 1
        guard self.count > LoaderLimits.nodes else { return true }
        let message = Text(
            zh: "文件的键和值多于 \(LoaderLimits.nodes) 个",
            en: "the file has more than \(LoaderLimits.nodes) keys and values"
        )
        self.diagnostics.add(.tooLarge, at: position, message)
        return false
    }

    private mutating func put(_ node: YAMLNode) {
        guard var open = self.stack.popLast() else {
            self.root = node
            return
        }
        switch open.collection {
        case .sequence:
            open.items.append(node)
        case .mapping:
            if let key = open.key {
                open.key = nil
                self.put(YAMLNode.Entry(key: key, value: node), into: &open)
            } else {
                open.key = node
            }
        }
        self.stack.append(open)
    }

    private func put(_ entry: YAMLNode.Entry, into open: inout Open) {
        guard let name = entry.key.scalar else {
            open.entries.append(entry)
            return
        }
        guard let index = open.indices[name] else {
            open.indices[name] = open.entries.count
            open.entries.append(entry)
            return
        }
        self.reportTwice(name, at: entry.key.position, first: open.entries[index].key.position)
        open.entries[index] = entry
    }

    private func reportTwice(_ name: String, at position: SourcePosition, first: SourcePosition) {
        let isRestOfSum = !name.isEmpty && name.utf8.allSatisfy { (0x30...0x39).contains($0) }
        let zh = isRestOfSum ? "；{ } 内带千分位逗号的金额要加引号" : ""
        let en = isRestOfSum ? "; a sum with commas inside { } must stand in quotes" : ""
        let message = Text(
            zh: "键“\(name)”在同一组中写了两次，前一次在第 \(first.line) 行\(zh)",
            en: "the key \"\(name)\" is written twice in one group, first on line \(first.line)\(en)"
        )
        self.diagnostics.add(.duplicateKey, at: position, message)
    }
}
