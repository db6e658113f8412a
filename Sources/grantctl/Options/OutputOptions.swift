//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import Glibc
internal import SwiftProtobuf

/// How an answer is shown.
struct OutputOptions: ParsableArguments {
    @Flag(
        exclusivity: .exclusive,
        help:
            "Print the answer as JSON (what happens anyway where standard output is no terminal), or as a page for a person."
    )
    var form: Form?

    @Option(help: ArgumentHelp("The page's language: zh or en. By default the locale decides.", valueName: "zh|en"))
    var lang: Language?

    enum Form: String, EnumerableFlag {
        case json, page

        static func help(for value: Form) -> ArgumentHelp? {
            switch value {
            case .json: "Print the answer's message as JSON; the default where standard output is no terminal."
            case .page: "Print a page for a person; the default on a terminal."
            }
        }
    }

    /// Whether a person reads the answer.
    var isPage: Bool { self.form.map { $0 == .page } ?? Output.isTerminal }

    var language: Language { self.lang ?? Language(environment: Self.locale) }

    /// Shows an answer.
    ///
    /// - Parameters:
    ///   - answer: What is printed as JSON.
    ///   - page: Writes it for a person.
    func show(_ answer: some Message, page write: (inout Page) -> Void) throws {
        try self.show(json: { try AnswerJSON.line(answer, isIndented: Output.isTerminal) }, page: write)
    }

    /// Shows what is no message of the contract.
    func show(json: () throws -> [UInt8], page write: (inout Page) -> Void) throws {
        guard self.isPage else {
            try Output.write(try json())
            return
        }
        var page = Page(self.language, hasColour: Self.hasColour)
        write(&page)
        try Output.write(page.text)
    }

    /// Colour only on a terminal that has it, and never against the wish of who runs it (<https://no-color.org>).
    private static var hasColour: Bool {
        Output.isTerminal && (Self.variable("NO_COLOR") ?? "").isEmpty && Self.variable("TERM") != "dumb"
    }

    private static var locale: [String: String] {
        var locale: [String: String] = [:]
        for name in ["LC_ALL", "LC_MESSAGES", "LANG"] { locale[name] = Self.variable(name) }
        return locale
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
