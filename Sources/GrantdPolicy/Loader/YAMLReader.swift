//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CYaml

/// Reads a YAML document into nodes. The only file that knows the YAML library.
///
/// Of YAML a policy file has mappings, lists and scalars, every scalar taken as the text that it is. Anchors, aliases and
/// tags are refused: an officer reads a file from top to bottom, and an alias can make a small file expand without end. The
/// library's events are taken one by one, so that a hostile file is given up where it goes over a bound and not behind its
/// end.
struct YAMLReader {
    private let source: SourceText
    private let diagnostics: DiagnosticCollector

    init(source: SourceText, diagnostics: DiagnosticCollector) {
        self.source = source
        self.diagnostics = diagnostics
    }

    /// The document, or `nil` after a problem that leaves nothing to read. Keys that are written twice are reported, and the
    /// later one is kept.
    func read() -> YAMLNode? {
        var text = self.source.text
        return text.withUTF8 { bytes in
            var parser = yaml_parser_t()
            guard yaml_parser_initialize(&parser) == 1 else { return nil }
            defer { yaml_parser_delete(&parser) }
            // The encoding is left to be found: so a byte order mark, which editors put there, is passed over.
            yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
            return self.document(&parser)
        }
    }

    private func document(_ parser: inout yaml_parser_t) -> YAMLNode? {
        var builder = YAMLTreeBuilder(diagnostics: self.diagnostics)
        while !self.diagnostics.isFull {
            var event = yaml_event_t()
            guard yaml_parser_parse(&parser, &event) == 1 else {
                self.report(parser)
                return nil
            }
            defer { yaml_event_delete(&event) }
            let position = Self.position(event.start_mark)
            var isGood = true
            switch event.type {
            case YAML_STREAM_END_EVENT:
                if builder.root == nil {
                    self.diagnostics.add(.syntax, at: .start, Text(zh: "文件是空的", en: "the file holds nothing"))
                }
                return builder.root
            case YAML_DOCUMENT_START_EVENT:
                isGood = self.isFirst(event, builder, at: position)
            case YAML_ALIAS_EVENT:
                let message = Text(
                    zh: "不能使用别名（*名称）；请把内容写全",
                    en: "aliases (*name) are not allowed; write the value out"
                )
                self.diagnostics.add(.alias, at: position, message)
                return nil
            case YAML_SCALAR_EVENT:
                let scalar = event.data.scalar
                self.check(anchor: scalar.anchor, tag: scalar.tag, at: position)
                let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
                let text = String(decoding: bytes, as: UTF8.self)
                isGood = builder.add(.scalar(text, Self.style(scalar.style)), at: position)
            case YAML_SEQUENCE_START_EVENT:
                let start = event.data.sequence_start
                self.check(anchor: start.anchor, tag: start.tag, at: position)
                isGood = builder.open(.sequence, at: position)
            case YAML_MAPPING_START_EVENT:
                let start = event.data.mapping_start
                self.check(anchor: start.anchor, tag: start.tag, at: position)
                isGood = builder.open(.mapping, at: position)
            case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
                isGood = builder.close()
            default:
                break
            }
            guard isGood else { return nil }
        }
        return nil
    }

    private func isFirst(
        _ event: yaml_event_t,
        _ builder: YAMLTreeBuilder,
        at position: SourcePosition
    ) -> Bool {
        if builder.root != nil {
            let message = Text(
                zh: "一个文件只写一份文档；请去掉 ---",
                en: "not YAML of one document; leave the --- out"
            )
            self.diagnostics.add(.syntax, at: position, message)
            return false
        }
        let start = event.data.document_start
        guard start.version_directive == nil, start.tag_directives.start == start.tag_directives.end else {
            self.diagnostics.add(
                .tag,
                at: position,
                Text(zh: "不能使用 %YAML、%TAG 指令；请去掉", en: "%YAML and %TAG are not used; leave them out")
            )
            return false
        }
        return true
    }

