//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdEngine
internal import GrantdJSON
internal import GrantdPages
internal import GrantdPolicy
internal import GrantdSchema
internal import GrantdService

/// What HTTP needs of the policies: made once, off the event loops, and shared by all of them.
package final class HTTPContract: Sendable {
    package let policies: CompiledPolicies
    /// Of every request and every reply.
    let json: JSONPlan
    /// What `/openapi.json` answers, once it is made.
    let openAPI: OpenAPICache
    let pages: Pages
    /// By the methods' numbers.
    private let requests: [JSONPlan.Root?]
    private let replies: [JSONPlan.Root?]

    package init(_ policies: CompiledPolicies) {
        let types = policies.policies.types
        let messages = Method.allCases.map { (method: $0, types: $0.messages(types)) }
        let json = JSONPlan(messages.flatMap { [$0.types.request, $0.types.reply] })
        var requests = [JSONPlan.Root?](repeating: nil, count: Method.allCases.count)
        var replies = requests
        for (method, (request, reply)) in messages {
            // The daemon names an application's fields without it in front, and a bad one spoils no other of its batch.
            requests[Int(method.rawValue)] =
                switch method {
                case .evaluate, .award: json.root(request, transparent: "application")
                case .evaluateBatch: json.root(request, separate: "applications")
                case .awardBatch: json.root(request, separate: "entries", transparent: "application")
                default: json.root(request)
                }
            replies[Int(method.rawValue)] = json.root(reply)
        }
        self.policies = policies
        self.openAPI = OpenAPICache()
        self.json = json
        self.pages = Pages(policies, json: json)
        self.requests = requests
        self.replies = replies
    }

    /// Makes a reader of requests, for one thread.
    ///
    /// - Parameter method: for whose largest request it has room.
    func makeReader(of method: Method, _ limits: Limits) -> JSONReader {
        var bounds = JSONLimits()
        bounds.message = limits.largestRequest(method)
        bounds.text = bounds.message
        // The bids of an auction are the one list that may be longer: as many as all lists together.
        bounds.listEntries = method == .clearAuction ? bounds.entries : limits.engine.listEntries
        return JSONReader(self.json, limits: bounds)
    }

    /// Reads a request.
    ///
    /// - Returns: What is wrong with single entries of a batch, by their places: an empty one is read in place of each.
    /// - Throws: What is wrong with the text: 1003, or 2004 where there is too much of it.
    @discardableResult
    func readRequest(
        of method: Method,
        _ text: UnsafeRawBufferPointer,
        _ reader: JSONReader,
        into writer: ByteWriter
    ) throws(CallError) -> [Int: CallError] {
        guard let root = self.requests[Int(method.rawValue)] else { throw CallError.fault("the method has no request") }
        let misfits: [(entry: Int, fault: JSONFault)]
        do throws(JSONFault) {
            misfits = try reader.read(text.bindMemory(to: UInt8.self), as: root, into: writer)
        } catch {
            let place = error.kind == .syntax ? " (line \(error.line), column \(error.column))" : ""
            let message = error.en + place
            throw error.kind == .limit
                ? .overLimit(message, field: error.field) : .badRequest(message, field: error.field)
        }
        if writer.isOverLimit { throw Refusal.requestTooLarge }
        var errors: [Int: CallError] = [:]
        for (entry, fault) in misfits { errors[entry] = .badRequest(fault.en, field: fault.field) }
        return errors
    }

    /// Writes a reply.
    func writeReply(
        of method: Method,
        _ bytes: UnsafeRawBufferPointer,
        into writer: ByteWriter
    ) throws(CallError) {
        guard let root = self.replies[Int(method.rawValue)] else { throw CallError.fault("the method has no reply") }
        do throws(WireFault) {
            try JSONWriter(self.json).write(bytes, as: root, into: writer)
        } catch {
            throw CallError.fault("the reply cannot be written as JSON: \(error.message)")
        }
        if writer.isOverLimit { throw Refusal.replyTooLarge }
    }
}
