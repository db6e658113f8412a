//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc

/// A folder for a book's files, gone with the value.
final class BookFolder {
    private let root: String

    init() throws {
        var name = Array("/tmp/grantd-awards-XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else { throw CannotMake() }
        self.root = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        for suffix in ["", "-wal", "-shm"] { unlink(self.path("book") + suffix) }
        rmdir(self.root)
    }

    func path(_ name: String) -> String { self.root + "/" + name }

    private struct CannotMake: Error {}
}
