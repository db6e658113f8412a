//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What the languages that clients are generated for are told of a package.
struct ProtoOptions {
    let package: String

    /// `cityx.v1`
    var javaPackage: String { self.package }

    /// `cityx/v1;cityxv1`
    var goPackage: String {
        "\(self.package.replacing(".", with: "/"));\(self.package.filter { $0 != "." && $0 != "_" })"
    }

    /// `Cityx`: the package without its version.
    var swiftPrefix: String {
        let parts = self.package.split(separator: ".")
        let named = parts.count > 1 && parts.last?.first == "v" ? parts.dropLast() : parts[...]
        return Identifier.camel(named.joined(separator: "_"))
    }
}
