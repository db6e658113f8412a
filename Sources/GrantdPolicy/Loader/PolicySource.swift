//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#endif

/// Reads policy files from disk.
package enum PolicySource {
    /// Whether a file of that name holds the worked cases of a policy, and no policy.
    package static func holdsCases(_ name: String) -> Bool {
        name.hasSuffix(".cases.yaml") || name.hasSuffix(".cases.yml") || name.hasSuffix(".cases.jsonl")
    }

    /// Whether there is a directory at the path.
    package static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether there is a file at the path.
    package static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// The `.yaml` and `.yml` files of a directory, by name. Hidden files and files of cases are passed over.
    ///
    /// A directory that cannot be read is a problem: a daemon told to serve a directory must not quietly serve something
    /// else. One that holds no such file is a problem too, but where it may have been emptied on purpose.
    package static func directory(_ path: String, mayBeEmpty: Bool = false) -> Result<[PolicyFile], PolicyDiagnostics> {
        self.names(in: path).flatMap { names in
            let names = names.filter { ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml")) && !self.holdsCases($0) }
            guard !names.isEmpty || mayBeEmpty else {
                return .failure(self.unreadable(path, Self.isEmpty))
            }
            let prefix = path.hasSuffix("/") ? path : path + "/"
            return self.files(names.map { prefix + $0 })
        }
    }

    /// What is said of a directory without policy files.
    static let isEmpty = Text(zh: "目录中没有政策文件（*.yaml）", en: "the directory holds no policy file (*.yaml)")

    /// The names in a directory, in byte order. Hidden ones are passed over.
    package static func names(in path: String) -> Result<[String], PolicyDiagnostics> {
        guard let directory = opendir(path) else {
            return .failure(
                self.unreadable(
                    path,
                    Text(zh: "无法读取目录：\(self.reason())", en: "the directory cannot be read: \(self.reason())")
                )
            )
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        guard names.count <= LoaderLimits.files else {
            let message = Text(
                zh: "目录中的政策文件多于 \(LoaderLimits.files) 个",
                en: "the directory holds more than \(LoaderLimits.files) policy files"
            )
            return .failure(self.diagnostic(path, .tooLarge, message))
        }
        return .success(names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    /// Files by their paths, in that order.
    package static func files(_ paths: [String]) -> Result<[PolicyFile], PolicyDiagnostics> {
        var files: [PolicyFile] = []
        var diagnostics: [PolicyDiagnostic] = []
        var total = 0
        for path in paths {
            switch self.file(path) {
            case .success(let file):
                files.append(file)
                total += file.bytes.count
                // What the loader would refuse is not read to the end.
                if total > LoaderLimits.totalBytes { return .success(files) }
            case .failure(let failure): diagnostics += failure.list
            }
        }
        return diagnostics.isEmpty ? .success(files) : .failure(PolicyDiagnostics(diagnostics))
    }

    /// One file. Of a larger one than is allowed no more is read than shows it.
    package static func file(_ path: String) -> Result<PolicyFile, PolicyDiagnostics> {
        // Not blocking: a named pipe without a writer would hold the start up for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            return .failure(
                self.unreadable(
                    path,
                    Text(zh: "无法读取文件：\(self.reason())", en: "the file cannot be read: \(self.reason())")
                )
            )
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return .failure(self.unreadable(path, Text(zh: "这不是普通文件", en: "this is no regular file")))
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= LoaderLimits.fileBytes {
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                return .failure(
                    self.unreadable(
                        path,
                        Text(zh: "无法读取文件：\(self.reason())", en: "the file cannot be read: \(self.reason())")
                    )
                )
            }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return .success((path, bytes))
    }

    private static func unreadable(_ path: String, _ message: Text) -> PolicyDiagnostics {
        self.diagnostic(path, .unreadable, message)
    }

    private static func diagnostic(_ path: String, _ code: PolicyDiagnostic.Code, _ message: Text) -> PolicyDiagnostics
    {
        PolicyDiagnostics([
            PolicyDiagnostic(file: path, line: 0, column: 0, code: code, message: message, sourceLine: "")
        ])
    }

    /// What the last system call failed for.
    private static func reason() -> String {
        String(cString: strerror(errno))
    }
}
