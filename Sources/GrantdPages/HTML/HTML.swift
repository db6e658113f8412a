//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Markup that is well-formed by construction: elements are closed where they are opened, and every text and attribute is
/// escaped as it is put in.
struct HTML: Sendable {
    /// The elements that the pages have.
    enum Element: String {
        case a, b, body, button, caption, dd, details, div, dl, dt, fieldset, footer, form, h1, h2, h3, head, header
        case html, label, legend, li, main, nav, ol, option, p, pre, section, select, span, strong, summary, svg, table
        case tbody, td, textarea, th, thead, title, tr, ul
    }

    /// The elements that have no content.
    enum VoidElement: String {
        case br, input, link, meta, rect
    }

    private(set) var markup = ""

    /// Nothing.
    init() {}

    /// A text, escaped.
    init(_ text: String) { Self.escape(text, into: &self.markup) }

    /// An element with what it holds.
    ///
    /// - Parameter attributes: Those that are nil are left out.
    init(_ element: Element, _ attributes: Attribute?..., @HTMLBuilder content: () -> HTML) {
        let content = content().markup
        // One piece of memory for most elements, in place of several that double.
        self.markup.reserveCapacity(content.utf8.count + 32 + 48 * attributes.count)
        self.open(element.rawValue, attributes)
        self.markup += content
        self.markup += "</"
        self.markup += element.rawValue
        self.markup += ">"
    }

    /// An element that has no content.
    init(_ element: VoidElement, _ attributes: Attribute?...) {
        // Within a drawing every element must be closed.
        self.open(element.rawValue, attributes, isClosed: element == .rect)
    }

    /// The doctype in front of a whole page.
    static func page(_ html: HTML) -> [UInt8] { Array("<!doctype html>".utf8) + Array(html.markup.utf8) }

    mutating func append(_ other: HTML) { self.markup += other.markup }

    /// Pieces with the same between each two.
    static func joined(_ pieces: [HTML], separator: String) -> HTML {
        var whole = HTML()
        for (index, piece) in pieces.enumerated() {
            if index > 0 { whole.append(HTML(separator)) }
            whole.append(piece)
        }
        return whole
    }

    private mutating func open(_ name: String, _ attributes: [Attribute?], isClosed: Bool = false) {
        self.markup += "<"
        self.markup += name
        for case let attribute? in attributes {
            self.markup += " "
            self.markup += attribute.name
            guard let value = attribute.value else { continue }
            self.markup += "=\""
            Self.escape(value, into: &self.markup)
            self.markup += "\""
        }
        self.markup += isClosed ? "/>" : ">"
    }

    /// Control characters, which no page may hold, become U+FFFD.
    private static func escape(_ text: String, into markup: inout String) {
        let isPlain = text.utf8.withContiguousStorageIfAvailable { !$0.contains { Self.isSpecial($0) } } ?? false
        guard !isPlain else {
            markup += text
            return
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": markup += "&amp;"
            case "<": markup += "&lt;"
            case ">": markup += "&gt;"
            case "\"": markup += "&quot;"
            case "'": markup += "&#39;"
            case "\n", "\t": markup.unicodeScalars.append(scalar)
            // A bare one would be read as a line feed, and come back from a form as another text.
            case "\r": markup += "&#13;"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": markup += "\u{FFFD}"
            default: markup.unicodeScalars.append(scalar)
            }
        }
    }

    /// Whether a byte is, or may begin, a character that does not stand for itself.
    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case 0..<0x20, UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"),
            0x7F, 0xC2:
            true
        default: false
        }
    }
}
