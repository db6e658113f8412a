//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdSchema

/// Calls that read the book.
extension Engine {
    /// Answers an `EvaluateRequest` with an `Assessment` by what the book has, appended to `reply`.
    ///
    /// - Throws: As ``evaluate(_:into:)``; a bad request where the applicant has no code.
    package func evaluate(
        _ request: UnsafeRawBufferPointer,
        with ledger: any LedgerReading,
        into reply: ByteWriter
    ) throws(CallError) {
        self.arena.reset()
        let base = try self.decoders.evaluate.decode(request, into: self.arena)
        guard let application = self.layout.evaluateApplication.message(base) else {
            throw .badRequest("the application must be set", field: "application")
        }
        var input = try self.reader.application(application)
        let join = LedgerJoin(ledger, self.compiled, self.arena)
        let told = try join.join(&input, awards: self.layout.awards.entries(application))
        try self.evaluator.answer(input, self.layout.evaluateOptions.read(base), into: reply)
        told.write(into: reply)
        if reply.isOverLimit { throw .replyTooLarge }
    }

    /// Answers a `ScreenRequest` with a `ScreenResponse` by what the book has, appended to `reply`.
    ///
    /// - Throws: As ``screen(_:into:)``; a bad request where the applicant has no code.
    package func screen(
        _ request: UnsafeRawBufferPointer,
        with ledger: any LedgerReading,
        into reply: ByteWriter
    ) throws(CallError) {
        self.arena.reset()
        let base = try self.decoders.screen.decode(request, into: self.arena)
        try self.screen(base, LedgerJoin(ledger, self.compiled, self.arena), into: reply)
    }
}
