//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// An attribute of an element. Its name comes from here, its value is escaped where it is written.
struct Attribute: Sendable {
    let name: String
    /// nil: the name alone says it.
    let value: String?

    private init(_ name: String, _ value: String?) {
        self.name = name
        self.value = value
    }

    // MARK: - Of every element

    static func `class`(_ names: String) -> Self { Self("class", names) }
    static func id(_ id: String) -> Self { Self("id", id) }
    /// The language of what the element holds.
    static func lang(_ tag: String) -> Self { Self("lang", tag) }
    static func role(_ role: String) -> Self { Self("role", role) }
    static func label(_ text: String) -> Self { Self("aria-label", text) }
    static func describedBy(_ ids: String) -> Self { Self("aria-describedby", ids) }
    static let hidden = Self("aria-hidden", "true")
    static let current = Self("aria-current", "page")
    static let invalid = Self("aria-invalid", "true")
    /// Takes the focus as the page opens, and by script only otherwise.
    static let autofocus = Self("autofocus", nil)
    static let focusable = Self("tabindex", "-1")
    /// Is passed over by the keyboard.
    static let unreachable = Self("tabindex", "-1")
    /// Can be reached by the keyboard, as a region that scrolls must be.
    static let reachable = Self("tabindex", "0")

    // MARK: - Links

    static func href(_ link: Link) -> Self { Self("href", link.text) }
    static func rel(_ relation: String) -> Self { Self("rel", relation) }
    static func hreflang(_ tag: String) -> Self { Self("hreflang", tag) }

    // MARK: - Heads

    static let utf8 = Self("charset", "utf-8")
    static func content(_ text: String) -> Self { Self("content", text) }

    // MARK: - Forms

    static func action(_ link: Link) -> Self { Self("action", link.text) }
    static func formAction(_ link: Link) -> Self { Self("formaction", link.text) }
    /// The form of a button that stands outside of it.
    static func form(_ id: String) -> Self { Self("form", id) }
    static let post = Self("method", "post")
    static let get = Self("method", "get")
    static func name(_ name: String) -> Self { Self("name", name) }
    static func value(_ value: String) -> Self { Self("value", value) }
    static func type(_ type: String) -> Self { Self("type", type) }
    static func `for`(_ id: String) -> Self { Self("for", id) }
    static func inputMode(_ mode: String) -> Self { Self("inputmode", mode) }
    static func placeholder(_ text: String) -> Self { Self("placeholder", text) }
    static func maxLength(_ length: Int) -> Self { Self("maxlength", String(length)) }
    static func rows(_ count: Int) -> Self { Self("rows", String(count)) }
    static let noAutocomplete = Self("autocomplete", "off")
    static let noValidation = Self("novalidate", nil)
    static let readOnly = Self("readonly", nil)
    static let checked = Self("checked", nil)
    static let selected = Self("selected", nil)
    /// Of what can be folded away.
    static let open = Self("open", nil)

    // MARK: - Tables

    static func scope(_ scope: String) -> Self { Self("scope", scope) }

    // MARK: - Drawings

    static func viewBox(_ width: Int, _ height: Int) -> Self { Self("viewBox", "0 0 \(width) \(height)") }
    /// Drawings as wide as their place, whatever their own width.
    static let stretched = Self("preserveAspectRatio", "none")
    static func x(_ x: Int) -> Self { Self("x", String(x)) }
    static func width(_ width: Int) -> Self { Self("width", String(width)) }
    static func height(_ height: Int) -> Self { Self("height", String(height)) }
}
