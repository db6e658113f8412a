//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// Why there is no page, in words, and where to go from here.
struct ErrorPage {
    enum Reason {
        case notFound
        case noSuchMeasure(closest: Shelf.Entry?)
        case wrongMethod
        case tooLarge
        /// The form holds what no page of ours sends.
        case badForm
        /// The address holds what no address of ours has.
        case badAddress
        /// The form stands on a page of another site.
        case foreignForm
        /// What was sent is no form at all.
        case noForm
        /// With these answers there is no result.
        case refused(DaemonMessage)
        /// The daemon's own fault.
        case fails(DaemonMessage?)
        /// Too much is waiting already.
        case busy
        /// The daemon is stopping.
        case stopping
        /// The book is an agency's alone.
        case agencyOnly
        case noBook
        /// The reason where what is looked for cannot be in any book.
        case notInBook(DaemonMessage? = nil)
        /// The book could not be read.
        case bookFails(DaemonMessage)

        var status: Int {
            switch self {
            case .notFound, .noSuchMeasure, .noBook, .notInBook: 404
            case .badForm, .badAddress, .refused: 400
            case .agencyOnly, .foreignForm: 403
            case .wrongMethod: 405
            case .tooLarge: 413
            case .noForm: 415
            case .busy: 429
            case .fails: 500
            case .bookFails, .stopping: 503
            }
        }
    }

    let context: PageContext
    let reason: Reason
    /// Whether the page stands for one that would take answers.
    var saysWhatIsKept = true

    func render() -> [UInt8] {
        let context = self.context
        let words = self.words
        let part: Layout.Part = self.reason.isAboutBook ? .awards : .other
        var layout = Layout(
            context: context,
            part: part,
            title: context(words.title),
            isWrong: true,
            languageSwitch: self.languageSwitch
        )
        layout.saysWhatIsKept = self.saysWhatIsKept
        return layout.page {
            HTML(.div, .class("card")) {
                HTML(.h1) { context(words.title) }
                HTML(.p) {
                    self.isOurFault
                        ? context.language.sentences(context(words.text), self.whomToTell) : context(words.text)
                }
                if case .noSuchMeasure(let closest?) = self.reason, let version = closest.versions.last {
                    HTML(.p) {
                        context(Words.Failure.didYouMean)
                        HTML(.a, .href(context.link(toMeasure: closest.id))) { context(version.measure.title) }
                    }
                }
                if let why = self.why { HTML(.p, .class("digest")) { why } }
                HTML(.div, .class("actions")) {
                    if self.reason.isAboutBook {
                        HTML(.a, .class("go"), .href(context.link("awards"))) { context(Words.Failure.toBook) }
                    } else {
                        HTML(.a, .class("go"), .href(context.link())) { context(Words.Failure.toFind) }
                        HTML(.a, .class("soft"), .href(context.link("screen"))) { context(Words.Site.screen) }
                    }
                }
            }
        }
    }

    /// The same page in the other language is the same address, if it is one that a link can hold.
    private var languageSwitch: Layout.LanguageSwitch {
        if case .tooLarge = self.reason { return .none }
        guard let address = self.context.address else { return .none }
        let query = address.query.filter { $0.name != FormField.language }
        return .link(self.context.link(address.segments, query: query, in: self.context.language.other))
    }

    /// What the daemon says of it, where there are words for it in the reader's language.
    private var why: String? {
        switch self.reason {
        case .refused(let message), .bookFails(let message): self.context.said(message)
        case .fails(let message), .notInBook(let message): message.flatMap { self.context.said($0) }
        default: nil
        }
    }

    /// Whether a reader can do nothing about it.
    private var isOurFault: Bool {
        switch self.reason {
        case .fails, .bookFails: true
        default: false
        }
    }

    private var whomToTell: String {
        self.context(self.why == nil ? Words.Failure.tellOperator : Words.Failure.tellOperatorReason)
    }

    private var words: (title: BilingualText, text: BilingualText) {
        switch self.reason {
        case .agencyOnly: (Words.Failure.agencyOnly, Words.Failure.agencyOnlyText)
        case .noBook: (Words.Awards.noBook, Words.Failure.noBookText)
        case .notInBook: (Words.Failure.notInBook, Words.Failure.notInBookText)
        case .bookFails: (Words.Failure.bookFails, Words.Failure.bookFailsText)
        case .notFound: (Words.Failure.notFound, Words.Failure.notFoundText)
        case .noSuchMeasure: (Words.Failure.noSuchMeasure, Words.Failure.noSuchMeasureText)
        case .wrongMethod: (Words.Failure.wrongMethod, Words.Failure.wrongMethodText)
        case .tooLarge: (Words.Failure.tooLarge, Words.Failure.tooLargeText)
        case .badForm: (Words.Failure.badForm, Words.Failure.badFormText)
        case .badAddress: (Words.Failure.badAddress, Words.Failure.badAddressText)
        case .foreignForm: (Words.Failure.foreignForm, Words.Failure.foreignFormText)
        case .noForm: (Words.Failure.noForm, Words.Failure.noFormText)
        case .refused:
            (Words.Failure.refused, self.why == nil ? Words.Failure.refusedText : Words.Failure.refusedForReason)
        case .fails: (Words.Failure.fails, Words.Failure.failsText)
        case .busy: (Words.Failure.busy, Words.Failure.busyText)
        case .stopping: (Words.Failure.stopping, Words.Failure.stoppingText)
        }
    }
}

extension ErrorPage.Reason {
    /// Whether the book of awards is where to go on from.
    fileprivate var isAboutBook: Bool {
        switch self {
        case .noBook, .notInBook, .bookFails: true
        default: false
        }
    }
}
