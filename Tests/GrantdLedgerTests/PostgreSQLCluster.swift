//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if PostgreSQL
    import Foundation
    import GrantdLedgerPostgreSQL
    import Synchronization

    /// A PostgreSQL server of the tests' own: in a temporary folder, on a socket in it and on no port.
    final class PostgreSQLCluster: Sendable {
        struct Problem: Error {
            let message: String
        }

        /// One for all tests that leave it alone.
        static let shared: PostgreSQLCluster = {
            do {
                let cluster = try PostgreSQLCluster()
                atexit { PostgreSQLCluster.shared.stop() }
                return cluster
            } catch {
                fatalError("no PostgreSQL server for the tests: \(error)")
            }
        }()

        private let folder: String
        private let databases = Mutex(0)

        init() throws {
            self.folder = "/tmp/grantd-pg-\(UUID().uuidString.prefix(8))"
            try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
            // The server does not run as root.
            if getuid() == 0 { try Self.run(["chown", "postgres", self.folder]) }
            try self.asOwner([
                "\(Self.programs)/initdb", "-D", "\(self.folder)/data", "-U", "grantd", "-A", "trust", "-E", "UTF8",
                "--locale=C.UTF-8",
            ])
            try self.start()
        }

        func start() throws {
            // A process that dies loses nothing that it handed to the system: without syncs the tests take less time.
            let options = "-c listen_addresses= -k \(self.folder) -c max_connections=40 -c fsync=off"
            try self.asOwner([
                "\(Self.programs)/pg_ctl", "-D", "\(self.folder)/data", "-w", "-t", "60", "-l", "\(self.folder)/log",
                "-o", options,
                "start",
            ])
        }

        /// Starts it again after ``kill()``: it waits until the last of its processes is gone.
        func restart() throws {
            for _ in 0..<40 {
                do {
                    return try self.start()
                } catch {
                    usleep(250_000)
                }
            }
            try self.start()
        }

        /// Every process of the server at once, without warning.
        func kill() {
            guard let text = try? String(contentsOfFile: "\(self.folder)/data/postmaster.pid", encoding: .utf8),
                let main = text.split(separator: "\n").first.flatMap({ Int32($0) })
            else { return }
            let children = (try? String(contentsOfFile: "/proc/\(main)/task/\(main)/children", encoding: .utf8)) ?? ""
            Glibc.kill(main, SIGKILL)
            for child in children.split(separator: " ") { if let child = Int32(child) { Glibc.kill(child, SIGKILL) } }
            while Glibc.kill(main, 0) == 0 { usleep(1_000) }
        }

        func stop() {
            try? self.asOwner(["\(Self.programs)/pg_ctl", "-D", "\(self.folder)/data", "-m", "immediate", "stop"])
            try? FileManager.default.removeItem(atPath: self.folder)
        }

        /// The address of a database that nobody has used.
        func database() throws -> String {
            let number = self.databases.withLock { number in
                number += 1
                return number
            }
            let host = "host=\(self.folder) user=grantd"
            _ = try PostgreSQLConnection(address: "\(host) dbname=postgres").run("CREATE DATABASE book\(number)")
            return "\(host) dbname=book\(number)"
        }

        /// Where the newest server's programs are; Debian keeps them off the path.
        private static let programs: String = {
            let root = "/usr/lib/postgresql"
            let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
            let newest = versions.compactMap { Int($0) }.max()
            return newest.map { "\(root)/\($0)/bin" } ?? "/usr/bin"
        }()

        private func asOwner(_ arguments: [String]) throws {
            try Self.run(getuid() == 0 ? ["runuser", "-u", "postgres", "--"] + arguments : arguments)
        }

        private static func run(_ arguments: [String]) throws {
            // Foundation's process would wait for the server, too, which goes on running behind its starter.
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
                posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
            }
            var pid: pid_t = 0
            // The server's user may not be allowed into this process's folder.
            let arguments = ["env", "--chdir=/"] + arguments
            var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
            defer { for word in words { free(word) } }
            let code = posix_spawnp(&pid, "env", &actions, nil, &words, environ)
            var status: Int32 = 0
            guard code == 0, waitpid(pid, &status, 0) == pid, status == 0 else {
                throw Problem(message: "\(arguments.joined(separator: " ")) ended with \(code), \(status)")
            }
        }
    }
#endif
