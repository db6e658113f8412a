//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdSchema
internal import GrantdTesting
internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

/// As many entries as any list may have, in every list of facts of every measure: each such request is answered, and always
/// with the same bytes, whatever was asked before.
struct LargeRequestTests {
    /// One request and what it is called in a failure.
    private struct Request {
        let name: String
        let bytes: [UInt8]
    }

    /// What stands in an entry.
    private enum Filling: String, CaseIterable {
        /// Nothing.
        case empty
        /// Every field of it.
        case typical
        /// Every second field of it, a different half in each second entry.
        case halves
    }

    private static let entries = 10_000

    private static func field(_ number: UInt32, _ bytes: [UInt8]) -> [UInt8] {
        var message = MessageBytes()
        message.add(bytes, field: number)
        return message.bytes
    }

    /// A list's bytes with its tags.
    private static func list(_ slot: FieldSlot, of measure: Measure, _ filling: Filling) throws -> [UInt8] {
        if case .enumeration(let description) = slot.kind {
            let numbers = description.values.map(\.number).filter { $0 != 0 }
            return self.field(slot.number, (0..<self.entries).map { UInt8(numbers[$0 % numbers.count]) })
        }
        guard case .message(let type) = slot.kind else { return [] }
        var kinds: [[UInt8]] = []
        for half in 0..<2 {
            var entry: [String: Any] = [:]
            for (index, inner) in type.fields.enumerated() {
                if filling == .empty || (filling == .halves && index % 2 != half) { continue }
                let path = "\(measure.factsField).\(slot.name)[].\(inner.name)"
                let fact = measure.facts.first { $0.wirePath == path }
                switch inner.kind {
                case .bool: entry[inner.name] = true
                case .int32, .int64: entry[inner.name] = min(max(fact?.minimum ?? 1, 3), fact?.maximum ?? 3)
                case .string: entry[inner.name] = inner.name.hasSuffix("_on") ? "2026-05-01" : "P\(half)"
                case .enumeration(let description):
                    entry[inner.name] =
                        description.values.first { value in
                            value.number != 0 && !(fact?.excluded.contains(value.number) ?? false)
                        }?.name
                default: continue
                }
            }
            kinds.append(self.field(slot.number, try JSONMessage.encode(entry, as: type)))
        }
        return (0..<self.entries).flatMap { kinds[$0 % 2] }
    }

    /// Every list of every measure alone and with the others of its measure, filled in each way, explained and not.
    private static func requests(_ policies: PolicySet) throws -> [Request] {
        let types = policies.types
        var requests: [Request] = []
        let asOf = try JSONMessage.encode(["as_of": "2026-05-20"], as: types.application)
        let explain = try JSONMessage.encode(["explain": "FULL"], as: types.evaluateRequest)
        for entry in policies.entries {
            let member = try #require(types.application.field(named: entry.factsField))
            guard case .message(let type) = member.kind else { continue }
            let measure = policies.measures[entry.versions.upperBound - 1]
            let lists = type.fields.filter { $0.label == .repeated }
            for filling in Filling.allCases {
                var facts = try lists.map { ($0.name, try self.list($0, of: measure, filling)) }
                if facts.count > 1 { facts.append(("all lists", facts.flatMap(\.1))) }
                for (name, bytes) in facts {
                    let application = self.field(1, asOf + self.field(member.number, bytes))
                    let title = "\(entry.id) \(name) \(filling.rawValue)"
                    requests.append(Request(name: title, bytes: application))
                    guard filling == .empty else { continue }
                    requests.append(Request(name: title + " explained", bytes: application + explain))
                }
            }
        }
        let award = try JSONMessage.encode(
            Sample.award("medical-device.common-platform", "P1", "2025-01-01", 7),
            as: .priorAward
        )
        let awards = (0..<self.entries).flatMap { _ in self.field(5, award) }
        let platform = try JSONMessage.encode(Sample.platform(), as: types.application)
        requests.append(Request(name: "prior awards", bytes: self.field(1, platform + awards) + explain))
        return requests
    }

    private static func answer(_ request: Request, _ engine: Engine) -> Result<[UInt8], CallError> {
        let reply = ByteWriter(limit: 16 << 20)
        do throws(CallError) {
            try request.bytes.withUnsafeBufferPointer { bytes throws(CallError) in
                try engine.evaluate(UnsafeRawBufferPointer(bytes), into: reply)
            }
            return .success([UInt8](reply.bytes))
        } catch {
            return .failure(error)
        }
    }

    @Test("what a fresh engine answers every engine answers, whatever it was asked before")
    func history() throws {
        let policies = try PolicySet.builtIn()
        let requests = try Self.requests(policies)
        #expect(requests.count > 35)
        let fresh = requests.map { Self.answer($0, Engine(policies: policies)) }
        for (request, answer) in zip(requests, fresh) {
            if case .failure(let error) = answer { Issue.record("\(request.name): \(error)") }
        }
        let used = Engine(policies: policies)
        // Each after all others, in one order and in the other.
        for pass in 0..<2 {
            for index in pass == 1 ? Array(requests.indices.reversed()) : Array(requests.indices) {
                #expect(Self.answer(requests[index], used) == fresh[index], "\(requests[index].name), pass \(pass)")
            }
        }
    }
}
