//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Whose scripts may call (the Fetch standard's CORS): answers to origins that are named, without a browser's own credentials.
struct Origins: Sendable {
    private let allowed: Set<String>
    private let areAllAllowed: Bool

    init(_ origins: [String]) {
        self.allowed = Set(origins)
        self.areAllAllowed = origins.contains("*")
    }

    /// What the reply to a request of that origin says of it; nil for nothing.
    func allowed(_ origin: String?) -> String? {
        guard let origin else { return nil }
        if self.allowed.contains(origin), origin != "*" { return origin }
        return self.areAllAllowed ? "*" : nil
    }

    /// What may be done at the end of a route.
    static func methods(of route: Route) -> String {
        switch route {
        case .call, .noCall: "GET, HEAD, OPTIONS, POST"
        case .operation: "GET, HEAD, OPTIONS"
        case .page: "GET, HEAD, OPTIONS, POST"
        case .awardsPage: "GET, HEAD, OPTIONS"
        }
    }

    /// The answer to `OPTIONS`: what scripts may send, where theirs is an origin that is allowed.
    func options(_ request: HTTPRequest) -> HTTPReply {
        let methods = Self.methods(of: request.route)
        var headers: [(name: String, value: String)] = [("allow", methods)]
        if request.head[.accessControlRequestMethod] != nil, let origin = self.allowed(request.head[.origin]) {
            // A token is for scripts of origins that were named, not of all there are.
            let authorization = origin == "*" ? "" : ", authorization"
            headers += [
                ("access-control-allow-methods", methods),
                (
                    "access-control-allow-headers",
                    "content-encoding, content-type, connect-protocol-version, connect-timeout-ms, x-request-id, x-user-agent\(authorization)"
                ),
                ("access-control-max-age", "7200"),
            ]
        }
        return HTTPReply(status: 204, headers: headers)
    }

    /// Whether a form was sent from a page of another site.
    ///
    /// `Origin` alone does not tell: pages that give no referrer send `null`.
    static func isForeign(_ head: RequestHead) -> Bool {
        guard head.method == .post else { return false }
        if let site = head[.fetchSite] { return site != "same-origin" && site != "none" }
        guard let origin = head[.origin], origin != "null", let host = head[.host] else { return false }
        return origin != "http://\(host)" && origin != "https://\(host)"
    }
}
