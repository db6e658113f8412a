//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdEngine

/// A book without a single award.
package final class EmptyBook: LedgerReading {
    package init() {}

    package func owner(ofAward id: String) -> String? { nil }

    package func standing(of application: ApplicationIdentity) -> LedgerStanding { LedgerStanding() }
}
