//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import GrantdPolicy

/// Schemas of daemons on disk, by their digests, and which one each address had last.
///
/// Nothing hangs on it: what cannot be read or written is fetched from the daemon as if there were no cache. What is read
/// is taken only where its bytes have the digest that it is filed under, and used only after the daemon has confirmed
/// that digest, or where no daemon can be asked.
struct SchemaCache: Sendable {
    /// The most schemas that are kept; the least recently used go first.
    static let mostSchemas = 16
    /// The most addresses whose last schema is kept.
    static let mostAddresses = 64
    /// Larger files are no schemas. In bytes.
    private static let mostBytes = 16 * 1024 * 1024
    /// What a writer that was killed left behind goes after this many seconds.
    private static let leftoverAge = 60

    /// `…/grantd/schemas`, which holds `DIGEST.binpb`.
    let directory: String
    /// Holds a file for each address: its name is the address's SHA-256, it holds a digest.
    private var addresses: String { self.directory + "/addresses" }

    /// The cache of who runs the tool; `nil` where the environment names no place for it.
    static var standard: Self? { Self(cacheHome: Self.variable("XDG_CACHE_HOME"), home: Self.variable("HOME")) }

    /// - Parameters:
    ///   - cacheHome: `XDG_CACHE_HOME`. By its specification a relative path counts for nothing.
    ///   - home: `HOME`; the cache is then in its `.cache`.
    /// - Returns: `nil` where neither is an absolute path.
    init?(cacheHome: String?, home: String?) {
        if let cacheHome, cacheHome.hasPrefix("/") {
            self.directory = cacheHome + "/grantd/schemas"
        } else if let home, home.hasPrefix("/") {
            self.directory = home + "/.cache/grantd/schemas"
        } else {
            return nil
        }
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    // MARK: - Reading

    /// The schema that an address had last.
    ///
    /// - Parameter address: `HOST:PORT`.
    func last(of address: String) -> StoredSchema? {
        guard let text = Self.read(self.file(ofAddress: address), atMost: 128) else { return nil }
        let digest = String(decoding: text.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        return self.schema(digest: digest)
    }

    /// The schema of a digest. A file whose bytes do not have the digest is removed.
    func schema(digest: String) -> StoredSchema? {
        guard Self.isDigest(digest) else { return nil }
        let path = self.file(ofDigest: digest)
        guard let bytes = Self.read(path, atMost: Self.mostBytes) else { return nil }
        guard PolicyDigest.of(bytes) == digest else {
            unlink(path)
            return nil
        }
        // The time of its last use.
        utimensat(AT_FDCWD, path, nil, 0)
        return StoredSchema(bytes: bytes, digest: digest)
    }

    // MARK: - Writing

    /// Keeps a schema as the last one of an address.
    func keep(_ schema: StoredSchema, for address: String) {
        guard Self.isDigest(schema.digest), self.makeDirectories() else { return }
        let path = self.file(ofDigest: schema.digest)
        if access(path, F_OK) != 0, Self.write(schema.bytes, to: path, in: self.directory) {
            Self.prune(self.directory, most: Self.mostSchemas)
        }
        let file = self.file(ofAddress: address)
        let line = Array("\(schema.digest)\n".utf8)
        if Self.read(file, atMost: 128) != line, Self.write(line, to: file, in: self.addresses) {
            Self.prune(self.addresses, most: Self.mostAddresses)
        }
    }

    private func file(ofDigest digest: String) -> String { "\(self.directory)/\(digest).binpb" }

    private func file(ofAddress address: String) -> String {
        "\(self.addresses)/\(PolicyDigest.of(Array(address.utf8)))"
    }

    /// Makes ``addresses`` and all above it that is not there, for their owner alone.
    private func makeDirectories() -> Bool {
        let parts = self.addresses.split(separator: "/")
        var path = ""
        for part in parts {
            path += "/\(part)"
            if mkdir(path, 0o700) != 0, errno != EEXIST { return false }
        }
        return true
    }

    private static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy(Array("0123456789abcdef".utf8).contains)
    }

    /// A file's bytes; `nil` where it cannot be read, is no plain file or too large.
    private static func read(_ path: String, atMost most: Int) -> [UInt8]? {
        // Of a pipe that somebody put there, nobody may ever write to the other end.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= most else { return nil }
        let size = Int(status.st_size)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let taken = Glibc.read(file, buffer.baseAddress?.advanced(by: count), size - count)
                if taken > 0 { count += taken } else if taken == 0 || errno != EINTR { break }
            }
        }
    }

    /// Puts a file in its place whole, whoever else writes it or reads it now.
    private static func write(_ bytes: [UInt8], to path: String, in directory: String) -> Bool {
        var template = Array("\(directory)/.new-XXXXXX".utf8CString)
        // For its owner alone, by what mkstemp promises.
        let file = mkstemp(&template)
        guard file >= 0 else { return false }
        var written = 0
        while written < bytes.count {
            let given = bytes.withUnsafeBytes {
                Glibc.write(file, $0.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if given >= 0 { written += given } else if errno != EINTR { break }
        }
        let isWhole = close(file) == 0 && written == bytes.count
        guard isWhole, rename(template, path) == 0 else {
            unlink(template)
            return false
        }
        return true
    }

    /// Removes what was used longest ago where there are too many, and what writers left behind.
    private static func prune(_ directory: String, most: Int) {
        guard let stream = opendir(directory) else { return }
        defer { closedir(stream) }
        let now = time(nil)
        var kept: [(path: String, used: timespec)] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            let path = "\(directory)/\(name)"
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            if !name.hasPrefix(".") {
                kept.append((path, status.st_mtim))
            } else if name.hasPrefix(".new-"), now - status.st_mtim.tv_sec > Self.leftoverAge {
                unlink(path)
            }
        }
        kept.sort { ($0.used.tv_sec, $0.used.tv_nsec) > ($1.used.tv_sec, $1.used.tv_nsec) }
        for (path, _) in kept.dropFirst(most) { unlink(path) }
    }
}

/// A schema as a daemon serves it.
struct StoredSchema: Sendable {
    /// A serialized `google.protobuf.FileDescriptorSet`.
    let bytes: [UInt8]
    /// The SHA-256 of ``bytes``, 64 lower-case hexadecimal digits.
    let digest: String
}
