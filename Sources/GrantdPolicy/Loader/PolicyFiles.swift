//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Files that a policy set is made of beside the built-in ones, told apart by their first key.
package struct PolicyFiles: Sendable {
    /// What a file is.
    package enum Kind: Sendable, Hashable {
        case programme
        case calendar
        case register

        /// Told by the first key of a text: `calendar` and `documents` begin the files that are no programmes.
        package init(of bytes: [UInt8]) {
            let lines = bytes.split(separator: UInt8(ascii: "\n")).lazy.map { line in
                line.drop { [0x20, 0x09, 0xEF, 0xBB, 0xBF].contains($0) }
            }
            let first =
                lines.first { !$0.isEmpty && $0.first != UInt8(ascii: "#") && !$0.starts(with: "---".utf8) } ?? []
            let key = String(decoding: first.prefix { $0 != UInt8(ascii: ":") && $0 != 0x0D }, as: UTF8.self)
            switch key {
            case "calendar": self = .calendar
            case "documents", "repealed": self = .register
            default: self = .programme
            }
        }
    }

    /// A programme each.
    package private(set) var programmes: [PolicyFile] = []
    /// The working calendar; `nil`: the built-in one counts.
    package private(set) var calendar: PolicyFile?
    /// The register of documents; `nil`: the built-in one counts.
    package private(set) var register: PolicyFile?
    /// What could not be read, and what stands twice.
    package private(set) var diagnostics: [PolicyDiagnostic] = []

    package init() {}

    /// Reads files, and of directories every `.yaml` and `.yml` file. Files of cases are passed over, also those that are
    /// named: a shell's `*.yaml` has them too.
    package init(paths: [String]) {
        for path in paths where !PolicySource.holdsCases(path) {
            switch PolicySource.isDirectory(path) ? PolicySource.directory(path) : PolicySource.files([path]) {
            case .success(let files):
                for file in files { self.add(file) }
            case .failure(let failure): self.diagnostics += failure.list
            }
        }
    }

    /// The ids that the files' names promise, right or wrong: a register is not to be blamed for what a programme's file
    /// has wrong.
    var presumedProgrammes: Set<String> {
        Set(
            self.programmes.map { file in
                let name = file.name.split(separator: "/").last ?? ""
                return String(name.prefix { $0 != "." })
            }
        )
    }

    /// Takes a file.
    package mutating func add(_ file: PolicyFile) {
        switch Kind(of: file.bytes) {
        case .programme: self.programmes.append(file)
        case .calendar: self.take(file, as: \.calendar, Text(zh: "工作日历", en: "a working calendar"))
        case .register: self.take(file, as: \.register, Text(zh: "文件名录", en: "a register of documents"))
        }
    }

    private mutating func take(
        _ file: PolicyFile,
        as place: WritableKeyPath<PolicyFiles, PolicyFile?>,
        _ what: Text
    ) {
        guard let first = self[keyPath: place] else {
            self[keyPath: place] = file
            return
        }
        self.diagnostics.append(
            PolicyDiagnostic(
                file: file.name,
                line: 1,
                column: 1,
                code: .duplicateID,
                message: Text(
                    zh: "此文件与 \(first.name) 都是\(what.zh)；只能有一个",
                    en: "this is \(what.en), and so is \(first.name); there is one"
                ),
                sourceLine: ""
            )
        )
    }
}
