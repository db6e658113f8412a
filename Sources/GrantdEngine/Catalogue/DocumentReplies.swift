//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdSchema

/// What `ListDocuments` answers, encoded when the policies are loaded.
final class DocumentReplies {
    private struct Entry {
        /// The first day in force; the least number where the gazettes do not say.
        let from: Int64
        /// The last day in force; the greatest number where no end is stated.
        let until: Int64
        let number: Segment
        /// An entry of `ListDocumentsResponse`, with its tag and length.
        let document: Segment
    }

    private let store = SegmentStore()
    private let entries: [Entry]

    init(_ register: DocumentRegister) {
        let store = self.store
        var entries: [Entry] = []
        for document in register.documents {
            entries.append(
                Entry(
                    from: document.inForce.from,
                    until: document.inForce.until ?? .max,
                    number: store.keep(document.number),
                    document: store.keep(Self.entry(Self.message(document)))
                )
            )
        }
        for document in register.ended {
            entries.append(
                Entry(
                    from: .min,
                    until: document.lastDay,
                    number: store.keep(document.number),
                    document: store.keep(Self.entry(Self.message(document)))
                )
            )
        }
        self.entries = entries
    }

    /// Answers `ListDocuments`.
    func list(
        asOf: UnsafePointer<CChar>?,
        number: UnsafePointer<CChar>?,
        into reply: ByteWriter
    ) throws(CallError) {
        let date = try CatalogueReplies.day(asOf)
        var isKnown = number == nil
        for entry in self.entries {
            if let number {
                guard CatalogueReplies.areEqual(number, entry.number) else { continue }
                isKnown = true
            }
            if let date, date < entry.from || date > entry.until { continue }
            reply.write(entry.document.start, count: entry.document.count)
        }
        guard isKnown else {
            throw .badRequest(
                "no such document; a number is written as in the gazette, 京经信发〔2025〕19号, and ListDocuments without "
                    + "one names all",
                field: "number"
            )
        }
        if reply.isOverLimit { throw .replyTooLarge }
    }

    private static func entry(_ message: MessageBytes) -> [UInt8] {
        var whole = MessageBytes()
        whole.add(message, field: ReplyField.ListDocumentsResponse.documents)
        return whole.bytes
    }

    private static func message(_ document: DocumentRegister.Document) -> MessageBytes {
        var message = MessageBytes()
        message.add(document.number, field: ReplyField.Document.number)
        message.add(document.title, field: ReplyField.Document.title)
        message.add(document.issuer, field: ReplyField.Document.issuer)
        message.add(document.issued, field: ReplyField.Document.issuedOn)
        message.add(document.gazette, field: ReplyField.Document.gazette)
        message.add(document.inForce.fromText, field: ReplyField.Document.inForceFrom)
        if let until = document.inForce.untilText { message.add(until, field: ReplyField.Document.inForceUntil) }
        switch document.measures {
        case .programme(let id): message.add(id, field: ReplyField.Document.programme)
        case .absent(let reason): message.add(reason, field: ReplyField.Document.reason)
        }
        return message
    }

    private static func message(_ document: DocumentRegister.Ended) -> MessageBytes {
        var message = MessageBytes()
        message.add(document.number, field: ReplyField.Document.number)
        message.add(document.title, field: ReplyField.Document.title)
        message.add(document.gazette, field: ReplyField.Document.gazette)
        message.add(document.lastDayText, field: ReplyField.Document.inForceUntil)
        message.add(document.endedBy, field: ReplyField.Document.endedBy)
        return message
    }
}
