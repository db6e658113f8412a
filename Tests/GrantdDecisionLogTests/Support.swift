//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import GrantdDigest
import GrantdEngine
import GrantdMessages
import GrantdPolicy
import GrantdSchema
import GrantdService
import SwiftProtobuf
import Synchronization

@testable import GrantdDecisionLog

/// A directory of its own, which goes with it.
final class LogFolder {
    let path: String

    init() throws {
        self.path = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }

    func segment(_ number: UInt64) -> String { self.path + "/" + SegmentFiles.name(number) }

    var segments: [UInt64] { (try? SegmentFiles.segments(in: self.path).map(\.number)) ?? [] }

    func bytes(_ number: UInt64) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: self.segment(number))))
    }

    func put(_ bytes: [UInt8], _ number: UInt64) throws {
        try Data(bytes).write(to: URL(filePath: self.segment(number)))
    }
}

/// Calls that are decided and recorded, as a daemon does it.
final class Recording {
    static let policies = Result { CompiledPolicies(try PolicySet.builtIn()) }
    static let code = "91110108MA01CX7K1R"

    let log: FileDecisionLog
    let recorder: any DecisionRecorder
    let events: Events
    private let engine: Engine
    private let policies: CompiledPolicies
    private let reply = ByteWriter(limit: 16 << 20)
    private(set) var hashes: [RequestHash] = []

    /// What an operator was told.
    final class Events: Sendable {
        private let list = Mutex<[DecisionLogEvent]>([])

        var all: [DecisionLogEvent] { self.list.withLock { $0 } }

        func add(_ event: DecisionLogEvent) { self.list.withLock { $0.append(event) } }
    }

    init(
        _ folder: LogFolder,
        policies: CompiledPolicies? = nil,
        tokens: TokenSet = TokenSet(),
        _ change: (inout DecisionLogSettings) -> Void = { _ in }
    ) throws {
        var settings = DecisionLogSettings(directory: folder.path)
        change(&settings)
        let events = Events()
        self.events = events
        self.policies = try policies ?? Self.policies.get()
        self.log = try FileDecisionLog(settings, tokens: tokens, policies: self.policies) { events.add($0) }
        self.recorder = self.log.makeRecorder()
        self.engine = Engine(self.policies)
    }

    deinit { self.log.close() }

    static func request(
        _ id: String,
        code: String = Recording.code,
        _ change: (inout GrantdEvaluateRequest) -> Void = { _ in }
    ) throws -> [UInt8] {
        var request = GrantdEvaluateRequest.with {
            $0.application.applicationID = id
            $0.application.asOf = "2026-05-20"
            $0.application.subjectID = "P-17"
            $0.application.applicant.unifiedSocialCreditCode = code
            $0.application.applicant.name = "Example Laboratory"
            $0.application.applicant.kind = .enterprise
            $0.application.applicant.registeredInBeijing = true
            $0.application.digitalSpaceLaboratoryProject = .with {
                $0.inPilotZone = true
                $0.laboratoryLevel = .municipal
                $0.approvedTotalInvestmentFen = 1_234_567_890
            }
        }
        change(&request)
        return try request.serializedBytes()
    }

    /// Decides a call and records it.
    @discardableResult
    func evaluate(
        _ request: [UInt8],
        id: RequestID = .number(7),
        caller: Caller.Number = .unnamed
    ) throws -> RequestHash? {
        try request.withUnsafeBytes { request in
            self.reply.reset()
            try self.engine.evaluate(request, into: self.reply)
            let hash = self.recorder.record(
                Decision(
                    method: .evaluate,
                    transport: .frames,
                    caller: caller,
                    policies: self.policies,
                    id: id,
                    request: request,
                    reply: self.reply.bytes
                )
            )
            if let hash { self.hashes.append(hash) }
            return hash
        }
    }

    func evaluate(count: Int, from first: Int = 0) throws {
        for number in first..<(first + count) { try self.evaluate(Self.request("A-\(number)")) }
    }
}

/// An entry with bytes of its own.
struct KeptEntry: Equatable {
    let number: UInt64
    let state: EntryLayout.State
    let kind: EntryLayout.Kind
    let method: Method?
    let caller: String
    let policies: UInt32
    let id: String
    let request: [UInt8]
    let reply: [UInt8]
    let hash: SHA256Digest?

    init(_ entry: LogEntry) {
        self.number = entry.number
        self.state = entry.state
        self.kind = entry.kind
        self.method = entry.method
        self.caller = entry.caller
        self.policies = entry.policies
        let decision = entry.decision
        self.id = decision.map { String(decoding: $0.id, as: UTF8.self) } ?? ""
        self.request = decision.map { [UInt8]($0.request) } ?? []
        self.reply = decision.map { [UInt8]($0.reply) } ?? []
        self.hash = decision?.requestHash
    }

    /// All entries of a log.
    static func all(_ folder: LogFolder) throws -> [KeptEntry] {
        var entries: [KeptEntry] = []
        for segment in try SegmentFiles.segments(in: folder.path) {
            let reader = try SegmentReader(path: segment.path)
            while let entry = try reader.next() { entries.append(KeptEntry(entry)) }
        }
        return entries
    }

    static func decisions(_ folder: LogFolder) throws -> [KeptEntry] {
        try self.all(folder).filter { $0.kind == .decision }
    }
}

extension String {
    func isIn(_ bytes: [UInt8]) -> Bool {
        Data(bytes).range(of: Data(self.utf8)) != nil
    }
}
