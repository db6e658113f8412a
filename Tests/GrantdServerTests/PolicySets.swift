//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import Logging

/// What servers under test are made with.
enum PolicySets {
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    static func builtIn() throws -> PolicySet { try PolicySet.builtIn() }
}
