//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import GrantdPolicy
import Testing

/// A directory of policy files, for as long as a test runs.
struct PolicyFolder {
    let path: String

    /// Makes an empty one.
    static func make<Value>(_ body: (PolicyFolder) async throws -> Value) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appending(path: "grantctl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(PolicyFolder(path: folder.path))
    }

    /// The path of a file in it.
    func callAsFunction(_ name: String) -> String { self.path + "/" + name }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: self(name)))
        return self(name)
    }

    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: self(name)))) }

    /// Writes the programme medical-device with other words in the measure of the common platform.
    func writePlatform(_ edits: (old: String, new: String)..., to name: String = "medical-device.yaml") throws {
        let file = try #require(PolicySet.builtInFiles().first { $0.name == "medical-device.yaml" })
        var text = String(decoding: file.bytes, as: UTF8.self)
        let start = try #require(text.range(of: "  - id: common-platform\n"))
        let end = try #require(text.range(of: "  - id: innovation-centre\n"))
        var measure = String(text[start.lowerBound..<end.lowerBound])
        for edit in edits {
            #expect(measure.contains(edit.old))
            measure = measure.replacing(edit.old, with: edit.new)
        }
        text.replaceSubrange(start.lowerBound..<end.lowerBound, with: measure)
        try self.write(text, to: name)
    }

    /// An application of the common platform as JSON.
    static func platform(_ id: String, fen: Int64, more: String = "") -> String {
        """
        {"application": {"application_id": "\(id)", "as_of": "2026-05-20", "subject_id": "P1", \
        "applicant": {"registered_in_beijing": true}, "medical_device_common_platform": \
        {"for_medical_device_industry": true, "common_technology_platform": true, \
        "engineering_investment_fen": \(fen)}\(more)}}
        """
    }
}
