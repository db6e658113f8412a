//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdSchema
import GrantdTesting

/// An application without facts, which the room of messages does not know.
enum Samples: WireSamples {
    static let types = ApplicationTypes(members: [])
}
