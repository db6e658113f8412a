//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdInterview
internal import GrantdPages
internal import GrantdPolicy
internal import Testing

/// The pages of the built-in policies, as a browser meets them.
struct Site {
    let compiled: CompiledPolicies
    let engine: Engine
    let pages: Pages

    init(_ policies: PolicySet) { self.init(compiled: CompiledPolicies(policies)) }

    private init(compiled: CompiledPolicies, pages: Pages? = nil) {
        self.compiled = compiled
        self.engine = Engine(compiled)
        self.pages = pages ?? Pages(compiled)
    }

    /// Of the built-in policies, which are put in order once.
    init() throws {
        let compiled = try Self.builtIn.get()
        self.init(compiled: compiled.policies, pages: compiled.pages)
    }

    private static let builtIn = Result { () throws -> (policies: CompiledPolicies, pages: Pages) in
        let compiled = CompiledPolicies(try PolicySet.builtIn())
        return (compiled, Pages(compiled))
    }

    static let today = "2026-05-20"

    func get(_ path: String, _ query: [(name: String, value: String)] = [], accepts: String = "") -> PageResponse {
        self.pages.respond(
            to: PageRequest(path: path, query: query, acceptLanguage: accepts, today: Self.today),
            by: self.engine
        )
    }

    func post(_ path: String, _ form: [(name: String, value: String)]) -> PageResponse {
        self.pages.respond(to: PageRequest(path: path, form: form, today: Self.today), by: self.engine)
    }

    /// A page, read as strictly as no browser does.
    func page(_ response: PageResponse, status: Int = 200) throws -> Page {
        #expect(response.status == status)
        #expect(response.headers.contains { $0.name == "content-type" && $0.value == "text/html; charset=utf-8" })
        return try Page(response.body)
    }

    var documents: [String] { self.compiled.policies.references.documents.documents.map(\.number) }

    /// The paths of a measure's facts.
    func paths(of id: String) -> [String] {
        self.compiled.policies.measures.first { $0.id == id }?.facts.map(\.wirePath) ?? []
    }

    var ids: [String] { self.compiled.policies.entries.map(\.id) }
}

extension PageResponse {
    var text: String { String(decoding: self.body, as: UTF8.self) }
}
