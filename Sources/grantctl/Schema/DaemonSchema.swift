//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdClient
internal import GrantdMessages
internal import GrantdPolicy
internal import GrantdSchema
internal import SwiftProtobuf

/// The contract of the daemon that is asked, with the measures that were added to it.
struct DaemonSchema: Sendable {
    let schema: DescriptorSet
    /// The SHA-256 of the schema's bytes; `nil` for the one that this tool was built with.
    let digest: String?
    /// Why the daemon did not tell: the schema is then the last one that it had, or the one that this tool was built with.
    /// What is wrong with a request by either is mostly wrong by the daemon's own too, and whatever is sent next fails for
    /// the same reason.
    let failure: GrantdClientError?

    /// Asks the daemon for its schema: a digest goes there and back where the schema is known here.
    ///
    /// - Parameters:
    ///   - client: Who asks.
    ///   - address: Whom; the cache knows its last schema.
    ///   - cache: Where schemas are kept.
    /// - Throws: ``GrantdClientError`` where whatever follows would fail as well, or take as long again; ``RunFailure``
    ///   where there is no schema at all.
    static func fetch(
        _ client: GrantdClient,
        address: GrantdAddress,
        cache: SchemaCache? = .standard
    ) async throws -> Self {
        let address = address.description
        let last = cache?.last(of: address)
        do throws(GrantdClientError) {
            let (stored, schema) = try await self.ask(client, last)
            cache?.keep(stored, for: address)
            return Self(schema: schema, digest: stored.digest, failure: nil)
        } catch {
            switch error.code {
            case .unauthenticated, .cancelled, .shutDown, .deadlineExceeded: throw error
            default: break
            }
            if let last, let schema = try? DescriptorSet(last.bytes) {
                return Self(schema: schema, digest: last.digest, failure: error)
            }
            return Self(schema: try Contract.schema(), digest: nil, failure: error)
        }
    }

    /// Asks the daemon whether it has another schema by now.
    ///
    /// - Parameters:
    ///   - isPatient: Try as often as the deadline leaves time for.
    /// - Returns: The new one; `nil` where the daemon still has this one.
    /// - Throws: Where the daemon does not tell.
    func newer(
        _ client: GrantdClient,
        address: GrantdAddress,
        cache: SchemaCache? = .standard,
        isPatient: Bool
    ) async throws(GrantdClientError) -> Self? {
        let reply = try await client.schema(knownDigest: self.digest, isPatient: isPatient)
        if let digest = self.digest, reply.fileDescriptorSet.isEmpty, reply.digest == digest { return nil }
        let (stored, schema) = try Self.schema(of: reply)
        if stored.digest == self.digest { return nil }
        cache?.keep(stored, for: address.description)
        return Self(schema: schema, digest: stored.digest, failure: nil)
    }

    private static func ask(
        _ client: GrantdClient,
        _ last: StoredSchema?
    ) async throws(GrantdClientError) -> (StoredSchema, DescriptorSet) {
        guard let last else { return try self.schema(of: await client.schema()) }
        let reply: GrantdSchema
        do throws(GrantdClientError) {
            reply = try await client.schema(knownDigest: last.digest)
        } catch  where error.code == .invalidRequest {
            // A daemon from before there were digests stands at this address now.
            return try self.schema(of: await client.schema())
        }
        guard reply.fileDescriptorSet.isEmpty else { return try self.schema(of: reply) }
        return (last, try self.decoded(last.bytes))
    }

    /// The schema of a reply that holds it. Its digest is made here: older daemons do not tell it.
    private static func schema(of reply: GrantdSchema) throws(GrantdClientError) -> (StoredSchema, DescriptorSet) {
        let bytes = Array(reply.fileDescriptorSet)
        let digest = PolicyDigest.of(bytes)
        guard !reply.hasDigest || reply.digest == digest else {
            throw GrantdClientError(
                code: .invalidReply,
                message: "the schema does not have the digest that comes with it"
            )
        }
        return (StoredSchema(bytes: bytes, digest: digest), try self.decoded(bytes))
    }

    private static func decoded(_ bytes: [UInt8]) throws(GrantdClientError) -> DescriptorSet {
        let schema: DescriptorSet
        do {
            schema = try DescriptorSet(bytes)
        } catch {
            throw GrantdClientError(code: .invalidReply, message: "the schema does not decode", cause: error)
        }
        guard schema.message(named: GrantdEvaluateRequest.protoMessageName) != nil,
            schema.message(named: GrantdScreenRequest.protoMessageName) != nil
        else { throw GrantdClientError(code: .invalidReply, message: "the schema is not grantd's") }
        return schema
    }
}

extension DaemonSchema {
    /// Reads the one request of an input.
    ///
    /// - Parameters:
    ///   - name: What the input is called.
    ///   - text: The whole of it.
    ///   - unnamed: The member whose fields are named without it in front.
    /// - Throws: ``RunFailure`` with what is wrong; ``failure`` where the request may be right for a daemon that could not
    ///   be asked, and where it is right and nobody is there to be asked.
    func read<Request: Message>(_ name: String, _ text: [UInt8], unnamed: String? = nil) throws -> Request {
        let request: Request
        do throws(RequestFault) {
            let reader = try RequestReader<Request>(self.schema, unnamed: unnamed)
            request = try text.withUnsafeBufferPointer { text throws(RequestFault) in try reader.read(text) }
        } catch {
            if error.unknown == .measure, let failure { throw failure }
            throw RunFailure.badInput("\(name.printable): \(error.printable)")
        }
        // The attempts for the schema were attempts enough.
        if let failure, failure.isOfNobody { throw failure }
        return request
    }
}

extension GrantdClientError {
    /// Whether no daemon was there to answer.
    var isOfNobody: Bool { [.connectionFailed, .connectionLost, .unavailable].contains(self.code) }
}
