//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPages
internal import Testing

extension Site {
    /// What holds of every page: one heading, every field named, nothing from elsewhere, nothing that runs.
    ///
    /// - Parameter typed: What people wrote themselves, in whatever language.
    func expectShape(
        of response: PageResponse,
        _ language: String,
        status: Int = 200,
        typed: Set<String> = [],
        path: String
    ) throws {
        let page = try self.page(response, status: status)
        let tag = language == "zh" ? "zh-CN" : "en"
        #expect(page.all("html").first?["lang"] == tag, "\(path)")
        #expect(page.all("h1").count == 1, "\(path)")
        #expect(page.all("main").count == 1 && page.all("nav").count == 1 && page.all("header").count == 1, "\(path)")
        #expect(page.all("title").first.map { !$0.text.isEmpty } ?? false, "\(path)")
        #expect(page.elements.allSatisfy { $0["style"] == nil && $0.name != "script" && $0.name != "style" }, "\(path)")
        #expect(
            page.elements.allSatisfy { element in element.attributes.keys.allSatisfy { !$0.hasPrefix("on") } },
            "\(path)"
        )
        // Nothing is fetched from elsewhere.
        for element in page.elements {
            for name in ["href", "src", "action", "formaction"] {
                if let place = element[name] { #expect(place.hasPrefix("/") || place.hasPrefix("#"), "\(path)") }
            }
        }
        // Every field that can be filled in has a name that people see.
        let labelled = Set(page.all("label").compactMap { $0["for"] })
        for field in page.elements
        where ["input", "select", "textarea"].contains(field.name) && field["type"] != "hidden" {
            #expect(field["id"].map(labelled.contains) ?? false, "\(path): \(field["name"] ?? "")")
        }
        for fieldset in page.all("fieldset") {
            #expect(fieldset["aria-label"] != nil || page.all("legend").contains { $0.parent === fieldset }, "\(path)")
        }
        let foreign = try ForeignWords.ofBuiltIn.get().found(on: page, language, typed: typed)
        #expect(foreign.isEmpty, "\(path): \(foreign)")
        // What an attribute points at is there.
        let ids = Set(page.elements.compactMap { $0["id"] })
        for element in page.elements {
            for name in ["for", "aria-describedby", "form"] {
                for id in (element[name] ?? "").split(separator: " ") {
                    #expect(ids.contains(String(id)), "\(path): \(id)")
                }
            }
            if let place = element["href"], place.hasPrefix("#") {
                #expect(ids.contains(String(place.dropFirst())), "\(path)")
            }
        }
    }
}
