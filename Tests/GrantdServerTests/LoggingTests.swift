//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import GrantdService
internal import Logging
internal import Testing

@testable internal import GrantdServer

@Suite
struct LoggingTests {
    @Test(
        "a stamp is the civil time in UTC",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_769_846_399_007, "2026-01-31T07:59:59.007Z"),
            (4_102_444_799_999, "2099-12-31T23:59:59.999Z"),
        ] as [(Int64, String)]
    )
    func stamps(milliseconds: Int64, expected: String) {
        #expect(LogFormat.stamp(milliseconds: milliseconds) == expected)
    }

    @Test("a line stays one line, whatever is in it")
    func text() {
        let line = LogFormat.text.line(
            time: 0,
            level: .warning,
            message: "two\nlines",
            metadata: ["b": "a \"b\"\n", "a": "1", "c": ""]
        )
        #expect(line == "1970-01-01T00:00:00.000Z warning two\\nlines a=1 b=\"a \\\"b\\\"\\n\" c=\"\"\n")
    }

    @Test("a JSON line escapes what JSON wants escaped")
    func json() {
        let line = LogFormat.json.line(
            time: 0,
            level: .info,
            message: "a\"\\\u{1}",
            metadata: ["键": "值\t"]
        )
        #expect(
            line == #"{"time":"1970-01-01T00:00:00.000Z","level":"info","message":"a\"\\\u0001","键":"值\t"}"# + "\n"
        )
    }

    @Test("numbers are numbers in JSON, and what has parts keeps them")
    func values() {
        let metadata: Logger.Metadata = [
            "a": .stringConvertible(UInt64.max), "b": .stringConvertible(-2.5), "c": .stringConvertible(Double.nan),
            "d": .stringConvertible(true), "e": "7", "f": ["x", .stringConvertible(1)],
            "g": ["2004": .stringConvertible(3), "1003": .stringConvertible(4)], "h": .seconds(.milliseconds(1500)),
            "i": .seconds(.seconds(2)), "j": .milliseconds(UInt64(1_234_567)),
        ]
        let json = LogFormat.json.line(time: 0, level: .info, message: "m", metadata: metadata)
        #expect(
            json.hasSuffix(
                #""a":18446744073709551615,"b":-2.5,"c":"nan","d":true,"e":"7","f":["x",1],"#
                    + #""g":{"1003":4,"2004":3},"h":1.5,"i":2,"j":1.234}"# + "\n"
            )
        )
        let text = LogFormat.text.line(time: 0, level: .info, message: "m", metadata: metadata)
        #expect(text.hasSuffix(" d=true e=7 f=x,1 g=1003:4,2004:3 h=1.5 i=2 j=1.234\n"))
    }

    @Test("what nobody reads is dropped and counted, and the writer never waits")
    func fullPipe() throws {
        var descriptors: [Int32] = [0, 0]
        try #require(pipe(&descriptors) == 0)
        let sink = LogSink(descriptor: descriptors[1], capacity: 200_000)
        let line = String(repeating: "x", count: 999) + "\n"
        // The pipe takes 64 KiB, the sink 200 of these lines: the rest has to go.
        for _ in 0..<1000 { sink.write(line) }
        var text = ""
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while !text.contains("end") {
            // Until there is room for it, this line is dropped as well.
            sink.write("end\n")
            let count = read(descriptors[0], &chunk, chunk.count)
            try #require(count > 0)
            text += String(decoding: chunk[..<count], as: UTF8.self)
        }
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("x") }.count
        #expect(lines < 1000)
        #expect(text.contains("log lines dropped: nobody read them dropped="))
        sink.flush(milliseconds: 5000)
        close(descriptors[0])
        close(descriptors[1])
    }

    @Test("the throttle lets some lines a second through and counts the rest")
    func throttle() {
        var throttle = LogThrottle(linesPerSecond: 2)
        let second = Int64(1_000_000_000)
        #expect(throttle.admit(now: .init(nanoseconds: 0)) == 0)
        #expect(throttle.admit(now: .init(nanoseconds: 1)) == 0)
        #expect(throttle.admit(now: .init(nanoseconds: 2)) == nil)
        #expect(throttle.admit(now: .init(nanoseconds: second - 1)) == nil)
        #expect(throttle.admit(now: .init(nanoseconds: second)) == 2)
        #expect(throttle.admit(now: .init(nanoseconds: second)) == 0)
    }
}
