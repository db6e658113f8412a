//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdClient
internal import GrantdMessages
internal import Testing

@testable internal import grantd

/// The daemon where the system gives it little.
struct ResourceTests {
    /// Starts a program under a limit of the shell.
    private static func limited(_ limit: String) -> [String] {
        ["/bin/sh", "-c", "ulimit \(limit) && exec \"$0\" \"$@\""]
    }

    @Test(
        "with few descriptors more peers than they allow are served, one after the other, and none is accepted in vain"
    )
    func fewDescriptors() async throws {
        let daemon = try DaemonProcess(
            ["serve", "--port", "0", "--threads", "1"],
            launcher: Self.limited("-n 64")
        )
        let port = try await daemon.port()
        let address = GrantdAddress(host: "127.0.0.1", port: port)
        let idle = (0..<100).map { _ in Self.connect(port) }
        defer { for descriptor in idle { close(descriptor) } }
        #expect(idle.allSatisfy { $0 >= 0 })
        try await withGrantdClient(address: address) { client in
            let description = try await client.describeMeasure("ai-application.general-agent", asOf: "2026-05-20")
            #expect(description.measure == "ai-application.general-agent")
        }
        daemon.signal(SIGTERM)
        #expect(try await daemon.exitCode() == 0)
        #expect(daemon.errors.contains("room for fewer connections"))
        #expect(!daemon.errors.contains("could not be accepted"))
    }

    private static func connect(_ port: Int) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return result == 0 ? descriptor : -1
    }

    @Test("no descriptor for a connection: it says so and does not start")
    func noDescriptors() async throws {
        let daemon = try DaemonProcess(["serve", "--port", "0", "--threads", "16"], launcher: Self.limited("-n 64"))
        #expect(try await daemon.exitCode() == 1)
        #expect(daemon.errors.contains("the limit on open files leaves room for no connection"))
        #expect(daemon.output.isEmpty)
    }

    @Test(
        "too little address space: it says how much it needs and does not start",
        arguments: [300_000, 400_000, 600_000]
    )
    func addressSpace(kibibytes: Int) async throws {
        let daemon = try DaemonProcess(["serve", "--port", "0"], launcher: Self.limited("-v \(kibibytes)"))
        #expect(try await daemon.exitCode() == 1)
        #expect(daemon.errors.contains("the limit on the address space (ulimit -v) is \(kibibytes / 1024) MiB"))
        #expect(daemon.output.isEmpty)
    }

    @Test("with as much address space as it asks for it serves")
    func enoughAddressSpace() async throws {
        let kibibytes = AddressSpaceLimit.needed(threads: 2) >> 10
        let arguments = ["serve", "--port", "0", "--threads", "2"]
        let less = try DaemonProcess(arguments, launcher: Self.limited("-v \(kibibytes - 1)"))
        #expect(try await less.exitCode() == 1)
        let daemon = try DaemonProcess(arguments, launcher: Self.limited("-v \(kibibytes)"))
        _ = try await daemon.port()
        daemon.signal(SIGTERM)
        #expect(try await daemon.exitCode() == 0)
    }

    @Test("SIGTERM ends a daemon whose standard output is a pipe that is full")
    func fullPipe() async throws {
        let pipe = Pipe()
        let writer = pipe.fileHandleForWriting.fileDescriptor
        let flags = fcntl(writer, F_GETFL)
        _ = fcntl(writer, F_SETFL, flags | O_NONBLOCK)
        let zeros = [UInt8](repeating: 0, count: 4096)
        while write(writer, zeros, zeros.count) > 0 {}
        _ = fcntl(writer, F_SETFL, flags)
        let daemon = try DaemonProcess(
            ["serve", "--port", "0", "--threads", "1"],
            standardOutput: pipe.fileHandleForWriting
        )
        _ = try await daemon.wait("listening") { daemon.errors.contains("info listening") ? true : nil }
        daemon.signal(SIGTERM)
        #expect(try await daemon.exitCode() == 0)
        withExtendedLifetime(pipe) {}
    }

    @Test(
        "numbers of connections that make no sense are refused",
        arguments: [["--connections", "0"], ["--connections", "8", "--connections-per-peer", "9"]]
    )
    func numbers(options: [String]) async throws {
        let daemon = try DaemonProcess(["serve", "--port", "0"] + options)
        #expect(try await daemon.exitCode() == 64)
        #expect(daemon.errors.contains("\(options[options.count - 2]) takes"))
    }
}
