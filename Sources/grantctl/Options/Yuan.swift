//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdInterview

/// A sum as it is typed, in yuan: `5000000`, `5,000,000.50`, `500万`, `1.2亿`.
struct Yuan: ExpressibleByArgument, Equatable {
    /// 0 or more.
    let fen: Int64

    init?(argument: String) {
        guard let fen = Money.fen(typed: argument), fen >= 0 else { return nil }
        self.fen = fen
    }
}
