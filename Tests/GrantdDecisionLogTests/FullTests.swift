//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import GrantdService
import Synchronization
import Testing

@testable import GrantdDecisionLog

@Suite("A log that has no room")
struct FullTests {
    /// A disk that takes so many bytes, until there is room.
    private final class SmallDisk: Sendable {
        private let room: Atomic<Int>

        init(_ bytes: Int) {
            self.room = Atomic(bytes)
        }

        func makeRoom() { self.room.store(.max, ordering: .sequentiallyConsistent) }

        @Sendable func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
            let left = self.room.load(ordering: .sequentiallyConsistent)
            guard left > 0 else {
                errno = ENOSPC
                return -1
            }
            let count = Glibc.write(descriptor, bytes.baseAddress, min(bytes.count, left))
            if count > 0, left != .max { self.room.subtract(count, ordering: .sequentiallyConsistent) }
            return count
        }
    }

    @Test(
        "dropping: answers go on, what is dropped is counted and has no hash, and once there is room the log goes on without a gap"
    )
    func drop() throws {
        let folder = try LogFolder()
        let disk = SmallDisk(256 << 10)
        let recording = try Recording(folder) {
            $0.full = .drop
            $0.queueBytes = 64 << 10
            $0.write = disk.write
        }
        var (asked, dropped): (UInt64, UInt64) = (0, 0)
        do {
            while dropped == 0 || !recording.log.status.isFailing, asked < 100_000 {
                if try recording.evaluate(Recording.request("A-\(asked)")) == nil { dropped += 1 }
                asked += 1
                if asked % 200 == 0 { usleep(2_000) }
            }
            #expect(dropped > 0)
            #expect(!recording.recorder.holdsAnswers)
            let status = recording.log.status
            #expect(status.isFailing)
            #expect(status.lastFailure != nil)
            #expect(status.dropped == dropped)
            disk.makeRoom()
            WritingTests.wait { !recording.log.status.isFailing && recording.log.status.queuedBytes == 0 }
        }
        try recording.evaluate(count: 10)
        recording.log.close()
        let result = try LogVerifier(directory: folder.path).run()
        #expect(result.finding == nil)
        #expect(result.decisions == asked + 10 - dropped)
        #expect(recording.log.status.written == result.decisions)
        let told = recording.events.all.compactMap { event -> String? in
            switch event {
            case .failing: "failing"
            case .recovered: "recovered"
            default: nil
            }
        }
        #expect(told.first == "failing" && told.last == "recovered")
    }

    @Test("waiting: answers are held until there is room, none is lost, and the wait ends when nobody wants the answer")
    func wait() throws {
        let folder = try LogFolder()
        let disk = SmallDisk(256 << 10)
        let recording = try Recording(folder) {
            $0.queueBytes = 64 << 10
            $0.write = disk.write
        }
        do {
            var number = 0
            while !(recording.log.status.isFailing && recording.recorder.holdsAnswers), number < 100_000 {
                try recording.evaluate(Recording.request("A-\(number)"))
                number += 1
                if number % 200 == 0 { usleep(2_000) }
            }
            #expect(recording.recorder.holdsAnswers)
            var asked = 0
            #expect(
                !recording.recorder.waitForRoom(while: {
                    asked += 1
                    return asked < 3
                })
            )
            let isThrough = Atomic<Bool>(false)
            let waiter = WaitingThread {
                let isGood = recording.recorder.waitForRoom(while: { true })
                isThrough.store(isGood, ordering: .sequentiallyConsistent)
            }
            WritingTests.wait { recording.log.status.waiting == 1 }
            let isHeld = !isThrough.load(ordering: .sequentiallyConsistent)
            #expect(isHeld)
            disk.makeRoom()
            waiter.join()
            let isLetGo = isThrough.load(ordering: .sequentiallyConsistent)
            #expect(isLetGo)
            WritingTests.wait { recording.log.status.queuedBytes == 0 }
            recording.log.close()
            let result = try LogVerifier(directory: folder.path).run()
            #expect(result.finding == nil)
            #expect(result.decisions == UInt64(number))
            #expect(recording.log.status.dropped == 0)
        }
    }

    @Test("a daemon that ends lets nobody wait, and says what it could not write")
    func end() throws {
        let folder = try LogFolder()
        let disk = SmallDisk(256 << 10)
        let recording = try Recording(folder) {
            $0.queueBytes = 64 << 10
            $0.write = disk.write
        }
        do {
            var number = 0
            while !(recording.log.status.isFailing && recording.recorder.holdsAnswers), number < 100_000 {
                try recording.evaluate(Recording.request("A-\(number)"))
                number += 1
                if number % 200 == 0 { usleep(2_000) }
            }
            let answers = Atomic<Int>(0)
            let waiter = WaitingThread {
                if !recording.recorder.waitForRoom(while: { true }) { answers.add(1, ordering: .relaxed) }
            }
            WritingTests.wait { recording.log.status.waiting == 1 }
            recording.log.stopWaiting()
            waiter.join()
            let refused = answers.load(ordering: .relaxed)
            #expect(refused == 1)
            recording.log.close()
            disk.makeRoom()
        }
        #expect(
            recording.events.all.contains {
                if case .lost(let bytes) = $0 { bytes > 0 } else { false }
            }
        )
        // What is there is whole, but for its torn end, which the next one cuts off.
        let next = try Recording(folder)
        next.log.close()
        #expect(try LogVerifier(directory: folder.path).run().finding == nil)
    }

    /// A disk that refuses to keep what was written, until it is mended.
    private final class RefusingDisk: Sendable {
        private let refuses = Atomic<Bool>(false)

        func set(refuses: Bool) { self.refuses.store(refuses, ordering: .sequentiallyConsistent) }

        @Sendable func sync(_ descriptor: Int32) -> Int32 {
            guard self.refuses.load(ordering: .sequentiallyConsistent) else { return fdatasync(descriptor) }
            errno = EIO
            return -1
        }
    }

    private static func told(_ events: Recording.Events) -> [String] {
        events.all.compactMap { event -> String? in
            switch event {
            case .notSynced: "not synced"
            case .synced: "synced"
            case .failing: "failing"
            default: nil
            }
        }
    }

    @Test("a disk that does not keep what is written is told of and asked again; no segment begins behind that")
    func notSynced() throws {
        let folder = try LogFolder()
        let disk = RefusingDisk()
        let recording = try Recording(folder) { $0.sync = disk.sync }
        disk.set(refuses: true)
        try recording.evaluate(count: 10)
        WritingTests.wait { recording.log.status.syncFailures > 0 }
        #expect(recording.log.status.isFailing)
        #expect(recording.log.status.lastFailure != nil)
        recording.log.rotate()
        let before = recording.log.status.syncFailures
        WritingTests.wait { recording.log.status.syncFailures > before + 1 }
        // What is answered meanwhile is written, and changes nothing of that.
        try recording.evaluate(count: 10, from: 10)
        WritingTests.wait { recording.log.status.written == 20 }
        #expect(recording.log.status.isFailing)
        #expect(folder.segments.count == 1)
        disk.set(refuses: false)
        WritingTests.wait { !recording.log.status.isFailing && folder.segments.count == 2 }
        recording.log.close()
        let told = Self.told(recording.events)
        #expect(told.first == "not synced" && told.last == "synced")
        #expect(!told.contains("failing"))
        let result = try LogVerifier(directory: folder.path).run()
        #expect(result.finding == nil)
        #expect(result.decisions == 20)
    }

    @Test("a daemon that ends before the disk keeps what was written says so, and ends")
    func endsNotSynced() throws {
        let folder = try LogFolder()
        let disk = RefusingDisk()
        let recording = try Recording(folder) { $0.sync = disk.sync }
        disk.set(refuses: true)
        try recording.evaluate(count: 1)
        recording.log.close()
        #expect(Self.told(recording.events) == ["not synced"])
        #expect(recording.log.status.isFailing)
    }

    @Test("many threads: every call that got a hash is there, once")
    func manyThreads() throws {
        let folder = try LogFolder()
        let policies = try Recording.policies.get()
        var settings = DecisionLogSettings(directory: folder.path)
        settings.segmentBytes = 1 << 20
        settings.queueBytes = 256 << 10
        let log = try FileDecisionLog(settings, tokens: TokenSet(), policies: policies) { _ in }
        let shared = log.makeRecorder()
        let threads = (0..<4).map { thread in
            let recorder = thread < 2 ? shared : log.makeRecorder()
            return WaitingThread {
                for number in 0..<5_000 {
                    guard recorder.waitForRoom(while: { true }) else { return }
                    Array("\(thread).\(number)".utf8).withUnsafeBytes { bytes in
                        _ = recorder.record(
                            Decision(
                                method: .settle,
                                transport: .http,
                                caller: .unnamed,
                                policies: policies,
                                id: .none,
                                request: bytes,
                                reply: bytes
                            )
                        )
                    }
                }
            }
        }
        for thread in threads { thread.join() }
        log.close()
        let requests = try KeptEntry.decisions(folder).map { String(decoding: $0.request, as: UTF8.self) }
        #expect(requests.count == 20_000)
        #expect(Set(requests).count == 20_000)
        for thread in 0..<4 {
            let own = requests.filter { $0.hasPrefix("\(thread).") }
            #expect(own == (0..<5_000).map { "\(thread).\($0)" })
        }
    }
}

/// A thread that can be waited for.
private final class WaitingThread: @unchecked Sendable {
    // Unchecked: the body runs on the thread alone.
    private let done = DispatchSemaphore(value: 0)

    init(_ body: @escaping () -> Void) {
        nonisolated(unsafe) let body = body
        Thread.detachNewThread { [done] in
            body()
            done.signal()
        }
    }

    func join() { self.done.wait() }
}
