//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// The applications of a batch, and those of them that may not have been read: in JSON one that does not fit is told so, and an
/// empty one stands in its place.
///
/// No policies decide on an empty application: what was wrong with it is all that there is to know, and stands in the reply.
struct BatchedApplications {
    /// In a request.
    private static let applications: UInt32 = 1
    /// In `EvaluateBatchResponse`.
    static let results: UInt32 = 1
    private static let error: UInt32 = 2

    /// How many there are.
    private(set) var count = 0
    /// The places of those that may not have been read, from 0.
    private(set) var unread: Set<Int> = []

    /// - Parameter request: An `EvaluateBatchRequest` or `AwardBatchRequest`.
    init(_ request: UnsafeRawBufferPointer) {
        var reader = WireReader(request)
        while let tag = reader.tag() {
            guard tag.field == Self.applications, tag.wireType == 2 else {
                guard reader.skip(wireType: tag.wireType) else { return }
                continue
            }
            guard let application = reader.lengthDelimited() else { return }
            if application.isAtEnd { self.unread.insert(self.count) }
            self.count += 1
        }
    }

    /// Whether a result is an error.
    static func isError(_ result: WireReader) -> Bool {
        var reader = result
        return reader.tag()?.field == Self.error
    }
}
