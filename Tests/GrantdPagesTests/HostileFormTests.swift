//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdPages
internal import GrantdPolicy
internal import Testing

@Suite("What no page of ours sends")
struct HostileFormTests {
    private let site: Site

    init() throws { self.site = try Site() }

    /// SplitMix64: the same forms in every run.
    private struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            self.state &+= 0x9E37_79B9_7F4A_7C15
            var value = self.state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }

    private static let markup = "\"><script>alert('1')</script>&lt;\u{0}\u{1F}\u{85}"

    @Test func whatSomebodyTypesIsNeverMarkup() throws {
        let forms: [(path: String, form: [(name: String, value: String)])] = [
            (
                "/measures/medical-device.common-platform/ask",
                [("at", "subject_id"), ("typed:subject_id", Self.markup), ("go", "next")]
            ),
            (
                "/measures/medical-device.common-platform/ask",
                [("subject_id", "\"><script>alert('1')</script>&amp;"), ("go", "result")]
            ),
            (
                "/measures/medical-device.common-platform/ask",
                [("at", "prior_awards[0]"), ("typed:prior_awards[].subject_id", Self.markup), ("go", "next")]
            ),
            ("/screen", [("typed:as_of", Self.markup), ("go", "next")]),
            ("/screen", [("lang", Self.markup), ("switch", Self.markup)]),
        ]
        for (path, form) in forms {
            let page = try self.site.page(self.site.post(path, form))
            #expect(page.all("script").isEmpty)
        }
        let found = try self.site.page(self.site.get("/", [("q", Self.markup), ("day", Self.markup)]))
        #expect(found.all("input").first { $0["name"] == "q" }?["value"]?.hasPrefix("\"><script>") ?? false)
        for path in ["/measures/\(Self.markup)", "/documents/\(Self.markup)"] {
            _ = try self.site.page(self.site.get(path), status: 404)
        }
    }

    @Test func whatAFileSaysIsNeverMarkup() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "pages-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = try WorkedCase.file("overseas-ip-assistance.yaml")
        let title = "北京市海外知识产权维权援助工作办法"
        try #require(text.contains(title))
        try text.replacing(title, with: "<script>alert(1)</script>&办法").write(
            to: folder.appending(path: "overseas-ip-assistance.yaml"),
            atomically: true,
            encoding: .utf8
        )
        let site = Site(try PolicySet.builtIn(replacedBy: [folder.path()]))
        let id = try #require(site.ids.first { $0.hasPrefix("overseas-ip-assistance.") })
        for path in ["/", "/measures/\(id)", "/measures/\(id)/ask", "/documents"] {
            let page = try site.page(site.get(path))
            #expect(page.all("script").isEmpty)
        }
        #expect(try site.page(site.get("/measures/\(id)")).text.contains("<script>alert(1)</script>&办法"))
    }

    @Test("forged forms give a page, whatever is in them", arguments: 0..<8)
    func forgedForms(seed: Int) throws {
        var random = Random(state: UInt64(seed))
        let names = [
            "as_of", "at", "go", "lang", "switch", "all", "changing", "unknown", "subject_id", "prior_awards",
            "prior_awards[0].measure", "prior_awards[0].amount_fen", "prior_awards[9999999999999999999].amount_fen",
            "prior_awards[-1].amount_fen", "applicant.kind", "applicant.registered_in_beijing", "typed:as_of", "typed:",
            "unit:", "typed:subject_id", "typed:prior_awards[].amount_fen", "", "[", "].", "a[", Self.markup,
        ]
        let values = [
            "", "yes", "no", "?", "check", "result", "download", "next", "skip", "none", "back", "go-on", "change ",
            "change prior_awards[0]", "change prior_awards[1]", "change prior_awards[99]", "remove prior_awards[0]",
            "change [", "change a]b[", "prior_awards", "prior_awards[0]", "prior_awards[", "prior_awards]0[",
            "subject_id",
            "as_of", "2026-05-20", "9999-12-31", "0001-01-01", "2026-02-30", "1", "10000", "-1", "4096",
            "9223372036854775807", "9223372036854775808", "1e9", "0.01", "ENTERPRISE", "zh", "en", "wan", Self.markup,
            String(repeating: "长", count: 2000),
        ]
        let ids = self.site.ids
        var facts: [String: [String]] = [:]
        for _ in 0..<400 {
            let id = ids.randomElement(using: &random) ?? ""
            let path = Int.random(in: 0..<8, using: &random) == 0 ? "/screen" : "/measures/\(id)/ask"
            let own: [String]
            if let known = facts[id] {
                own = known
            } else {
                own = self.site.paths(of: id)
                facts[id] = own
            }
            var form: [(name: String, value: String)] = []
            for _ in 0..<Int.random(in: 0..<14, using: &random) {
                var name = (names + own).randomElement(using: &random) ?? ""
                if Int.random(in: 0..<4, using: &random) == 0 { name = "typed:" + name }
                let value = (values + own).randomElement(using: &random) ?? ""
                form.append((name, value))
            }
            let response = self.site.post(path, form)
            #expect([200, 400].contains(response.status))
            if response.headers.contains(where: { $0.name == "content-type" && $0.value.hasPrefix("text/html") }) {
                let page = try Page(response.body)
                #expect(page.all("script").isEmpty)
            }
        }
    }
}
