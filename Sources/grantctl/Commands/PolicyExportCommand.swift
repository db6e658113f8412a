//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import Glibc
internal import GrantdCases
internal import GrantdInterview
internal import GrantdPolicy
internal import GrantdSchema

/// `grantctl policy export DIR`: writes the built-in files, or those that a digest names, to a directory.
struct PolicyExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: Language.said(
            "将内置的政策文件、用例、工作日历和文件名录原样写入目录。",
            "Write the built-in policy files, their cases, calendar and register to a directory."
        ),
        discussion: Language.said(
            """
            文件与内置的逐字节相同。以 --programme 选定项目时，只写这些项目及其用例。已有的文件不会覆盖，除非加 --force。

            以 --digest 给出答复所注的摘要，则写出当时作出该答复的项目文件和工作日历：取自内置文件，\
            或 grantd serve --policy-archive 所留的目录。
            """,
            """
            The files are those that are built in, byte for byte. With --programme only the files and the cases of these \
            are written. A file that is there already is not overwritten, unless --force is given.

            With --digest, the digest of an answer's policy, the programme's file and the working calendar that decided that \
            answer are written: from the built-in files, or from the directory that grantd serve --policy-archive keeps.
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

    @Option(
        help: .said(
            "答复所注的政策摘要（SHA-256）。",
            "The digest that stands on an answer, a SHA-256.",
            valueName: "digest"
        )
    )
    var digest: String?

    @Option(
        help: .said(
            "服务以 --policy-archive 归档的目录。",
            "The directory that a daemon keeps with --policy-archive.",
            valueName: "dir"
        )
    )
    var policyArchive: String?

    @Flag(help: .said("覆盖已有的文件。", "Overwrite files that are there."))
    var force = false

    @Argument(help: .said("写入的目录；没有则新建。", "The directory; it is made where there is none.", valueName: "dir"))
    var directory: String

    func validate() throws {
        if let digest = self.digest {
            guard PolicyDigest.isDigest(digest) else {
                throw ValidationError(
                    Language.said(
                        "--digest 为 64 位小写十六进制数字",
                        "--digest takes 64 lower-case hexadecimal digits"
                    )
                )
            }
            guard self.programme.isEmpty else {
                throw ValidationError(
                    Language.said(
                        "--digest 已指明项目，不与 --programme 同用",
                        "--digest names the programme: leave --programme out"
                    )
                )
            }
        } else if self.policyArchive != nil {
            throw ValidationError(
                Language.said("--policy-archive 与 --digest 同用", "--policy-archive goes with --digest")
            )
        }
    }

    func run() throws {
        let files = try self.digest.map { try self.files(ofDigest: $0) } ?? self.files()
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

    /// What decided the answers with that digest.
    private func files(ofDigest digest: String) throws -> [PolicyFile] {
        let builtIn = BuiltInFiles.embedded
        let calendar = PolicyDigest.of(builtIn.calendar.bytes)
        for file in builtIn.policies
        where PolicyDigest.ofAnswer(programme: PolicyDigest.of(file.bytes), calendar: calendar) == digest {
            return [file, builtIn.calendar]
        }
        guard let path = self.policyArchive else {
            throw RunFailure.badInput(
                Language.said(
                    "内置政策没有摘要 \(digest)；请以 --policy-archive 给出服务的归档目录",
                    "no built-in policy has the digest \(digest); give the daemon's archive as --policy-archive"
                )
            )
        }
        do throws(PolicyDiagnostics) {
            let archive = PolicyArchive(path: path)
            if let decision = try archive.decisions().first(where: { $0.digest == digest }) {
                return [
                    ("\(decision.programme).yaml", try archive.file(decision.programmeDigest)),
                    (builtIn.calendar.name, try archive.file(decision.calendarDigest)),
                ]
            }
        } catch {
            throw RunFailure(error)
        }
        throw RunFailure.badInput(
            Language.said(
                "\(path.printable) 中没有摘要 \(digest)",
                "\(path.printable) does not have the digest \(digest)"
            )
        )
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
