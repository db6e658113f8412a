//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// The applications of a batch that may not have been read: in JSON one that does not fit is told so, and an empty one stands in
/// its place.
///
/// No policies decide on an empty application: what was wrong with it is all that there is to know, and stands in the reply.
struct UnreadApplications {
    /// In `EvaluateBatchResponse`.
    static let results: UInt32 = 1
    private static let error: UInt32 = 2
    private static let applications: UInt32 = 1

    /// From 0.
    private(set) var places: Set<Int> = []

    /// - Parameter request: An `EvaluateBatchRequest`.
    init(_ request: UnsafeRawBufferPointer) {
        var reader = WireReader(request)
        var place = 0
        while let tag = reader.tag() {
            guard tag.field == Self.applications, tag.wireType == 2 else {
                guard reader.skip(wireType: tag.wireType) else { return }
                continue
            }
            guard let application = reader.lengthDelimited() else { return }
            if application.isAtEnd { self.places.insert(place) }
            place += 1
        }
    }

    /// Whether a result is an error.
    static func isError(_ result: WireReader) -> Bool {
        var reader = result
        return reader.tag()?.field == Self.error
    }
}
