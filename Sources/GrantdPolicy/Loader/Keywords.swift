//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Words that one of the languages that clients are generated for keeps for itself: no field, value, type or package is
/// called so.
enum Keywords {
    /// Swift, C, C++, Python, Go and Java; and what their generated messages have of their own.
    static let all: Set<String> = Set(
        """
        abstract alignas alignof and and_eq any as asm assert associatedtype async auto await bitand bitor bool boolean \
        break byte case catch chan char class co_await co_return co_yield compl concept const const_cast consteval \
        constexpr constinit continue decltype def default defer deinit del delete descriptor do double dynamic_cast elif \
        else enum except explicit export extends extension extern fallthrough fileprivate final finally float for friend \
        from func global go goto guard if implements import in init inline inout instanceof int interface internal is \
        lambda let long map mutable namespace native new nil nonlocal noexcept not not_eq nullptr open operator or or_eq \
        package pass private protected protocol public raise range register reinterpret_cast repeat requires restrict \
        rethrows return select self short signed sizeof some static static_assert static_cast strictfp struct subscript \
        super switch synchronized template this thread_local throw throws transient try type typealias typedef typeid \
        typename union unsigned using var virtual void volatile wchar_t where while with xor xor_eq yield \
        Any None NULL True False Self Type Protocol EOF
        """.split(separator: " ").map(String.init)
    )
}
