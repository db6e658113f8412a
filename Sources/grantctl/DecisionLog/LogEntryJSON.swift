//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdDecisionLog
internal import GrantdEngine
internal import GrantdJSON
internal import GrantdPolicy
internal import GrantdSchema
internal import GrantdService

/// Entries of a log as lines of JSON, requests and replies by the contract of the policies that decided.
struct LogEntryJSON {
    private let recorded: RecordedPolicies
    private let builtIn: PolicySet
    private var contracts: [PolicyListing: Contract] = [:]

    /// What the messages of policies are read by.
    private struct Contract {
        let types: ApplicationTypes
        let plan: JSONPlan
    }

    /// - Parameter builtIn: By whose contract is written what was decided by policies that are not at hand.
    init(_ recorded: RecordedPolicies, _ builtIn: PolicySet) {
        self.recorded = recorded
        self.builtIn = builtIn
    }

    mutating func line(_ entry: LogEntry, _ place: LogWalk.Place) throws -> [UInt8] {
        var members = [
            #""entry":"\#(entry.number)""#, #""log":\#(AnswerJSON.quoted(place.directory))"#,
            #""answered_at":"\#(Moment.text(entry.time))""#,
            #""method":\#(AnswerJSON.quoted(entry.method.map { "\($0.entry.service)/\($0.entry.name)" } ?? ""))"#,
            #""transport":\#(AnswerJSON.quoted(entry.transport?.name ?? ""))"#,
            #""state":"\#(Self.name(entry.state))""#,
        ]
        if !entry.caller.isEmpty { members.append(#""caller":\#(AnswerJSON.quoted(entry.caller))"#) }
        if let listing = place.listing {
            members.append(#""policies":"\#(listing.digest)""#)
            members.append(#""engine_version":\#(AnswerJSON.quoted(listing.engineVersion))"#)
        }
        if let decision = entry.decision {
            let id = String(decoding: decision.id, as: UTF8.self)
            if !id.isEmpty { members.append(#""request_id":\#(AnswerJSON.quoted(id))"#) }
            members.append(#""request_hash":"\#(decision.requestHash)""#)
            if let method = entry.method {
                let contract = try self.contract(place.listing)
                let (request, reply) = method.messages(contract.types)
                members.append(#""request":\#(Self.json(decision.request, request, contract.plan))"#)
                members.append(#""reply":\#(Self.json(decision.reply, reply, contract.plan))"#)
            }
        }
        return Array("{\(members.joined(separator: ","))}\n".utf8)
    }

    private mutating func contract(_ listing: PolicyListing?) throws -> Contract {
        let key = listing ?? PolicyListing(self.builtIn)
        if let known = self.contracts[key] { return known }
        let types = (try listing.flatMap { try self.recorded.policies($0) }?.policies ?? self.builtIn).types
        let logged = LoggedMethod.allCases.filter { $0.entry.decisionNumber != nil }.map { $0.messages(types) }
        let contract = Contract(types: types, plan: JSONPlan(logged.flatMap { [$0.request, $0.reply] }))
        self.contracts[key] = contract
        return contract
    }

    /// A message as JSON; null where the bytes are none.
    private static func json(_ bytes: UnsafeRawBufferPointer, _ type: MessageType, _ plan: JSONPlan) -> String {
        guard let root = plan.root(type) else { return "null" }
        let writer = ByteWriter(limit: 256 << 20)
        guard (try? JSONWriter(plan).write(bytes, as: root, into: writer)) != nil, !writer.isOverLimit else {
            return "null"
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func name(_ state: EntryLayout.State) -> String {
        switch state {
        case .whole: "whole"
        case .masked: "masked"
        case .erased: "erased"
        }
    }
}
