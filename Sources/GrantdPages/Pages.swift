//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdEngine
internal import GrantdInterview
package import GrantdJSON
internal import GrantdSchema

/// Pages for people: which support there is, what an applicant can get, a measure, its questions, the result.
///
/// Everything that a reader answers travels in the form; nothing is kept from one page to the next. No clock is read, and
/// nothing is asked but the engine, and of its own pages the book, so that the same request gives the same page.
package final class Pages: Sendable {
    /// A page is at most this large, in bytes.
    static let largestPage = 8 << 20
    /// What a form may hold: its fields, and the bytes of all names and values together.
    static let mostFields = 4096
    static let mostFormBytes = 1 << 20

    private let shelf: Shelf
    /// The pages of ``PageRefusal``, which are made beforehand: a refusal must cost less than what is refused.
    private let refusals: [PageRefusal: [Language: [UInt8]]]

    /// Puts the policies in order: some milliseconds, so not for an event loop.
    ///
    /// - Parameter json: A plan that has the policies' `EvaluateRequest` and `ScreenRequest`, to be shared; nil: one is made.
    package init(_ compiled: CompiledPolicies, json: JSONPlan? = nil) {
        let shelf = Shelf(compiled.policies, json: json)
        self.shelf = shelf
        let engine = Engine(compiled)
        let contexts = Language.allCases.map { language in
            PageContext(
                language: language,
                keepsLanguage: true,
                address: nil,
                today: "",
                origin: "",
                showsAwards: false,
                keepsDecisions: false,
                asksForTokens: false,
                shelf: shelf,
                engine: { engine },
                decided: { _ in }
            )
        }
        self.refusals = Dictionary(
            uniqueKeysWithValues: PageRefusal.allCases.map { refusal -> (PageRefusal, [Language: [UInt8]]) in
                let pages = contexts.map {
                    ($0.language, ErrorPage(context: $0, reason: refusal.reason, saysWhatIsKept: false).render())
                }
                return (refusal, Dictionary(uniqueKeysWithValues: pages))
            }
        )
    }

    /// Answers a browser, in a millisecond or so.
    ///
    /// - Parameters:
    ///   - engine: Of this thread, and of the same policies.
    ///   - decided: Told of each call whose answer the page gives.
    package func respond(
        to request: PageRequest,
        by engine: Engine,
        decided: @escaping PageDecision.Observer = { _ in }
    ) -> PageResponse {
        let segments = request.segments
        if let file = Self.file(at: segments) { return file }
        let context = self.context(request, { engine }, decided)
        guard request.path.utf8.count <= 1024, Self.isWithinBounds(request) else {
            return self.refuse(.tooLarge, context)
        }
        return self.route(segments, request, context)
    }

    /// Answers a browser that asks for a page of the book: `/awards` and what is below it.
    ///
    /// - Parameters:
    ///   - engine: Makes one of the same policies, where it is needed.
    ///   - calls: Ask the book; nil where the reader may not.
    package func respond(
        to request: PageRequest,
        by engine: @escaping () -> Engine,
        _ calls: AwardCalls?
    ) async -> PageResponse {
        let context = self.context(request, engine, { _ in })
        guard request.path.utf8.count <= 1024, Self.isWithinBounds(request) else {
            return self.refuse(.tooLarge, context)
        }
        guard request.form == nil else { return self.read(request, context) { self.refuse(.wrongMethod, context) } }
        guard let calls else { return self.refuse(.agencyOnly, context) }
        switch await AwardsRouter(context: context, calls: calls, request: request).respond(request.segments) {
        case .page(let body, let status): return Self.page(body, status: status)
        case .refused(let reason): return self.refuse(reason, context)
        case .redirect(let link):
            var response = Self.page([], status: 303)
            response.headers.append(("location", link.text))
            return response
        }
    }

    /// Answers a browser whose request comes to no page.
    ///
    /// - Parameters:
    ///   - query: The names and values of the address, as far as they can be read.
    ///   - acceptLanguage: What the browser says of the languages that its reader likes.
    package func refuse(
        _ refusal: PageRefusal,
        query: [(name: String, value: String)],
        acceptLanguage: String
    ) -> PageResponse {
        let stated = query.last { $0.name == FormField.language }.flatMap { Language(rawValue: $0.value) }
        let language = stated ?? Language(accepted: acceptLanguage)
        return Self.page(self.refusals[refusal]?[language] ?? [], status: refusal.reason.status)
    }

    // MARK: - Routes

    private func route(_ segments: [String], _ request: PageRequest, _ context: PageContext) -> PageResponse {
        switch (segments.first, segments.count) {
        case (nil, 0):
            return self.read(request, context) {
                Self.page(FindPage(context: context, query: FindQuery(request.query)).render())
            }
        case ("documents", 1):
            return self.read(request, context) { Self.page(DocumentsPage(context: context).render()) }
        case ("documents", 2):
            return self.read(request, context) {
                DocumentPage(context: context, number: segments[1]).render().map { Self.page($0) }
                    ?? self.refuse(.notFound, context)
            }
        case ("screen", 1): return Self.sized(ScreenJourney(context: context).respond(to: request.form), self, context)
        case ("measures", 2), ("measures", 3):
            guard let entry = context.shelf.entry(segments[1]) else {
                return self.refuse(.noSuchMeasure(closest: self.closest(to: segments[1])), context)
            }
            if segments.count == 2 {
                return self.read(request, context) {
                    entry.shown(on: context.today).map {
                        Self.page(MeasurePage(context: context, entry: entry, version: $0).render())
                    } ?? self.refuse(.notFound, context)
                }
            }
            guard segments[2] == "ask" else { return self.refuse(.notFound, context) }
            return Self.sized(MeasureJourney(context: context, entry: entry).respond(to: request.form), self, context)
        default: return self.refuse(.notFound, context)
        }
    }

    /// A page that is only read.
    private func read(_ request: PageRequest, _ context: PageContext, _ page: () -> PageResponse) -> PageResponse {
        guard request.form == nil else {
            var response = self.refuse(.wrongMethod, context)
            response.headers.append(("allow", "GET, HEAD"))
            return response
        }
        return page()
    }

    private func refuse(_ reason: ErrorPage.Reason, _ context: PageContext) -> PageResponse {
        Self.page(ErrorPage(context: context, reason: reason).render(), status: reason.status)
    }

    /// A page of answers, which grows with what was entered.
    private static func sized(_ answer: PageAnswer, _ pages: Pages, _ context: PageContext) -> PageResponse {
        switch answer {
        case .page(let body, let status):
            body.count > Self.largestPage ? pages.refuse(.tooLarge, context) : Self.page(body, status: status)
        case .refused(let reason): pages.refuse(reason, context)
        case .download(let body, let name):
            PageResponse(
                status: 200,
                headers: Self.commonHeaders + [
                    ("content-type", "application/json"), ("content-disposition", "attachment; filename=\"\(name)\""),
                    ("cache-control", "no-store"),
                ],
                body: body
            )
        }
    }

    // MARK: - Parts of a request

    private func context(
        _ request: PageRequest,
        _ engine: @escaping () -> Engine,
        _ decided: @escaping PageDecision.Observer
    ) -> PageContext {
        // A form says its language itself; what it switches to goes before.
        let form = request.form ?? []
        let said =
            form.last { $0.name == FormField.languageSwitch }?.value ?? form.last { $0.name == FormField.language }?
            .value
            ?? request.query.last { $0.name == FormField.language }?.value
        let stated = said.flatMap { Language(rawValue: $0) }
        return PageContext(
            language: stated ?? Language(accepted: request.acceptLanguage),
            keepsLanguage: stated != nil,
            address: request.form == nil ? (request.segments, request.query) : nil,
            today: request.today,
            origin: request.origin,
            showsAwards: request.showsAwards,
            keepsDecisions: request.keepsDecisions,
            asksForTokens: request.asksForTokens,
            shelf: self.shelf,
            engine: engine,
            decided: decided
        )
    }

    private static func isWithinBounds(_ request: PageRequest) -> Bool {
        let items = request.query + (request.form ?? [])
        guard items.count <= Self.mostFields else { return false }
        return items.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count } <= Self.mostFormBytes
    }

    private func closest(to id: String) -> Shelf.Entry? {
        Suggestion.nearest(to: id, among: self.shelf.entries.lazy.map(\.id)).flatMap { self.shelf.entry($0) }
    }

    // MARK: - Responses

    private static func page(_ body: [UInt8], status: Int = 200) -> PageResponse {
        PageResponse(
            status: status,
            headers: Self.commonHeaders + [
                ("content-type", "text/html; charset=utf-8"), ("cache-control", "no-store"),
                ("vary", "accept-language"),
            ],
            body: body
        )
    }

    /// The files that pages point at; their names change with what they hold.
    private static func file(at segments: [String]) -> PageResponse? {
        guard segments.count == 1 else { return nil }
        let place = "/" + segments[0]
        let (type, text): (String, String)
        switch place {
        case Stylesheet.link.text: (type, text) = ("text/css; charset=utf-8", Stylesheet.text)
        case Icon.link.text: (type, text) = ("image/svg+xml", Icon.text)
        default: return nil
        }
        return PageResponse(
            status: 200,
            headers: Self.commonHeaders + [
                ("content-type", type), ("cache-control", "public, max-age=31536000, immutable"),
            ],
            body: Array(text.utf8)
        )
    }

    /// Nothing is run, framed or fetched from elsewhere, and forms go nowhere else. (That types are not guessed every reply
    /// says.)
    private static let commonHeaders: [(name: String, value: String)] = [
        (
            "content-security-policy",
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
                + "frame-ancestors 'none'"
        ),
        ("referrer-policy", "no-referrer"), ("x-frame-options", "DENY"), ("cross-origin-opener-policy", "same-origin"),
    ]
}
