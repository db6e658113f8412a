//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdClient
internal import GrantdInterview
internal import GrantdJSON
internal import GrantdMessages
internal import GrantdSchema
internal import SwiftProtobuf

/// Turns a request as protobuf JSON into its message.
///
/// Stricter than a protobuf library: each field stands once, one application holds one measure's facts, and whatever is wrong
/// is told with its place.
struct RequestReader<Request: Message>: Sendable {
    private let plan: JSONPlan
    private let root: JSONPlan.Root

    /// - Parameters:
    ///   - schema: The contract.
    ///   - unnamed: The request's member whose fields are named without it in front, as the daemon names them.
    /// - Throws: Where the contract has no such message.
    init(_ schema: DescriptorSet, unnamed: String? = nil) throws(RequestFault) {
        let name = Request.protoMessageName
        let plan = JSONPlan(schema.message(named: name).map { [$0] } ?? [])
        guard let type = schema.message(named: name), let root = plan.root(type, transparent: unnamed) else {
            throw RequestFault(
                field: "",
                message: Language.said("接口契约中没有消息 \(name)", "the contract has no message \(name)")
            )
        }
        self.plan = plan
        self.root = root
    }

    /// Reads one request.
    ///
    /// - Parameter text: The whole text.
    /// - Throws: The first problem of the text; that it is no JSON goes before everything.
    func read(_ text: UnsafeBufferPointer<UInt8>) throws(RequestFault) -> Request {
        try Self.decoded(try self.wire(text))
    }

    /// Reads one request and gives its wire bytes, whether or not this program knows its message.
    ///
    /// - Parameter text: The whole text.
    /// - Throws: As ``read(_:)``.
    func wire(_ text: UnsafeBufferPointer<UInt8>) throws(RequestFault) -> [UInt8] {
        let limits = JSONLimits()
        let writer = ByteWriter(limit: limits.message)
        do throws(JSONFault) {
            try JSONReader(self.plan, limits: limits).read(text, as: self.root, into: writer)
        } catch {
            throw RequestFault(error)
        }
        return [UInt8](writer.bytes)
    }

    fileprivate static func decoded(_ wire: [UInt8]) throws(RequestFault) -> Request {
        do {
            return try Request(serializedBytes: wire)
        } catch {
            throw RequestFault(field: "", message: "\(error)")
        }
    }
}

extension RequestReader<GrantdEvaluateRequest> {
    /// - Parameter schema: The contract.
    /// - Throws: Where it is not the contract.
    init(evaluations schema: DescriptorSet) throws(RequestFault) {
        try self.init(schema, unnamed: "application")
    }

    /// Reads one request, and leaves its application in wire bytes.
    ///
    /// - Parameter text: The whole text.
    /// - Throws: As ``read(_:)``; also where there is no application.
    func readApplication(_ text: UnsafeBufferPointer<UInt8>) throws(RequestFault) -> EncodedApplication {
        let wire = try self.wire(text)
        var options = GrantdEvaluationOptions()
        let (application, hasOptions) = Self.application(in: wire)
        guard let application else {
            throw RequestFault(field: "application", message: Language.said("须填写", "must be set"))
        }
        // Few requests hold more than their application.
        if hasOptions {
            let request = try Self.decoded(wire)
            options.stage = request.stage
            options.assumeUnsetBarsAbsent = request.assumeUnsetBarsAbsent
            options.explain = request.explain
        }
        return EncodedApplication(bytes: wire[application], options: options)
    }

    /// Where the application stands in a request, and whether anything stands beside it.
    private static func application(in wire: [UInt8]) -> (place: Range<Int>?, hasOptions: Bool) {
        wire.withUnsafeBytes { bytes in
            var reader = WireReader(bytes)
            let start = reader.cursor
            var place: Range<Int>?
            var hasOptions = false
            while let tag = reader.tag() {
                if tag.field == 1, tag.wireType == 2, let content = reader.lengthDelimited() {
                    place = content.cursor - start..<content.end - start
                } else {
                    hasOptions = true
                    guard reader.skip(wireType: tag.wireType) else { break }
                }
            }
            return (place, hasOptions)
        }
    }
}
