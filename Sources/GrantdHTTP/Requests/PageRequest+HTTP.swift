//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPages
internal import NIOCore

extension PageRequest {
    /// The most names in a query or a form.
    private static let mostFields = 4096

    /// What a browser asks for.
    ///
    /// - Parameters:
    ///   - isSecure: It asked over TLS.
    ///   - showsAwards: It may see the book, and there is one.
    ///   - keepsDecisions: What is assessed is written to a log.
    ///   - asksForTokens: A call must carry a token.
    /// - Throws: Where it asks for no page, or sends no form.
    init(
        _ request: HTTPRequest,
        isSecure: Bool,
        showsAwards: Bool,
        keepsDecisions: Bool,
        asksForTokens: Bool
    ) throws(HTTPFault) {
        let head = request.head
        guard let path = PercentCoding.text(head.path.utf8, plusIsSpace: false), path.hasPrefix("/"),
            let query = PercentCoding.pairs((head.query ?? "").utf8, most: Self.mostFields)
        else { throw HTTPFault(400, "the address is not written as it should be") }
        var form: [(name: String, value: String)]?
        switch head.method {
        case .get, .head: break
        case .post:
            let kind = (head[.contentType] ?? "").prefix { $0 != ";" && $0 != " " }
            guard ASCIIText.isEqual(String(kind), "application/x-www-form-urlencoded") else {
                throw HTTPFault(
                    415,
                    "a form is sent as application/x-www-form-urlencoded; a call is one to /grantd.v1.Calculator/Evaluate "
                        + "and its like, all of which /openapi.json names"
                )
            }
            guard head[.contentEncoding].map({ ASCIIText.isEqual($0, "identity") }) ?? true else {
                throw HTTPFault(415, "a form is sent without a content-encoding")
            }
            guard let pairs = PercentCoding.pairs(request.body.readableBytesView, most: Self.mostFields) else {
                throw HTTPFault(400, "the form is not written as it should be, or has too many fields")
            }
            form = pairs
        default:
            throw HTTPFault(405, "a page is read with GET, and a form sent with POST")
        }
        self.init(
            path: path,
            query: query,
            form: form,
            acceptLanguage: head[.acceptLanguage] ?? "",
            today: HTTPDate.today,
            origin: (isSecure ? "https://" : "http://") + (head[.host].flatMap(Self.plain) ?? "127.0.0.1:7843"),
            showsAwards: showsAwards,
            keepsDecisions: keepsDecisions,
            asksForTokens: asksForTokens
        )
    }

    /// A host that is written as hosts are; nil for another, which no page shows.
    private static func plain(_ host: String) -> String? {
        let isPlain = host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"),
                UInt8(ascii: "["), UInt8(ascii: "]"):
                true
            default: false
            }
        }
        return isPlain && !host.isEmpty && host.utf8.count <= 255 ? host : nil
    }
}
