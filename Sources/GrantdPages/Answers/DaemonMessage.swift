//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview

/// What the daemon says of a request. It says it in English, which no Chinese page shows.
struct DaemonMessage: Hashable {
    /// nil where there are no words for all of it.
    let zh: String?
    let en: String

    init(_ message: String) { self.init(zh: DaemonWords.wholly(message), en: message) }

    init(zh: String?, en: String) {
        self.zh = zh
        self.en = en
    }
}

extension PageContext {
    /// A message in the reader's language; nil where there are no words for it.
    func said(_ message: DaemonMessage) -> String? { self.language == .zh ? message.zh : message.en }
}
