//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import Glibc
internal import GrantdInterview
internal import GrantdLedger
internal import GrantdService

/// `grantctl ledger backup BOOK COPY`: copies a book while daemons write it.
struct LedgerBackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: Language.said("备份台账，服务可照常运行。", "Copy a book, beside a daemon that goes on writing it."),
        discussion: Language.said(
            """
            备份为开始时的台账，写全并落盘后才出现在所给的路径；该处已有文件时不会覆盖。备份亦可用 grantctl ledger verify 核对。

            备份期间台账的日志（-wal）不会清空，备份结束后恢复。
            """,
            """
            The copy is the book as it is when the copying begins. It appears at its path once it is whole and synced; what \
            stands there already is not overwritten. A copy is a book: grantctl ledger verify checks it.

            While it is made, the book's log (-wal) is not emptied; afterwards it is.
            """
        )
    )

    @OptionGroup var output: OutputOptions

    @Argument(help: .said("台账文件。", "The book's file.", valueName: "book"))
    var book: String

    @Argument(help: .said("备份的路径。", "Where the copy goes.", valueName: "copy"))
    var copy: String

    func run() throws {
        let source = try BookLocation(text: self.book).openFile()
        guard access(self.copy, F_OK) != 0 else {
            throw RunFailure.other(
                Language.said(
                    "已有 \(self.copy.printable)；请给出另一路径",
                    "\(self.copy.printable) is there already: give another path"
                )
            )
        }
        let progress = BookProgress("已复制页", "pages copied:")
        defer { progress.end() }
        let head = try BookLocation.told { () throws(LedgerFault) in
            try SQLiteCopy.make(of: source, at: self.copy) { progress.show($0, of: $1) }
            return try source.head()
        }
        progress.end()
        try CopyReport(path: self.copy, head: head, kept: nil).show(self.output) { page in
            page.line(
                page.language("已备份至 \(self.copy.printable)", "Copied to \(self.copy.printable)"),
                .good
            )
        }
    }
}
