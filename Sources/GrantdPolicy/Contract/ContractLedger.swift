//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The numbers that clients in the field may know, each for ever. Programmes are compared with it before they are served.
package struct ContractLedger: Sendable {
    /// In the order in which they came, each once.
    package private(set) var records: [NumberRecord] = []
    private var known: Set<NumberRecord> = []

    package init() {}

    /// Takes a record, and says whether it is new.
    @discardableResult
    package mutating func add(_ record: NumberRecord) -> Bool {
        guard self.known.insert(record).inserted else { return false }
        self.records.append(record)
        return true
    }

    /// Takes what a programme declares and reserves.
    package mutating func add(_ schema: FactsSchema) {
        for record in schema.numberRecords { self.add(record) }
    }

    /// Takes what another ledger holds.
    package mutating func add(_ other: ContractLedger) {
        for record in other.records { self.add(record) }
    }

    package func contains(_ record: NumberRecord) -> Bool { self.known.contains(record) }

    /// What clients would misread if these programmes were served now, at its place in their files.
    ///
    /// A programme that is not among them says nothing: its measures are gone, and their numbers stay taken.
    package func diagnostics(of programmes: [Programme]) -> [PolicyDiagnostic] {
        var check = FactsCompatibility(programmes)
        for record in self.records { check.compare(record, with: self) }
        // What one of them reserves is no other's to use.
        for programme in programmes {
            for number in programme.facts.reserved {
                let record = NumberRecord(programme: programme.id, number: number, meaning: .reservedMeasure)
                if !self.contains(record) { check.compare(record, with: self) }
            }
        }
        return check.sorted()
    }
}
