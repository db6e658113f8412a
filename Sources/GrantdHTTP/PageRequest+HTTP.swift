//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPages
internal import NIOCore
internal import NIOHTTP1

extension PageRequest {
    /// The most names in a query or a form.
    private static let mostFields = 4096

    /// What a browser asks for.
    static func make(_ request: HTTPRequest, _ limits: HTTPLimits) -> Result<PageRequest, HTTPFault> {
        let head = request.head
        guard let path = PercentCoding.text(head.path.utf8, plusIsSpace: false), path.hasPrefix("/"),
            let query = PercentCoding.pairs((head.query ?? "").utf8, most: self.mostFields)
        else { return .failure(HTTPFault(400, "the address is not written as it should be")) }
        var form: [(name: String, value: String)]?
        switch head.method {
        case .GET, .HEAD: break
        case .POST:
            let kind = (head.contentType ?? "").prefix { $0 != ";" && $0 != " " }
            guard RequestHead.isEqual(String(kind), "application/x-www-form-urlencoded") else {
                return .failure(HTTPFault(415, "a form is sent as application/x-www-form-urlencoded"))
            }
            guard let pairs = PercentCoding.pairs(request.body.readableBytesView, most: self.mostFields) else {
                return .failure(HTTPFault(400, "the form is not written as it should be, or has too many fields"))
            }
            form = pairs
        default:
            return .failure(HTTPFault(405, "a page is read with GET, and a form sent with POST"))
        }
        return .success(
            PageRequest(path: path, query: query, form: form, acceptLanguage: head.acceptLanguage ?? "")
        )
    }
}
