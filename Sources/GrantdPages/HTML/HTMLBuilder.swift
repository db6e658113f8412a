//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Puts markup together from statements: a string is a text, and is escaped.
@resultBuilder
enum HTMLBuilder {
    static func buildExpression(_ html: HTML) -> HTML { html }

    static func buildExpression(_ text: String) -> HTML { HTML(text) }

    static func buildExpression(_ html: HTML?) -> HTML { html ?? HTML() }

    static func buildPartialBlock(first: consuming HTML) -> HTML { first }

    /// Goes on with what is there: a copy of it for each statement would be most of a page's cost.
    static func buildPartialBlock(accumulated: consuming HTML, next: HTML) -> HTML {
        accumulated.append(next)
        return accumulated
    }

    static func buildBlock() -> HTML { HTML() }

    static func buildOptional(_ html: HTML?) -> HTML { html ?? HTML() }

    static func buildEither(first: HTML) -> HTML { first }

    static func buildEither(second: HTML) -> HTML { second }

    static func buildArray(_ pieces: [HTML]) -> HTML {
        var whole = HTML()
        for piece in pieces { whole.append(piece) }
        return whole
    }
}
