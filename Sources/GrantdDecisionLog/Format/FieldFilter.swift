//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// Fields of a message that are left out, and those that are looked into for such.
struct FieldFilter: Sendable {
    var dropped: Set<UInt32>
    var children: [UInt32: FieldFilter]

    init(dropping fields: UInt32..., into children: [UInt32: FieldFilter] = [:]) {
        self.dropped = Set(fields)
        self.children = children
    }

    /// Leaves out the field that a path of numbers leads to.
    mutating func drop(_ path: ArraySlice<UInt32>) {
        guard let first = path.first else { return }
        if path.count == 1 {
            self.dropped.insert(first)
        } else {
            self.children[first, default: FieldFilter()].drop(path.dropFirst())
        }
    }

    /// Appends a message without what is left out.
    ///
    /// - Returns: Whether the bytes are a message.
    func copy(_ bytes: UnsafeRawBufferPointer, into writer: ByteWriter) -> Bool {
        self.copy(WireReader(bytes), into: writer)
    }

    private func copy(_ reader: WireReader, into writer: ByteWriter) -> Bool {
        var reader = reader
        while !reader.isAtEnd {
            let start = reader.cursor
            guard let tag = reader.tag() else { return false }
            if tag.wireType == 2, !self.dropped.contains(tag.field), let child = self.children[tag.field] {
                guard let inner = reader.lengthDelimited() else { return false }
                let message = writer.beginMessage(field: tag.field)
                guard child.copy(inner, into: writer) else { return false }
                writer.endMessage(message)
                continue
            }
            guard reader.skip(wireType: tag.wireType) else { return false }
            if !self.dropped.contains(tag.field) {
                writer.write(UnsafeRawBufferPointer(start: start, count: reader.cursor - start))
            }
        }
        return !writer.isOverLimit
    }
}
