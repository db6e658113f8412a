//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdInterview

/// `grantctl ledger`: look after a book of awards, without a daemon or beside one.
struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: Language.said("管理资金台账。", "Look after a book of awards."),
        discussion: Language.said(
            """
            台账是 grantd serve --ledger 所用的文件\(BookLocation.isPostgreSQLBuilt ? "，或 PostgreSQL 数据库的地址" : "")。\
            verify、export、backup 可在服务运行时进行，所见为开始时的台账。
            """,
            """
            A book is the file \(BookLocation.isPostgreSQLBuilt ? "or the PostgreSQL address " : "")that grantd serve \
            --ledger was given. verify, export and backup may run beside a daemon: they see the book as it is when they \
            begin.
            """
        ),
        subcommands: [
            LedgerVerifyCommand.self, LedgerExportCommand.self, LedgerBackupCommand.self, LedgerRestoreCommand.self,
        ]
    )
}
