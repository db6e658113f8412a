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

    static func buildPartialBlock(first: HTML) -> HTML { first }

    static func buildPartialBlock(accumulated: HTML, next: HTML) -> HTML {
        var whole = accumulated
        whole.append(next)
        return whole
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
