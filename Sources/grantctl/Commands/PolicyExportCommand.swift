//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import Glibc
internal import GrantdCases
internal import GrantdPolicy

/// `grantctl policy export DIR`: writes the built-in files to a directory.
struct PolicyExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: Language.said(
            "将内置的政策文件、用例、工作日历和文件名录原样写入目录。",
            "Write the built-in policy files, their cases, calendar and register to a directory."
        ),
        discussion: Language.said(
            "文件与内置的逐字节相同。以 --programme 选定项目时，只写这些项目及其用例。已有的文件不会覆盖，除非加 --force。",
            """
            The files are those that are built in, byte for byte. With --programme only the files and the cases of these \
            are written. A file that is there already is not overwritten, unless --force is given.
            """
        )
    )

    @OptionGroup var words: LanguageOptions

    @Option(
        help: .said(
            "只写此项目，可重复；如 medical-device。",
            "Write only this one, such as medical-device; may be repeated.",
            valueName: "id"
        )
    )
    var programme: [String] = []

    @Flag(help: .said("覆盖已有的文件。", "Overwrite files that are there."))
    var force = false

    @Argument(help: .said("写入的目录；没有则新建。", "The directory; it is made where there is none.", valueName: "dir"))
    var directory: String

    func run() throws {
        let files = try self.files()
        let prefix = self.directory.hasSuffix("/") ? self.directory : self.directory + "/"
        if !self.force {
            let there = files.map { prefix + $0.name }.filter { access($0, F_OK) == 0 }
            guard there.isEmpty else {
                let names = there.prefix(5).joined(separator: ", ") + (there.count > 5 ? ", …" : "")
                throw RunFailure.other(
                    Language.said(
                        "已有 \(there.count) 个文件（\(names.printable)）；要覆盖请加 --force",
                        "\(there.count) files are there already (\(names.printable)); --force overwrites them"
                    )
                )
            }
        }
        try self.makeDirectory()
        for file in files { try OutputFile.write(file.bytes, to: prefix + file.name) }
        try Output.write(
            Language.said(
                "已向 \(self.directory.printable) 写入 \(files.count) 个文件\n",
                "\(files.count) files written to \(self.directory.printable)\n"
            )
        )
    }

    /// What is to be written.
    private func files() throws -> [PolicyFile] {
        let builtIn = BuiltInFiles.embedded
        guard !self.programme.isEmpty else {
            return builtIn.policies + BuiltInCases.files + [builtIn.calendar, builtIn.register]
        }
        let known = builtIn.policies.map { String($0.name.dropLast(".yaml".count)) }
        for id in self.programme where !known.contains(id) {
            let nearest = Suggestion.nearest(to: id, among: known)
            throw RunFailure.usage(
                Language.said(
                    "没有内置项目“\(id.printable)”"
                        + (nearest.map { "；是否指“\($0)”？" } ?? "；有：\(known.joined(separator: "、"))"),
                    "no programme \"\(id.printable)\" is built in"
                        + (nearest.map { "; did you mean \"\($0)\"?" } ?? "; there are \(known.joined(separator: ", "))")
                )
            )
        }
        let names = Set(self.programme.flatMap { [$0 + ".yaml", $0 + ".cases.jsonl"] })
        return (builtIn.policies + BuiltInCases.files).filter { names.contains($0.name) }
    }

    private func makeDirectory() throws {
        guard mkdir(self.directory, 0o777) != 0, errno != EEXIST else { return }
        let reason = Language.reason(errno)
        throw RunFailure.other(
            Language.said(
                "无法新建目录 \(self.directory.printable)：\(reason)",
                "cannot make the directory \(self.directory.printable): \(reason)"
            )
        )
    }
}
