//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import Testing

/// What is known of the elements of lists before evaluation: where anything may be among them, nothing.
///
/// Functions and fields trust the types that were found, so one that is too narrow reads memory that is not there.
struct OpenListTests {
    static let environment = Environment(variables: [("b", .bool), ("calendar", .record(WorkingCalendar.type))])

    /// The type of an expression, which is checked and never evaluated.
    private func type(_ text: String) throws -> ValueType {
        try Self.environment.check(Self.environment.parse(Source(text)).get()).get().resultType
    }

    @Test(
        "a list of mixed elements stays one beside a list of one type",
        arguments: [
            "[[1, 'a'], ['b']][0][0]", "[['b'], [1, 'a']][1][0]", "(b ? [1, 'a'] : ['b'])[0]",
            "{1: [1, 'a'], 2: ['b']}[1][0]", "[[1, 'a'], [calendar]][0][0]",
        ]
    )
    func mixed(_ text: String) throws {
        #expect(try self.type(text) == .dyn)
    }

    @Test("a mixed list joined by + or by a macro stays one")
    func joined() throws {
        #expect(try self.type("([1, 'a'] + ['b'])[0]") == .dyn)
        #expect(try self.type("[1, 'a'].map(x, x)[0]") == .dyn)
        #expect(try self.type("[1, 'a'].filter(x, b)[0]") == .dyn)
    }

    @Test("an empty list takes the type of the other")
    func empty() throws {
        #expect(try self.type("[[], ['b']][1][0]") == .string)
        #expect(try self.type("[['b'], []][0][0]") == .string)
        #expect(try self.type("(b ? [] : ['b'])[0]") == .string)
        #expect(try self.type("(b ? ['b'] : [])[0]") == .string)
    }
}
