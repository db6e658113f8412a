//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    /// The credential of RFC 6750 in a call's metadata.
    enum Bearer {
        /// The token in the values of `authorization`; empty, which is no token, where there is none or more than one.
        static func token(in values: some Sequence<String>) -> String {
            var values = values.makeIterator()
            guard let value = values.next(), values.next() == nil else { return "" }
            let scheme = value.utf8.prefix { $0 != UInt8(ascii: " ") }
            guard Substring(scheme).lowercased() == "bearer" else { return "" }
            return String(Substring(value.utf8.dropFirst(scheme.count).drop { $0 == UInt8(ascii: " ") }))
        }
    }
#endif
