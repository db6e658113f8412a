//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import Glibc
internal import GrantdInterview
internal import GrantdMessages
internal import ProcessArguments

extension Language: ExpressibleByArgument {}

/// The language of this run.
extension Language {
    /// The language that this run speaks, chosen before the command line is parsed: help and errors of the parsing need it.
    @TaskLocal static var spoken = Self(
        arguments: ProcessArguments.all,
        environment: Self.locale
    )

    /// Chinese where the locale is Chinese, else English.
    ///
    /// - Parameter environment: The process's environment; the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that says
    ///   something decides, as everywhere in POSIX.
    init(environment: [String: String]) {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        let language = locale?.prefix { $0 != "_" && $0 != "." && $0 != "@" && $0 != "-" }
        self = language?.lowercased() == "zh" ? .zh : .en
    }

    /// What the last `--lang` asks for, else what the locale says.
    init(arguments: [String], environment: [String: String]) {
        var asked: Language?
        for (index, argument) in arguments.enumerated() {
            if argument == "--" { break }
            if argument == "--lang", index + 1 < arguments.count {
                asked = Language(rawValue: arguments[index + 1]) ?? asked
            }
            if argument.hasPrefix("--lang=") { asked = Language(rawValue: String(argument.dropFirst(7))) ?? asked }
        }
        self = asked ?? Language(environment: environment)
    }

    /// The arguments without what chose the language: commands that print no page know no `--lang`, but have words.
    static func stripped(_ arguments: [String]) -> [String] {
        var rest: [String] = []
        var index = 0
        while index < arguments.count, arguments[index] != "--" {
            let argument = arguments[index]
            if argument == "--lang", index + 1 < arguments.count, Self(rawValue: arguments[index + 1]) != nil {
                index += 2
            } else {
                if !argument.hasPrefix("--lang=") || Self(rawValue: String(argument.dropFirst(7))) == nil {
                    rest.append(argument)
                }
                index += 1
            }
        }
        return rest + arguments[index...]
    }

    /// What an error number of the system says.
    static func reason(_ code: Int32) -> String {
        let zh: String? =
            switch code {
            case ENOENT: "没有此文件或目录"
            case EACCES: "没有权限"
            case EISDIR: "是目录"
            case ENOTDIR: "不是目录"
            case ENOSPC: "磁盘已满"
            default: nil
            }
        return self.said(zh ?? String(cString: strerror(code)), String(cString: strerror(code)))
    }

    private static var locale: [String: String] {
        var locale: [String: String] = [:]
        for name in ["LC_ALL", "LC_MESSAGES", "LANG"] { locale[name] = getenv(name).map { String(cString: $0) } }
        return locale
    }

    /// The one of two words that is in the language of this run.
    static func said(_ zh: @autoclosure () -> String, _ en: @autoclosure () -> String) -> String {
        self.spoken == .zh ? zh() : en()
    }

    /// A text of the table of words in the language of this run.
    static func said(_ text: BilingualText) -> String { self.spoken(text) }

    /// A text of the contract in this language, or in the other one where this one is missing.
    func callAsFunction(_ text: GrantdText) -> String {
        switch self {
        case .zh: (text.zh.isEmpty ? text.en : text.zh).printable
        case .en: (text.en.isEmpty ? text.zh : text.en).printable
        }
    }
}

extension ArgumentHelp {
    /// A help text in the language of this run.
    static func said(_ zh: String, _ en: String, valueName: String? = nil) -> Self {
        ArgumentHelp(Language.said(zh, en), valueName: valueName)
    }

    /// The same out of the table of words.
    static func said(_ text: BilingualText, valueName: String? = nil) -> Self {
        ArgumentHelp(Language.said(text), valueName: valueName)
    }
}
