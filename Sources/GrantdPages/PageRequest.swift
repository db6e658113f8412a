//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a person's browser asked for.
package struct PageRequest: Sendable {
    /// The path, decoded, without the query.
    package var path: String
    /// The query's names and values, decoded, in their order.
    package var query: [(name: String, value: String)]
    /// The form's names and values, decoded, in their order; nil where the page is only read.
    package var form: [(name: String, value: String)]?
    /// What the browser says of the languages that its reader likes, as it says it.
    package var acceptLanguage: String
    /// Today's date, `YYYY-MM-DD`, which the pages propose as the day that is asked about. They read no clock.
    package var today: String
    /// Where the daemon is reached, as the browser sees it: `http://127.0.0.1:7843`. Stands in the line for curl.
    package var origin: String
    /// Whether the reader may see the book of awards, and there is one: pages lead there then.
    package var showsAwards: Bool
    /// Whether what is assessed is written to a log of decisions: pages say so then.
    package var keepsDecisions: Bool
    /// Whether a call must carry a token: the line for curl has a place for it then.
    package var asksForTokens: Bool

    package init(
        path: String,
        query: [(name: String, value: String)] = [],
        form: [(name: String, value: String)]? = nil,
        acceptLanguage: String = "",
        today: String,
        origin: String = "http://127.0.0.1:7843",
        showsAwards: Bool = false,
        keepsDecisions: Bool = false,
        asksForTokens: Bool = false
    ) {
        self.path = path
        self.query = query
        self.form = form
        self.acceptLanguage = acceptLanguage
        self.today = today
        self.origin = origin
        self.showsAwards = showsAwards
        self.keepsDecisions = keepsDecisions
        self.asksForTokens = asksForTokens
    }

    /// The parts of the path; none: the root.
    var segments: [String] { self.path.split(separator: "/").map(String.init) }
}
