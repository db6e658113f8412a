//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import Testing

/// Starts a program with /proc taken away.
private enum HiddenProc {
    static let launcher = [
        "/usr/bin/unshare", "-m", "/bin/sh", "-c", "umount -l /proc && test ! -e /proc/self && exec \"$0\" \"$@\"",
    ]

    /// Whether a process may have mounts of its own.
    static let isPossible: Bool = {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/unshare") else { return false }
        let process = Process()
        process.executableURL = URL(filePath: Self.launcher[0])
        process.arguments = Array(Self.launcher.dropFirst()) + ["/bin/true"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()
}

/// Programs where nobody has mounted /proc: in a small container, in a chroot.
@Suite(.enabled(if: HiddenProc.isPossible, "the system does not let this process hide /proc"))
struct ArgumentTests {
    @Test("the daemon reads its arguments without /proc")
    func daemon() async throws {
        let version = try DaemonProcess(["--version"], launcher: HiddenProc.launcher)
        #expect(try await version.exitCode() == 0)
        #expect(version.output.hasPrefix("grantd "))
        let wrong = try DaemonProcess(["serve", "--no-such-option"], launcher: HiddenProc.launcher)
        #expect(try await wrong.exitCode() == 64)
        #expect(wrong.errors.contains("--no-such-option"))
        #expect(wrong.errors.contains("grantd serve"))
        // It says what it wants instead of ending some time later: the runtime's threads are counted there.
        let serve = try DaemonProcess(["serve", "--port", "0"], launcher: HiddenProc.launcher)
        #expect(try await serve.exitCode() == 1)
        #expect(serve.output.isEmpty)
        #expect(serve.errors.contains("/proc is not mounted"))
    }

    @Test("the tool and the benchmark do, too", arguments: ["grantctl", "grantd-bench"])
    func others(program: String) async throws {
        let help = try DaemonProcess(["--help"], program: program, launcher: HiddenProc.launcher)
        #expect(try await help.exitCode() == 0)
        #expect(help.output.contains("USAGE: \(program)"))
        let wrong = try DaemonProcess(["--no-such-option"], program: program, launcher: HiddenProc.launcher)
        #expect(try await wrong.exitCode() == 64)
        #expect(wrong.errors.contains("--no-such-option"))
    }
}
