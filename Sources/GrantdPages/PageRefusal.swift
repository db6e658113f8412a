//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why a browser's request comes to no page.
package enum PageRefusal: Error, Hashable, CaseIterable, Sendable {
    /// The address is not written as addresses are.
    case badAddress
    /// The form is not written as forms are.
    case badForm
    /// The form stands on another site.
    case foreignForm
    /// It is neither read nor a form sent.
    case wrongMethod
    /// The form is larger, or has more fields, than is taken.
    case tooLarge
    /// What was sent is no form.
    case noForm
    /// Too much is waiting already.
    case busy
    /// The daemon is stopping.
    case stopping
    /// The daemon's own fault.
    case fails

    var reason: ErrorPage.Reason {
        switch self {
        case .badAddress: .badAddress
        case .badForm: .badForm
        case .foreignForm: .foreignForm
        case .wrongMethod: .wrongMethod
        case .tooLarge: .tooLarge
        case .noForm: .noForm
        case .busy: .busy
        case .stopping: .stopping
        case .fails: .fails(nil)
        }
    }
}
