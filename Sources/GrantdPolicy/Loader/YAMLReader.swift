//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import Yams

/// Reads a YAML document into nodes. The only file that knows the YAML library.
///
/// Of YAML a policy file has mappings, lists and scalars. Anchors, aliases and tags are refused: an officer reads a
/// file from top to bottom, and an alias can make a small file expand without end.
struct YAMLReader {
    /// Deeper nodes are refused; the format itself needs seven levels.
    private static let deepest = 32
    /// How many keys written twice are reported before the file is given up.
    private static let mostDuplicates = 20
    /// Put in place of each letter of a key that is written twice, so that the rest of the file can be read.
    private static let filler: Unicode.Scalar = "\u{E000}"

    private let source: SourceText
    private let problems: Problems

    init(source: SourceText, problems: Problems) {
        self.source = source
        self.problems = problems
    }

    /// The document, or `nil` after a problem that leaves nothing to read. Keys that are written twice are reported,
    /// and the later one is kept.
    func read() -> YAMLNode? {
        guard !self.hasAliases() else { return nil }
        var text = self.source.text
        var masked: [SourcePosition: String] = [:]
        for _ in 0..<Self.mostDuplicates {
            do {
                // Every scalar is taken as the text that it is: guessing at types costs more than all the rest of the
                // reading.
                let parser = try Yams.Parser(yaml: text, resolver: .basic, encoding: .utf8)
                guard let root = try parser.singleRoot() else {
                    self.problems.add(.syntax, at: .start, "the file holds nothing")
                    return nil
                }
                return self.convert(root, depth: 0, masked)
            } catch YamlError.duplicatedKeysInMapping(let names, let context) {
                let position = SourcePosition(line: context.mark.line, column: context.mark.column)
                let name = names.first ?? ""
                guard let readable = self.mask(name, at: position, in: text) else {
                    self.problems.add(.duplicateKey, at: position, "the key \"\(name)\" is written twice in one group")
                    return nil
                }
                masked[position] = name
                text = readable
            } catch {
                self.report(error)
                return nil
            }
        }
        self.problems.add(.duplicateKey, at: .start, "more than \(Self.mostDuplicates) keys are written twice")
        return nil
    }

    /// - Parameter masked: The names of keys that were written over, by their place.
    private func convert(_ node: Node, depth: Int, _ masked: [SourcePosition: String]) -> YAMLNode? {
        let position = node.mark.map { SourcePosition(line: $0.line, column: $0.column) } ?? .start
        guard depth < Self.deepest else {
            self.problems.add(.nesting, at: position, "the file nests deeper than \(Self.deepest) levels")
            return nil
        }
        if node.anchor != nil {
            self.problems.add(.alias, at: position, "anchors (&name) are not allowed; write the value where it is used")
        }
        switch node {
        case .scalar(let scalar):
            let style: YAMLNode.Style =
                switch scalar.style {
                case .singleQuoted, .doubleQuoted: .quoted
                case .literal, .folded: .block
                default: .plain
                }
            return YAMLNode(position: position, content: .scalar(scalar.string, style))
        case .sequence(let sequence):
            return YAMLNode(
                position: position,
                content: .sequence(sequence.compactMap { self.convert($0, depth: depth + 1, masked) })
            )
        case .mapping(let mapping):
            var entries: [YAMLNode.Entry] = []
            for (key, value) in mapping {
                guard let key = self.convert(key, depth: depth + 1, masked) else { continue }
                if let name = masked[key.position] {
                    let later = mapping.first { $0.key.string == name }?.key.mark
                    let place = later.map { SourcePosition(line: $0.line, column: $0.column) } ?? key.position
                    self.reportTwice(name, at: place, first: key.position)
                    continue
                }
                guard let value = self.convert(value, depth: depth + 1, masked) else { continue }
                entries.append(YAMLNode.Entry(key: key, value: value))
            }
            return YAMLNode(position: position, content: .mapping(entries))
        case .alias:
            self.problems.add(.alias, at: position, "aliases (*name) are not allowed; write the value out")
            return nil
        }
    }

    // MARK: - What the library cannot be left to find

    /// Looks for an alias before the library expands it: a few lines of aliases of aliases make it work for hours.
    private func hasAliases() -> Bool {
        var position = SourcePosition.start
        var previous: Unicode.Scalar = "\n"
        var hasAnchor = false
        var alias: SourcePosition?
        var scalars = self.source.text.unicodeScalars.makeIterator()
        var current = scalars.next()
        while let scalar = current {
            let following = scalars.next()
            let namesSomething = following.map(Self.isNameCharacter) ?? false
            if scalar == "&", namesSomething, previous != "&", !Self.isNameCharacter(previous) {
                hasAnchor = true
            } else if scalar == "*", namesSomething, alias == nil, !Self.isNameCharacter(previous), previous != ")" {
                alias = position
            }
            let isBreak = scalar == "\n"
            position = SourcePosition(
                line: isBreak ? position.line + 1 : position.line,
                column: isBreak ? 1 : position.column + 1
            )
            previous = scalar
            current = following
        }
        guard hasAnchor, let alias else { return false }
        self.problems.add(.alias, at: alias, "aliases (*name) are not allowed; write the value out")
        return true
    }

    private static func isNameCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default: false
        }
    }

    private func reportTwice(_ name: String, at position: SourcePosition, first: SourcePosition) {
        var message = "the key \"\(name)\" is written twice in one group, first on line \(first.line)"
        if name.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            message += "; a sum with commas inside { } must stand in quotes"
        }
        self.problems.add(.duplicateKey, at: position, message)
    }

    /// Writes over the first of two like keys, letter by letter, so that every other place in the file stays what it
    /// is.
    private func mask(_ name: String, at position: SourcePosition, in text: String) -> String? {
        let wanted = Array(name.unicodeScalars)
        guard !wanted.isEmpty else { return nil }
        var scalars = Array(text.unicodeScalars)
        var line = 1
        var start = 0
        while line < position.line, start < scalars.count {
            if scalars[start] == "\n" { line += 1 }
            start += 1
        }
        start += position.column - 1
        guard start >= 0 else { return nil }
        if start < scalars.count, scalars[start] == "\"" || scalars[start] == "'" { start += 1 }
        guard start + wanted.count <= scalars.count,
            Array(scalars[start..<(start + wanted.count)]) == wanted
        else { return nil }
        for index in start..<(start + wanted.count) { scalars[index] = Self.filler }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    private func report(_ error: any Error) {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            let place = SourcePosition(line: mark.line, column: mark.column)
            let origin = context.map { " (\($0.text), line \($0.mark.line))" } ?? ""
            self.problems.add(.syntax, at: place, "not YAML: \(problem)\(origin)")
        case YamlError.reader(let problem, let offset, _, let yaml):
            self.problems.add(.encoding, at: Self.position(ofCharacter: offset ?? 0, in: yaml), "not YAML: \(problem)")
        default:
            self.problems.add(.syntax, at: .start, "not YAML: the file cannot be read")
        }
    }

    private static func position(ofCharacter offset: Int, in text: String) -> SourcePosition {
        var line = 1
        var column = 1
        for character in text.prefix(max(0, offset)) {
            if character.isNewline {
                line += 1
                column = 1
            } else {
                column += character.unicodeScalars.count
            }
        }
        return SourcePosition(line: line, column: column)
    }
}
