//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a journey answers a form with.
enum PageAnswer {
    case page([UInt8], status: Int = 200)
    case refused(ErrorPage.Reason)
    /// A JSON file to keep.
    case download([UInt8], name: String)
}
