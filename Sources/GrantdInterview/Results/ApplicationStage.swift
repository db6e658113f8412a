//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The stages of an application's life, by their numbers in the contract.
package enum ApplicationStage: Int32, Sendable, Hashable, CaseIterable {
    case application = 0
    case disbursement = 1
    case publicity = 2

    /// The name in the contract.
    package var name: String {
        switch self {
        case .application: "APPLICATION"
        case .disbursement: "DISBURSEMENT"
        case .publicity: "PUBLICITY"
        }
    }
}