    private func check(
        anchor: UnsafeMutablePointer<yaml_char_t>?,
        tag: UnsafeMutablePointer<yaml_char_t>?,
        at position: SourcePosition
    ) {
        if anchor != nil {
            let message = Text(
                zh: "不能使用锚点（&名称）；请在用到之处写出内容",
                en: "anchors (&name) are not allowed; write the value where it is used"
            )
            self.diagnostics.add(.alias, at: position, message)
        }
        if tag != nil {
            let message = Text(
                zh: "不能使用标签（!名称）；请只写内容，需要以 ! 开头的文本请加引号",
                en: "tags (!name) are not used; write the value alone, and a text that begins with ! in quotes"
            )
            self.diagnostics.add(.tag, at: position, message)
        }
    }

    private static func style(_ style: yaml_scalar_style_t) -> YAMLNode.Style {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE, YAML_DOUBLE_QUOTED_SCALAR_STYLE: .quoted
        case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
        default: .plain
        }
    }

    private static func position(_ mark: yaml_mark_t) -> SourcePosition {
        SourcePosition(line: Int(clamping: mark.line) &+ 1, column: Int(clamping: mark.column) &+ 1)
    }

    // MARK: - What is no YAML

    /// What the library says most often, for those who read Chinese.
    private static func chinese(_ reason: String) -> String {
        switch reason {
        case "did not find expected ',' or '}'": "花括号内此处应有 , 或 }；含花括号、逗号或冒号的文字请用引号括起来"
        case "did not find expected ',' or ']'": "方括号内此处应有 , 或 ]；含方括号或逗号的文字请用引号括起来"
        case "did not find expected '-' indicator": "此处应为清单的下一项（- 开头）；请核对缩进是否与上一项对齐"
        case "did not find expected key": "此处应为一个键；请核对缩进是否与同组的键对齐，文字中的引号是否成对"
        case "mapping values are not allowed in this context": "此处不应有冒号；请核对上一行的缩进，含“: ”的文字请用引号括起来"
        case "could not find expected ':'": "键后缺少冒号"
        case "found character that cannot start any token": "此字符不能用在开头；请用引号括起来"
        case "found unexpected end of stream": "引号没有成对，直到文件末尾"
        case "block sequence entries are not allowed in this context": "此处不应有清单项（- 开头）；请核对缩进"
        default: reason
        }
    }

    private func report(_ parser: yaml_parser_t) {
        let reason = parser.problem.map { String(cString: $0) } ?? "the file cannot be read"
        guard parser.error != YAML_READER_ERROR else {
            let place = self.source.position(ofByte: Int(clamping: parser.problem_offset))
            let message = Text(zh: "文件中有不能使用的字符：\(reason)", en: "not YAML: \(reason)")
            self.diagnostics.add(.encoding, at: place, message)
            return
        }
        let place = Self.position(parser.problem_mark)
        let context = parser.context.map { String(cString: $0) }
        let first = context == nil ? place : Self.position(parser.context_mark)
        if let slip = FullWidthSlip.find(in: self.source, from: first.line, through: place.line) {
            self.diagnostics.add(.fullWidth, at: slip.position, slip.message)
            return
        }
        if self.source.scalars(ofLine: place.line).prefix(while: { $0 == " " || $0 == "\t" }).contains("\t") {
            let message = Text(
                zh: "缩进用了制表符；请改用空格",
                en: "the line begins with a tab; indent with spaces"
            )
            self.diagnostics.add(.syntax, at: place, message)
            return
        }
        let zh = context == nil ? "" : "（从第 \(first.line) 行起）"
        let en = context.map { " (\($0), line \(first.line))" } ?? ""
        let message = Text(zh: "不合 YAML 写法\(zh)：\(Self.chinese(reason))", en: "not YAML: \(reason)\(en)")
        self.diagnostics.add(.syntax, at: place, message)
    }
}
