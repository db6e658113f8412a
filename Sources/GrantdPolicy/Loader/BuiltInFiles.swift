//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CGrantdPolicies

/// The files that the program carries within itself.
package struct BuiltInFiles: Sendable {
    /// A programme each, named after it: `medical-device.yaml`.
    package var policies: [PolicyFile]
    /// The State Council's notices on the holidays of each year.
    package var calendar: PolicyFile
    /// Every document of the gazettes.
    package var register: PolicyFile

    package init(policies: [PolicyFile], calendar: PolicyFile, register: PolicyFile) {
        self.policies = policies
        self.calendar = calendar
        self.register = register
    }

    /// Those that it was built with.
    package static var embedded: BuiltInFiles {
        BuiltInFiles(
            policies: (0..<grantd_policy_count).compactMap { self.file(grantd_policy_at($0)) },
            calendar: self.file(grantd_working_calendar()) ?? ("working-calendar.yaml", []),
            register: self.file(grantd_document_register()) ?? ("documents.yaml", [])
        )
    }

    /// `application.proto` without the members of `facts`, which are written into it at two marks.
    static var applicationProto: String {
        self.file(grantd_application_proto()).map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
    }

    /// The ids of the programmes.
    package var programmes: [String] { self.policies.map { String($0.name.dropLast(".yaml".count)) } }

    private static func file(_ file: grantd_policy) -> PolicyFile? {
        guard let name = file.name, let bytes = file.bytes else { return nil }
        return (String(cString: name), Array(UnsafeBufferPointer(start: bytes, count: file.count)))
    }
}
