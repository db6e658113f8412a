//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import GRPCCore
    @testable internal import GrantdGRPC
    internal import GrantdEngine
    internal import Testing

    /// What travels in a call's metadata: its time, its token, its error.
    @Suite
    struct MetadataTests {
        @Test(
            "a timeout in each unit",
            arguments: [
                ("5n", 5), ("5u", 5_000), ("5m", 5_000_000), ("5S", 5_000_000_000), ("5M", 300_000_000_000),
                ("5H", 18_000_000_000_000), ("0m", 0), ("99999999H", Int64.max),
            ] as [(String, Int64)]
        )
        func timeout(_ text: String, _ nanoseconds: Int64) {
            #expect(CallTimeout.nanoseconds(in: ["grpc-timeout": .string(text)]) == nanoseconds)
        }

        @Test("what is no timeout", arguments: ["", "m", "5", "5x", "-5m", "5 m", "999999999m", "五m", "5mm"])
        func noTimeout(_ text: String) {
            #expect(CallTimeout.nanoseconds(in: ["grpc-timeout": .string(text)]) == nil)
            #expect(CallTimeout.nanoseconds(in: [:]) == nil)
        }

        @Test(
            "the token of RFC 6750",
            arguments: [
                (["Bearer right"], "right"), (["bearer  right"], "right"), (["BEARER a b"], "a b"), (["Bearer "], ""),
                (["Bearer"], ""), (["right"], ""), (["Basic right"], ""), ([], ""), (["Bearer a", "Bearer a"], ""),
                ([""], ""),
            ] as [([String], String)]
        )
        func token(_ values: [String], _ token: String) {
            #expect(Bearer.token(in: values) == token)
        }

        @Test(
            "every number becomes its status",
            arguments: [
                (1001, .unimplemented), (1002, .unimplemented), (1003, .invalidArgument), (1004, .unauthenticated),
                (1008, .deadlineExceeded), (2001, .internalError), (2003, .unavailable), (2004, .resourceExhausted),
                (7, .internalError),
            ] as [(Int32, RPCError.Code)]
        )
        func status(_ number: Int32, _ code: RPCError.Code) {
            let error = RPCError(CallError(code: number, message: "m", field: "a[0].b"))
            #expect(error.code == code)
            #expect(Array(error.metadata[stringValues: "field"]) == ["a[0].b"])
            #expect(RPCError(CallError(code: number, message: "m")).metadata.isEmpty)
        }
    }
#endif
