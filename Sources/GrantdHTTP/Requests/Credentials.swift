//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdJSON

/// What a request shows of its caller.
enum Credentials {
    /// The token in an `Authorization` header: `Bearer TOKEN`, or the password of `Basic`, which is what browsers ask people
    /// for. Empty where there is none.
    static func token(_ authorization: String?) -> [UInt8] {
        guard let authorization, let space = authorization.utf8.firstIndex(of: UInt8(ascii: " ")) else { return [] }
        let scheme = String(authorization[..<space])
        let rest = authorization.utf8[space...].drop { $0 == UInt8(ascii: " ") }
        if ASCIIText.isEqual(scheme, "bearer") { return Array(rest) }
        guard ASCIIText.isEqual(scheme, "basic"), let pair = Base64.decode(Array(rest)),
            let colon = pair.firstIndex(of: UInt8(ascii: ":"))
        else { return [] }
        return Array(pair[(colon + 1)...])
    }
}
