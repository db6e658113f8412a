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
    ) throws(PageRefusal) {
        let head = request.head
        guard let path = PercentCoding.text(head.path.utf8, plusIsSpace: false), path.hasPrefix("/") else {
            throw .badAddress
        }
        let query = try Self.pairs((head.query ?? "").utf8, otherwise: .badAddress)
        var form: [(name: String, value: String)]?
        switch head.method {
        case .get, .head: break
        case .post:
            let kind = (head[.contentType] ?? "").prefix { $0 != ";" && $0 != " " }
            guard ASCIIText.isEqual(String(kind), "application/x-www-form-urlencoded") else {
                throw .noForm
            }
            guard head[.contentEncoding].map({ ASCIIText.isEqual($0, "identity") }) ?? true else { throw .noForm }
            form = try Self.pairs(request.body.readableBytesView, otherwise: .badForm)
        default: throw .wrongMethod
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

    /// The names and values of a query or a form.
    ///
    /// - Parameter refusal: For what is written as neither is.
    static func pairs(
        _ text: some Collection<UInt8>,
        otherwise refusal: PageRefusal
    ) throws(PageRefusal) -> [(name: String, value: String)] {
        do throws(PercentCoding.Fault) {
            return try PercentCoding.pairs(text, most: Self.mostFields)
        } catch {
            throw error == .tooMany ? .tooLarge : refusal
        }
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
