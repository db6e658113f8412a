//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// A measure in a list: its title, what it comes to at most, what it gives in a sentence.
struct MeasureRow {
    let context: PageContext
    let version: Shelf.Version

    var html: HTML {
        let measure = self.version.measure
        let most = self.context.most(of: measure)
        let isInForce = measure.inForce.contains(day: self.context.today)
        return HTML(.li, .class("found")) {
            HTML(.a, .href(self.context.link(toMeasure: measure.id))) { self.context(measure.title) }
            HTML(.span, .class(most.isSum ? "sum" : "sum words")) { most.text }
            HTML(.p, .class("muted")) {
                self.version.summary.map { "\(self.context($0)) · " } ?? ""
                Words.Find.clause(measure.clause, self.context.language)
                if !isInForce {
                    HTML(.span, .class("tag")) { self.context.standing(measure.inForce, on: self.context.today) }
                }
            }
        }
    }
}
