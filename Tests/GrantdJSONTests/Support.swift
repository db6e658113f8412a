//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdPolicy
import GrantdSchema

@testable import GrantdJSON

/// JSON to bytes and back, by the contract of the built-in programmes.
struct Subject {
    let types: ApplicationTypes
    let plan: JSONPlan
    let limits: JSONLimits

    /// Loading the programmes takes longer than all that is tested with them.
    static let policies = Result { try PolicySet.builtIn() }

    init(limits: JSONLimits = JSONLimits()) throws {
        self.types = try Self.policies.get().types
        self.plan = JSONPlan([
            self.types.evaluateRequest, self.types.screenRequest, .assessment, .screenResponse, .schema,
            .listMeasuresResponse, .measureDescription,
        ])
        self.limits = limits
    }

    /// An `EvaluateRequest`, whose application is named without itself in front.
    func read(_ text: String) throws(JSONFault) -> [UInt8] {
        try self.read(Array(text.utf8), as: self.types.evaluateRequest, transparent: "application")
    }

    func read(_ text: [UInt8], as type: MessageType, transparent: String? = nil) throws(JSONFault) -> [UInt8] {
        guard let root = self.plan.root(type, transparent: transparent) else { preconditionFailure("not planned") }
        let writer = ByteWriter(limit: 8 << 20)
        // Memory of its own, so that a byte read too far is one that a sanitizer sees.
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.count)
        defer { copy.deallocate() }
        _ = copy.initialize(from: text)
        try JSONReader(self.plan, limits: self.limits).read(UnsafeBufferPointer(copy), as: root, into: writer)
        return [UInt8](writer.bytes)
    }

    /// `nil` where it is read.
    func fault(_ text: String) -> JSONFault? {
        do throws(JSONFault) {
            _ = try self.read(text)
            return nil
        } catch {
            return error
        }
    }

    func write(_ bytes: [UInt8], as type: MessageType, isIndented: Bool = false) throws -> String {
        guard let root = self.plan.root(type) else { preconditionFailure("not planned") }
        let writer = ByteWriter(limit: 64 << 20)
        try bytes.withUnsafeBytes {
            try JSONWriter(self.plan).write($0, as: root, isIndented: isIndented, into: writer)
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
