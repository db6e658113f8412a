//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine

/// The pages of the book: envelopes, runs, applicants, awards. Every page asks the book anew.
struct AwardsRouter {
    let context: PageContext
    let calls: AwardCalls
    let request: PageRequest

    /// What comes of a request for a page of the book.
    enum Answer {
        case page([UInt8], status: Int = 200)
        /// Another place tells it.
        case redirect(Link)
        case refused(ErrorPage.Reason)
    }

    /// - Parameter segments: Of the path, `awards` the first.
    func respond(_ segments: [String]) async -> Answer {
        do throws(CallError) {
            switch segments.count == 1 ? "" : segments.count == 2 ? segments[1] : "/" {
            case "": return try await self.front()
            case "envelope": return try await self.envelope()
            case "run": return try await self.run()
            case "applicant": return try await self.applicant()
            case "award": return try await self.award()
            default: return .refused(.notFound)
            }
        } catch {
            let message = DaemonMessage(error.message)
            // What is wrong with a request is what was written into the address; of a code a reader can see what.
            return switch error.field {
            case "": .refused(.bookFails(message))
            case "unified_social_credit_code": .refused(.notInBook(message))
            default: .refused(.notInBook())
            }
        }
    }

    private func value(_ name: String) -> String? {
        self.request.query.last { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
    }

    /// Where the page before ended.
    private var after: String? { self.value("after") }

    /// The number of the first award of the page.
    private var first: Int { max(1, self.value("from").flatMap { Int($0) }.map { min($0, 1 << 40) } ?? 1) }

    // MARK: - Pages

    private func front() async throws(CallError) -> Answer {
        let search = AwardSearch(context: self.context, text: String((self.value("q") ?? "").prefix(200)))
        var isFound = true
        if !search.text.isEmpty {
            if let place = try await self.place(search) { return .redirect(place) }
            isFound = false
        }
        guard self.calls.keepsBook else {
            return .page(
                NoBookPage(context: self.context, search: search, isFound: isFound).render(),
                status: isFound ? 200 : 404
            )
        }
        let book = AwardBook(calls: self.calls, dryRun: nil)
        let envelopes = try await book.envelopes()
        let list = try await book.awards(AwardListRequest(order: .newest, wantsSums: true, pageSize: 20))
        let page = AwardsPage(context: self.context, search: search, isFound: isFound, envelopes: envelopes, list: list)
        return .page(page.render(), status: isFound ? 200 : 404)
    }

    /// Where a search leads; nil: nowhere.
    private func place(_ search: AwardSearch) async throws(CallError) -> Link? {
        switch search.meaning {
        case .applicant(let code) where self.calls.keepsBook: return self.context.link(toApplicant: code)
        case .award(let id) where self.calls.keepsBook:
            let list = try await AwardBook(calls: self.calls, dryRun: nil)
                .awards(AwardListRequest(awardID: id, pageSize: 1))
            if !list.awards.isEmpty { return self.context.link(toAward: id) }
            return try await self.place(ofRun: search.text)
        case .applicant, .award: return try await self.place(ofRun: search.text)
        case .run(let id): return try await self.place(ofRun: id)
        case nil: return nil
        }
    }

    /// The daemon's own book before a dry run of the same name.
    private func place(ofRun id: String) async throws(CallError) -> Link? {
        guard id.utf8.count <= 128, id.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        let books = (self.calls.keepsBook ? [nil] : []) + [id]
        for dryRun in books {
            let list = try await AwardBook(calls: self.calls, dryRun: dryRun)
                .awards(AwardListRequest(runID: id, pageSize: 1))
            if !list.awards.isEmpty { return self.context.link(toRun: id, isDry: dryRun != nil) }
        }
        return nil
    }

    private func envelope() async throws(CallError) -> Answer {
        guard let id = self.value("id") else { return .refused(.notInBook()) }
        let dryRun = self.value("run")
        guard self.calls.keepsBook || dryRun != nil else { return .refused(.noBook) }
        let book = AwardBook(calls: self.calls, dryRun: dryRun)
        guard let envelope = try await book.envelopes().first(where: { $0.id == id }) else {
            return .refused(.notInBook())
        }
        var request = AwardListRequest(envelopeID: id, order: .newest, wantsSums: dryRun == nil)
        request.pageToken = self.after
        let list = try await book.awards(request)
        let isFirst = self.after == nil
        let largest = isFirst && list.awards.count > 1 ? try await self.largest(of: id, in: book) : []
        return .page(
            EnvelopePage(
                context: self.context,
                envelope: envelope,
                list: list,
                largest: largest,
                dryRun: dryRun,
                isFirst: isFirst
            ).render()
        )
    }

    /// The largest awards of an envelope that draw on it.
    private func largest(of id: String, in book: AwardBook) async throws(CallError) -> [AwardList.Award] {
        let most = 5
        // Those that were given back stand among them, most often few.
        for size in [2 * most, AwardBook.pageSize] {
            let awards = try await book.awards(AwardListRequest(envelopeID: id, order: .largest, pageSize: size)).awards
            let live = awards.filter(\.state.isLive).prefix(most)
            if live.count == most || awards.count < size || size == AwardBook.pageSize { return Array(live) }
        }
        return []
    }

    private func run() async throws(CallError) -> Answer {
        guard let id = self.value("id") else { return .refused(.notInBook()) }
        let isDry = self.value("dry") != nil
        guard self.calls.keepsBook || isDry else { return .refused(.noBook) }
        let book = AwardBook(calls: self.calls, dryRun: isDry ? id : nil)
        var request = AwardListRequest(runID: id, wantsSums: true)
        request.pageToken = self.after
        let list = try await book.awards(request)
        guard !list.sums.isEmpty else { return .refused(.notInBook()) }
        let envelopes = isDry && self.after == nil ? try await book.envelopes() : []
        return .page(
            RunPage(
                context: self.context,
                id: id,
                isDry: isDry,
                list: list,
                envelopes: envelopes,
                first: self.after == nil ? 1 : self.first
            ).render()
        )
    }

    private func applicant() async throws(CallError) -> Answer {
        guard let code = self.value("code") else { return .refused(.notInBook()) }
        guard self.calls.keepsBook else { return .refused(.noBook) }
        var request = AwardListRequest(creditCode: code, order: .newest)
        request.pageToken = self.after
        let list = try await AwardBook(calls: self.calls, dryRun: nil).awards(request)
        return .page(
            ApplicantPage(context: self.context, code: code, list: list, isFirst: self.after == nil).render()
        )
    }

    private func award() async throws(CallError) -> Answer {
        guard let id = self.value("id") else { return .refused(.notInBook()) }
        let dryRun = self.value("run")
        guard self.calls.keepsBook || dryRun != nil else { return .refused(.noBook) }
        let book = AwardBook(calls: self.calls, dryRun: dryRun)
        let list = try await book.awards(AwardListRequest(awardID: id, pageSize: 1))
        guard let award = list.awards.first else { return .refused(.notInBook()) }
        let titles = award.envelopes.isEmpty ? [] : try await book.envelopes()
        return .page(AwardPage(context: self.context, award: award, envelopes: titles, dryRun: dryRun).render())
    }
}
