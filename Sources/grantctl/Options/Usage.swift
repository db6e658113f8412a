//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import Glibc
internal import GrantdInterview
internal import ProcessArguments

/// Help, and what is wrong with a command line, in the language of this run.
///
/// The texts of the commands are chosen where they stand; the parser's own words, which know one language, are put into
/// Chinese here, after it has made its message.
enum Usage {
    /// Ends the process with what the parser has to say.
    static func exit(_ error: any Error) -> Never {
        let code = Grantctl.exitCode(for: error)
        // The parser counts characters, not columns, and so is let to wrap nothing of Chinese.
        let isForProgram = code == .success && ProcessArguments.all.contains(where: Self.asksForProgram)
        let columns = Language.spoken == .zh || isForProgram ? 10_000 : OutputOptions.width
        let message = Grantctl.fullMessage(for: error, columns: columns)
        let text = isForProgram ? message : Self.text(message)
        if !text.isEmpty {
            let bytes = Array((text + "\n").utf8)
            _ = code == .success ? try? Output.write(bytes) : try? Output.write(bytes, to: STDERR_FILENO)
        }
        Glibc.exit(code.rawValue)
    }

    /// Whether an argument asks the parser for what no person reads: a shell's completions, its own description.
    private static func asksForProgram(_ argument: String) -> Bool {
        argument.hasPrefix("--generate-completion-script") || argument == "--experimental-dump-help"
    }

    /// A message of the parser in the language of this run, its long lines wrapped.
    static func text(_ message: String, width: Int = OutputOptions.width) -> String {
        message.split(separator: "\n", omittingEmptySubsequences: false)
            .map { Language.spoken == .zh ? Self.translated(String($0)) : String($0) }
            .flatMap { Self.wrap($0, width: width) }
            .joined(separator: "\n")
    }

    /// Headings of help, and the beginnings of its lines.
    private static let headings = [
        ("OVERVIEW: ", "概述："), ("USAGE: ", "用法："), ("Usage: ", "用法："), ("ARGUMENTS:", "参数："), ("OPTIONS:", "选项："),
        ("SUBCOMMANDS:", "子命令："), ("Help:  ", "说明："), ("Error: ", "错误："),
    ]

    /// What the parser says of a command line; each `*` stands for what the one who typed it knows.
    private static let sentences = [
        ("Unknown option '*'. Did you mean '*'?", "没有选项 '*'；是否指 '*'？"), ("Unknown option '*'", "没有选项 '*'"),
        ("Missing expected argument '*'", "缺少参数 '*'"),
        ("Missing value for '*'", "选项 '*' 缺少取值"), ("Unexpected argument '*'", "多余的参数 '*'"),
        ("* unexpected arguments: *", "* 个多余的参数：*"),
        ("The value '*' is invalid for '*': *", "'*' 不是 '*' 的有效取值：*"),
        ("The value '*' is invalid for '*'*", "'*' 不是 '*' 的有效取值"),
        ("The value '*' is invalid for '*'", "'*' 不是 '*' 的有效取值"),
        ("Value to be set with * had already been set with *", "* 与 * 不能同时使用"),
    ]

    private static func translated(_ line: String) -> String {
        var line = line
        for (en, zh) in Self.headings where line.hasPrefix(en) {
            line = zh + line.dropFirst(en.count)
            if en == "Error: " { line = zh + Self.sentence(String(line.dropFirst(zh.count))) }
            break
        }
        for (en, zh) in [
            ("Show help information.", "显示帮助。"), ("Show the version.", "显示版本。"),
            ("Show subcommand help information.", "显示子命令的帮助。"),
        ] where line.hasSuffix(en) {
            line = line.dropLast(en.count) + zh
        }
        if line.hasPrefix("  See '"), let end = line.range(of: "' for ") {
            line = "  详见 \(line[line.index(line.startIndex, offsetBy: 6)..<end.lowerBound])'"
        }
        return line.replacing("(default: ", with: "(默认：").replacing("(values: ", with: "(可取：")
    }

    /// The sentence in Chinese; where it is none of those that are known, as it is.
    private static func sentence(_ text: String) -> String {
        for (en, zh) in Self.sentences {
            guard let found = Self.match(text[...], en.split(separator: "*", omittingEmptySubsequences: false)[...])
            else {
                continue
            }
            var result = ""
            for (index, part) in zh.split(separator: "*", omittingEmptySubsequences: false).enumerated() {
                if index > 0, index - 1 < found.count { result += found[index - 1] }
                result += part
            }
            return result
        }
        return text
    }

    /// What the stars of a pattern, cut at them, stand for; `nil` where the text is another.
    private static func match(_ text: Substring, _ parts: ArraySlice<Substring>) -> [Substring]? {
        guard let first = parts.first, text.hasPrefix(first) else { return nil }
        let rest = text.dropFirst(first.count)
        guard let next = parts.dropFirst().first else { return rest.isEmpty ? [] : nil }
        if next.isEmpty, parts.count == 2 { return [rest] }
        guard let place = rest.range(of: next), let further = Self.match(rest[place.lowerBound...], parts.dropFirst())
        else { return nil }
        return [rest[..<place.lowerBound]] + further
    }

    /// A line within the width, its further lines under its own column.
    private static func wrap(_ line: String, width: Int) -> [String] {
        let spaces = line.prefix { $0 == " " }.count
        // Options and subcommands have their help in the 27th column.
        let isTerm = spaces == 2 && line.columns > 28
        let hanging = isTerm ? 26 : spaces
        let lines = line.wrapped(first: width, rest: width - hanging)
        return [lines[0]] + lines.dropFirst().map { String(repeating: " ", count: hanging) + $0 }
    }
}

extension Substring {
    fileprivate func range(of other: Substring) -> Range<Index>? { self.firstRange(of: other) }
}

extension String {
    fileprivate func range(of other: String) -> Range<Index>? { self.firstRange(of: other) }
}
