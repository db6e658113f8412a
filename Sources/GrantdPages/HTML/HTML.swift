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
        case html, label, legend, li, main, nav, ol, option, p, pre, section, select, span, summary, svg, table
        case tbody, td, textarea, th, thead, title, tr, ul
    }

    /// The elements that have no content.
    enum VoidElement: String {
        case br, input, link, meta, rect
    }

    /// UTF-8.
    private(set) var markup: [UInt8] = []

    /// Nothing.
    init() {}

    /// A text, escaped.
    init(_ text: String) { self.append(escaped: text) }

    /// An element with what it holds.
    ///
    /// - Parameter attributes: Those that are nil are left out.
    init(_ element: Element, _ attributes: Attribute?..., @HTMLBuilder content: () -> HTML) {
        let content = content().markup
        // One piece of memory for most elements, in place of several that double.
        self.markup.reserveCapacity(content.count + 32 + 48 * attributes.count)
        self.open(element.rawValue, attributes)
        self.markup += content
        self.append("</")
        self.append(element.rawValue)
        self.append(">")
    }

    /// An element that has no content.
    init(_ element: VoidElement, _ attributes: Attribute?...) {
        // Within a drawing every element must be closed.
        self.open(element.rawValue, attributes, isClosed: element == .rect)
    }

    /// The doctype in front of a whole page.
    static func page(_ html: HTML) -> [UInt8] { Array("<!doctype html>".utf8) + html.markup }

    mutating func append(_ other: HTML) { self.markup += other.markup }

    /// Pieces with the same between each two.
    static func joined(_ pieces: [HTML], separator: String) -> HTML {
        let separator = HTML(separator)
        var whole = HTML()
        for (index, piece) in pieces.enumerated() {
            if index > 0 { whole.append(separator) }
            whole.append(piece)
        }
        return whole
    }

    private mutating func open(_ name: String, _ attributes: [Attribute?], isClosed: Bool = false) {
        self.append("<")
        self.append(name)
        for case let attribute? in attributes {
            self.append(" ")
            self.append(attribute.name)
            guard let value = attribute.value else { continue }
            self.append("=\"")
            self.append(escaped: value)
            self.append("\"")
        }
        self.append(isClosed ? "/>" : ">")
    }

    /// What needs no escape.
    private mutating func append(_ markup: String) {
        var markup = markup
        markup.withUTF8 { self.markup.append(contentsOf: $0) }
    }

    private mutating func append(escaped text: String) {
        var text = text
        text.withUTF8 { self.append(escaped: $0) }
    }

    /// Control characters, which no page may hold, become U+FFFD.
    private mutating func append(escaped text: UnsafeBufferPointer<UInt8>) {
        var plain = 0
        var index = 0
        while index < text.count {
            guard let (length, reference) = Self.reference(at: index, in: text) else {
                index += 1
                continue
            }
            self.markup.append(contentsOf: text[plain..<index])
            self.append(reference)
            index += length
            plain = index
        }
        self.markup.append(contentsOf: text[plain...])
    }

    /// What stands for a character that does not stand for itself, and how many bytes that one takes; nil: it does.
    @inline(__always)
    private static func reference(at index: Int, in text: UnsafeBufferPointer<UInt8>) -> (length: Int, String)? {
        switch text[index] {
        case UInt8(ascii: "&"): (1, "&amp;")
        case UInt8(ascii: "<"): (1, "&lt;")
        case UInt8(ascii: ">"): (1, "&gt;")
        case UInt8(ascii: "\""): (1, "&quot;")
        case UInt8(ascii: "'"): (1, "&#39;")
        case UInt8(ascii: "\n"), UInt8(ascii: "\t"): nil
        // A bare one would be read as a line feed, and come back from a form as another text.
        case UInt8(ascii: "\r"): (1, "&#13;")
        case 0..<0x20, 0x7F: (1, "\u{FFFD}")
        // U+0080 to U+009F.
        case 0xC2 where (0x80...0x9F).contains(text[index + 1]): (2, "\u{FFFD}")
        default: nil
        }
    }
}
