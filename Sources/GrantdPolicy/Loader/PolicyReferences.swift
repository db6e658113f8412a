//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdCEL

/// What the measures refer to beside their own files. Nothing is served without it: an empty calendar would ask for days that
/// are published, an empty register would say that there are no documents.
package struct PolicyReferences: Sendable {
    /// The working days that terms are counted in.
    package let calendar: WorkingCalendar
    /// The documents that the measures come from.
    package let documents: DocumentRegister
    /// The files that both were read from.
    package let calendarFile: PolicyFile
    package let registerFile: PolicyFile

    /// Those that the program carries within itself, read once.
    ///
    /// - Throws: ``PolicyDiagnostics``, with every problem of either file.
    package static func builtIn() throws(PolicyDiagnostics) -> PolicyReferences { try self.embedded.get() }

    private static let embedded = Self.result { () throws(PolicyDiagnostics) in try Self.load(.embedded) }

    /// Reads both.
    ///
    /// - Parameters:
    ///   - builtIn: What the program carries within itself.
    ///   - replacing: A calendar and a register in place of theirs.
    ///   - programmes: The ids of programmes beside the built-in ones, which a register may name.
    /// - Throws: ``PolicyDiagnostics``, with every problem of either file.
    package static func load(
        _ builtIn: BuiltInFiles,
        replacedBy replacing: PolicyFiles = PolicyFiles(),
        programmes: Set<String> = []
    ) throws(PolicyDiagnostics) -> PolicyReferences {
        var files = builtIn
        if let calendar = replacing.calendar { files.calendar = calendar }
        if let register = replacing.register { files.register = register }
        let calendar = Self.result { () throws(PolicyDiagnostics) in
            let text = String(decoding: files.calendar.bytes, as: UTF8.self)
            return try WorkingCalendarFile(text, name: files.calendar.name).calendar()
        }
        let documents = Self.result { () throws(PolicyDiagnostics) in
            let text = String(decoding: files.register.bytes, as: UTF8.self)
            return try DocumentRegisterFile(text, name: files.register.name).register(
                programmes: programmes.union(files.programmes)
            )
        }
        switch (calendar, documents) {
        case (.success(let calendar), .success(let documents)):
            return PolicyReferences(
                calendar: calendar,
                documents: documents,
                calendarFile: files.calendar,
                registerFile: files.register
            )
        case (.failure(let first), .failure(let second)):
            throw PolicyDiagnostics(first.list + second.list)
        case (.failure(let diagnostics), _), (_, .failure(let diagnostics)):
            throw diagnostics
        }
    }

    private static func result<Value>(
        _ read: () throws(PolicyDiagnostics) -> Value
    ) -> Result<Value, PolicyDiagnostics> {
        do throws(PolicyDiagnostics) {
            return .success(try read())
        } catch {
            return .failure(error)
        }
    }
}
