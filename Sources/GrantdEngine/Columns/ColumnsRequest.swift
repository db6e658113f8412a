//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdSchema

/// An `EvaluateColumnsRequest` on the outside: which buffers lie where. Points into the request's bytes.
struct ColumnsRequest {
    /// A column, with those of its entries where it is a list.
    struct Column {
        var buffers = ColumnBuffers()
        var entries: [ColumnBuffers] = []
    }

    /// The full id; `nil` where it is unset.
    private(set) var measure: UnsafeRawBufferPointer?
    private(set) var asOf: UnsafeRawBufferPointer?
    private(set) var rows: Int?
    private(set) var columns: [Column] = []
    private(set) var options = EvaluationOptions()

    /// Reads a request.
    ///
    /// - Parameter decoder: Of such requests: it has looked for what is no message, or not of the contract.
    init(_ bytes: UnsafeRawBufferPointer, _ decoder: MessageDecoder) throws(CallError) {
        do throws(WireFault) {
            try decoder.validate(bytes)
        } catch {
            throw CallError(error)
        }
        var reader = WireReader(bytes)
        while let tag = reader.tag() {
            switch (tag.field, tag.wireType) {
            case (1, 2): self.measure = reader.lengthDelimited()?.bytes
            case (2, 2): self.asOf = reader.lengthDelimited()?.bytes
            case (3, 0): self.rows = reader.varint().map { Int(truncatingIfNeeded: $0) }
            case (4, 2): if let column = reader.lengthDelimited() { self.columns.append(Self.column(column)) }
            case (5, 0):
                self.options.stage =
                    reader.varint().flatMap { Stage(rawValue: Int32(truncatingIfNeeded: $0)) } ?? .application
            case (6, 0): self.options.assumesUnsetBarsAbsent = reader.varint() ?? 0 != 0
            case (7, 0): self.options.explains = reader.varint() ?? 0 != 0
            case (8, 0): self.options.usesLedger = reader.varint() ?? 0 != 0
            default: _ = reader.skip(wireType: tag.wireType)
            }
        }
    }

    private static func column(_ bytes: WireReader) -> Column {
        var column = Column()
        var reader = bytes
        while let tag = reader.tag() {
            if tag.field == 7, tag.wireType == 2 {
                guard let entry = reader.lengthDelimited() else { break }
                column.entries.append(Self.column(entry).buffers)
            } else {
                Self.read(tag, &reader, into: &column.buffers)
            }
        }
        return column
    }

    /// Reads a field that columns and those of entries have alike.
    private static func read(_ tag: WireReader.Tag, _ reader: inout WireReader, into buffers: inout ColumnBuffers) {
        switch (tag.field, tag.wireType) {
        case (1, 2): buffers.path = reader.lengthDelimited()?.bytes ?? buffers.path
        case (2, 0): buffers.type = reader.varint().flatMap { ColumnType(rawValue: Int32(truncatingIfNeeded: $0)) }
        case (3, 2): buffers.validity = reader.lengthDelimited()?.bytes ?? buffers.validity
        case (4, 2): buffers.data = reader.lengthDelimited()?.bytes ?? buffers.data
        case (5, 2): buffers.offsets = reader.lengthDelimited()?.bytes ?? buffers.offsets
        case (6, 2):
            guard var texts = reader.lengthDelimited() else { return }
            buffers.hasDictionary = true
            while let inner = texts.tag() {
                switch (inner.field, inner.wireType) {
                case (1, 2): buffers.dictionaryOffsets = texts.lengthDelimited()?.bytes ?? buffers.dictionaryOffsets
                case (2, 2): buffers.dictionaryData = texts.lengthDelimited()?.bytes ?? buffers.dictionaryData
                default: _ = texts.skip(wireType: inner.wireType)
                }
            }
        default: _ = reader.skip(wireType: tag.wireType)
        }
    }
}
