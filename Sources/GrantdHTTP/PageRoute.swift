//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdPages

/// The pages, as the router asks for them.
enum PageRoute {
    /// Makes a page, on a compute thread.
    static func answer(_ request: PageRequest, _ engine: Engine, _ contract: HTTPContract) -> PageResponse {
        PageResponse(
            status: 404,
            headers: [("content-type", "text/plain; charset=utf-8")],
            body: Array("there is no such page\n".utf8)
        )
    }
}
