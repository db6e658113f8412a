//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import Glibc
internal import GrantdInterview
internal import SwiftProtobuf

/// How an answer is shown.
struct OutputOptions: ParsableArguments {
    @Flag(
        exclusivity: .exclusive,
        help: .said("输出 JSON，或供人阅读的页面。", "Print the answer as JSON, or as a page for a person.")
    )
    var form: Form?

    @Option(
        help: .said(
            "页面、帮助与错误的语言：zh 或 en。默认依区域设置。",
            "The language of pages, help and errors: zh or en. By default the locale decides.",
            valueName: "zh|en"
        )
    )
    var lang: Language?

    enum Form: String, EnumerableFlag {
        case json, page

        static func help(for value: Form) -> ArgumentHelp? {
            switch value {
            case .json: .said("以 JSON 输出答复的消息。", "Print the answer's message as JSON.")
            case .page: .said("输出供人阅读的页面（默认）。", "Print a page for a person; the default.")
            }
        }
    }

    /// Whether a page is printed.
    var isPage: Bool { self.form != .json }

    var language: Language { self.lang ?? Language.spoken }

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
        var page = Page(self.language, hasColour: Self.hasColour, width: Self.width)
        write(&page)
        try Output.write(page.text)
    }

    /// Colour only on a terminal that has it, and never against the wish of who runs it (<https://no-color.org>).
    static var hasColour: Bool {
        Output.isTerminal && (Self.variable("NO_COLOR") ?? "").isEmpty && Self.variable("TERM") != "dumb"
    }

    /// The columns of a page: what COLUMNS says, else the terminal's own, else 80.
    static var width: Int {
        if let columns = Self.variable("COLUMNS").flatMap({ Int($0) }), columns > 0 { return min(columns, 1000) }
        var size = winsize()
        guard Output.isTerminal, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return Page.usualWidth
        }
        return Int(size.ws_col)
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
