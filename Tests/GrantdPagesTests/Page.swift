//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

/// A page taken apart by a parser that forgives nothing: every element is closed where it was opened, every attribute is
/// quoted, stands once and holds no bare `<` or `&`, every id stands once.
struct Page {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// An element, in the order of the text.
    final class Element {
        let name: String
        let attributes: [String: String]
        let parent: Element?
        var text = ""

        init(_ name: String, _ attributes: [String: String], _ parent: Element?) {
            self.name = name
            self.attributes = attributes
            self.parent = parent
        }

        subscript(_ attribute: String) -> String? { self.attributes[attribute] }

        func isInside(_ name: String) -> Bool { self.isInside { $0.name == name } }

        func isInside(id: String) -> Bool { self.isInside { $0["id"] == id } }

        private func isInside(_ isMeant: (Element) -> Bool) -> Bool {
            var element = self.parent
            while let outer = element {
                if isMeant(outer) { return true }
                element = outer.parent
            }
            return false
        }
    }

    private static let void: Set<String> = ["meta", "link", "input", "br", "rect"]

    private(set) var elements: [Element] = []
    /// The text between two tags, and the element that it stands in.
    private(set) var pieces: [(text: String, element: Element)] = []

    init(_ bytes: [UInt8]) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.utf8.elementsEqual(bytes) else { throw Failure(description: "no UTF-8") }
        guard text.hasPrefix("<!doctype html>") else { throw Failure(description: "no doctype") }
        var scalars = Substring(text.dropFirst("<!doctype html>".count)).unicodeScalars
        var open: [Element] = []
        while let next = scalars.first {
            if next == "<" {
                let end = scalars.firstIndex(of: ">") ?? scalars.endIndex
                guard end != scalars.endIndex else { throw Failure(description: "an element without an end") }
                let tag = String(scalars[scalars.index(after: scalars.startIndex)..<end])
                scalars = scalars[scalars.index(after: end)...]
                if tag.hasPrefix("/") {
                    guard let last = open.popLast(), last.name == tag.dropFirst() else {
                        throw Failure(description: "</\(tag)> closes what is not open")
                    }
                } else {
                    // Only a drawing's elements may close themselves, and must.
                    guard tag.hasSuffix("/") == tag.hasPrefix("rect") else { throw Failure(description: "<\(tag)>") }
                    let element = try Self.element(tag.hasSuffix("/") ? String(tag.dropLast()) : tag, open.last)
                    self.elements.append(element)
                    if !Self.void.contains(element.name) { open.append(element) }
                }
            } else {
                let end = scalars.firstIndex(of: "<") ?? scalars.endIndex
                let piece = try Self.unescaped(String(scalars[..<end]))
                scalars = scalars[end...]
                for element in open { element.text += piece }
                if let innermost = open.last { self.pieces.append((piece, innermost)) }
            }
        }
        guard open.isEmpty else { throw Failure(description: "<\(open.map(\.name))> is never closed") }
        let ids = self.elements.compactMap { $0["id"] }
        guard Set(ids).count == ids.count else { throw Failure(description: "an id stands twice") }
    }

    private static func element(_ tag: String, _ parent: Element?) throws -> Element {
        var rest = Substring(tag)
        let name = rest.prefix { $0 != " " }
        guard !name.isEmpty, name.allSatisfy({ $0.isLowercase || $0.isNumber }) else {
            throw Failure(description: "<\(tag)> is no element")
        }
        rest = rest.dropFirst(name.count)
        var attributes: [String: String] = [:]
        while !rest.isEmpty {
            guard rest.hasPrefix(" ") else { throw Failure(description: "<\(tag)>: no space between attributes") }
            rest = rest.dropFirst()
            let key = rest.prefix { $0.isLetter || $0 == "-" }
            guard !key.isEmpty, attributes[String(key)] == nil else {
                throw Failure(description: "<\(tag)>: attribute")
            }
            rest = rest.dropFirst(key.count)
            guard rest.hasPrefix("=") else {
                attributes[String(key)] = ""
                continue
            }
            guard rest.hasPrefix("=\""), let end = rest.dropFirst(2).firstIndex(of: "\"") else {
                throw Failure(description: "<\(tag)>: an attribute without quotes")
            }
            attributes[String(key)] = try self.unescaped(String(rest[rest.index(rest.startIndex, offsetBy: 2)..<end]))
            rest = rest[rest.index(after: end)...]
        }
        return Element(String(name), attributes, parent)
    }

    private static func unescaped(_ text: String) throws -> String {
        var result = ""
        var rest = Substring(text)
        while let place = rest.firstIndex(of: "&") {
            result += rest[..<place]
            rest = rest[place...]
            let known = [
                "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": "\"", "&#39;": "'", "&#13;": "\r",
            ]
            guard let (entity, plain) = known.first(where: { rest.hasPrefix($0.key) }) else {
                throw Failure(description: "a bare & in “\(text.prefix(80))”")
            }
            result += plain
            rest = rest.dropFirst(entity.count)
        }
        guard !text.contains("<"), !text.contains(">") else {
            throw Failure(description: "a bare < in “\(text.prefix(80))”")
        }
        return result + rest
    }

    // MARK: - What is on it

    func all(_ name: String) -> [Element] { self.elements.filter { $0.name == name } }

    var heading: String { self.all("h1").first?.text ?? "" }

    var text: String { self.all("body").first?.text ?? "" }

    /// The hidden fields of its form, as a browser sends them.
    var fields: [(name: String, value: String)] {
        self.all("input").filter { $0["type"] == "hidden" && $0.isInside("form") }
            .compactMap { input in input["name"].map { ($0, input["value"] ?? "") } }
    }

    func field(_ name: String) -> String? { self.fields.last { $0.name == name }?.value }

    /// The names of the fields in which something can be typed or chosen.
    var typed: [String] {
        var names: [String] = []
        for element in self.elements where ["input", "select"].contains(element.name) && element["type"] != "hidden" {
            if let name = element["name"], name.hasPrefix("typed:"), !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// What its buttons do.
    var actions: [String] { self.all("button").filter { $0["name"] == "go" }.compactMap { $0["value"] } }
}
