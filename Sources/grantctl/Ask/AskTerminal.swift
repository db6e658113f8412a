//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import GrantdInterview

/// Where questions are shown and answers are typed: a terminal, or a pipe.
final class AskTerminal {
    /// What was typed at a prompt.
    enum Line {
        case text(String)
        /// Nothing more will be typed.
        case end
    }

    /// More than this is no answer; the rest of the line is passed over.
    private static let longestLine = 64 * 1024

    let language: Language
    private let hasColour: Bool
    private let descriptor: Int32
    private let input: Input
    /// Whether somebody types: then the terminal shows what is typed by itself.
    private let isTyped: Bool
    private var waiting: ArraySlice<UInt8> = []
    private var isAtEnd = false

    /// - Parameters:
    ///   - descriptor: Where questions go.
    init(_ language: Language, hasColour: Bool, descriptor: Int32) throws {
        self.language = language
        self.hasColour = hasColour
        self.descriptor = descriptor
        self.input = try Input("-")
        self.isTyped = isatty(STDIN_FILENO) == 1
        if self.isTyped { Self.leaveTheLineOnInterrupt() }
    }

    /// Shows something.
    func show(_ write: (inout Page) -> Void) throws {
        var page = Page(self.language, hasColour: self.hasColour, width: OutputOptions.width)
        write(&page)
        try Output.write(Array(page.text.utf8), to: self.descriptor)
    }

    /// Waits for a line.
    func readLine() throws -> Line {
        try Output.write(Array("> ".utf8), to: self.descriptor)
        guard let bytes = try self.nextLine() else {
            try Output.write([UInt8(ascii: "\n")], to: self.descriptor)
            return .end
        }
        let text = String(decoding: bytes, as: UTF8.self)
        // Out of a pipe nothing shows by itself, and the page would not say what was answered.
        if !self.isTyped { try Output.write(Array((text.printable + "\n").utf8), to: self.descriptor) }
        return .text(text)
    }

    private func nextLine() throws -> ArraySlice<UInt8>? {
        var line: ArraySlice<UInt8> = []
        while true {
            if let end = self.waiting.firstIndex(of: UInt8(ascii: "\n")) {
                line += self.waiting[..<end]
                self.waiting = self.waiting[(end + 1)...]
                break
            }
            line += self.waiting
            line = line.prefix(Self.longestLine)
            self.waiting = []
            if !self.isAtEnd { self.waiting = try self.input.read(upTo: 16 * 1024)[...] }
            guard self.waiting.isEmpty else { continue }
            self.isAtEnd = true
            guard !line.isEmpty else { return nil }
            break
        }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line.prefix(Self.longestLine)
    }

    /// The shell's prompt begins on a line of its own.
    private static func leaveTheLineOnInterrupt() {
        signal(SIGINT) { number in
            var newline = UInt8(ascii: "\n")
            _ = Glibc.write(STDERR_FILENO, &newline, 1)
            signal(number, SIG_DFL)
            raise(number)
        }
    }
}
