//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema
internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

struct DocumentRegisterTests {
    private func list(_ request: [String: Any]) throws -> [[String: Any]] {
        let caller = try Caller()
        let bytes = try caller.bytes(request, as: .listDocumentsRequest) { try $0.listDocuments($1, into: $2) }
        return try Caller.decode(bytes, as: .listDocumentsResponse).list("documents")
    }

    private func refusal(_ request: [String: Any]) -> CallError? {
        do {
            _ = try self.list(request)
            return nil
        } catch {
            return error as? CallError
        }
    }

    // MARK: - The file

    @Test("the register holds every document of the two gazettes and all that they end")
    func complete() throws {
        let register = try PolicyReferences.builtIn().documents
        #expect(register.documents.filter { $0.gazette.hasPrefix("2025 No. 23, p. ") }.count == 8)
        #expect(register.documents.filter { $0.gazette.hasPrefix("2026 No. 4, p. ") }.count == 12)
        #expect(register.documents.count == 20)
        #expect(register.ended.count == 14)
        #expect(register.ended.filter { $0.endedBy == "京司发〔2025〕30号" }.count == 4)
        #expect(register.ended.filter { $0.endedBy == "京人社发〔2025〕15号" }.count == 10)
    }

    @Test("a programme's own file says of its document what the register says")
    func agrees() throws {
        let register = try PolicyReferences.builtIn().documents
        let programmes = try PolicySet.builtIn().programmes
        for programme in programmes {
            let document = try #require(
                register.documents.first { $0.number == programme.documentNumber },
                "\(programme.documentNumber)"
            )
            #expect(document.measures == .programme(programme.id))
            #expect(document.title == programme.title)
            #expect(document.issuer == programme.issuer)
            #expect(document.issued == programme.issued)
            #expect(document.gazette == programme.gazette)
            #expect(document.inForce == programme.inForce)
        }
        let named = register.documents.filter {
            if case .programme = $0.measures { true } else { false }
        }
        #expect(named.count == programmes.count)
    }

    // MARK: - The answer

    @Test("a document of the gazettes comes with its programme or with the reason why it has none")
    func documents() throws {
        let all = try self.list([:])
        #expect(all.count == 34)
        #expect(all.first?["number"] as? String == "京教办〔2025〕2号")
        for document in all.prefix(20) {
            #expect((document["programme"] == nil) == (document["reason"] != nil))
            #expect(document["ended_by"] == nil)
            for key in ["title", "issuer", "issued_on", "gazette", "in_force_from"] {
                #expect(document[key] != nil, "\(key)")
            }
        }
        let device = try #require(try self.list(["number": "京经信发〔2025〕50号"]).first)
        #expect(device["programme"] as? String == "medical-device")
        #expect(device["issued_on"] as? String == "2025-11-24")
        #expect(device["gazette"] as? String == "2026 No. 4, p. 26")
        #expect(device["in_force_from"] as? String == "2025-11-24")
        #expect(device["in_force_until"] as? String == "2028-12-31")
        let title = try #require(device["title"] as? [String: Any])
        #expect(title["zh"] as? String == "北京市促进医疗器械产业高质量发展若干措施")
    }

    @Test("a document that has ended comes with its last day and what ended it")
    func ended() throws {
        let ended = try self.list([:]).dropFirst(20)
        #expect(ended.allSatisfy { Set($0.keys) == ["number", "title", "gazette", "in_force_until", "ended_by"] })
        let lawyers = try #require(ended.first)
        #expect(lawyers["number"] as? String == "京司发〔2007〕24号")
        #expect(lawyers["gazette"] as? String == "2026 No. 4, p. 32")
        #expect(lawyers["in_force_until"] as? String == "2025-11-26")
        #expect(lawyers["ended_by"] as? String == "京司发〔2025〕30号")
    }

    @Test(
        "a day leaves the documents in force on it, those of an unknown start among them",
        arguments: [
            ("2020-01-01", 14), ("2025-04-08", 19), ("2025-11-16", 26), ("2025-11-17", 17), ("2025-11-26", 19),
            ("2025-11-27", 17), ("2028-12-31", 20), ("2029-01-01", 19),
        ]
    )
    func inForce(_ day: String, _ count: Int) throws {
        #expect(try self.list(["as_of": day]).count == count)
    }

    @Test("a number leaves one document; with a day, one or none")
    func number() throws {
        let number = "京人社工发〔2024〕5号"
        #expect(try self.list(["number": number]).map { $0["number"] as? String } == [number])
        #expect(try self.list(["number": number, "as_of": "2025-11-16"]).count == 1)
        #expect(try self.list(["number": number, "as_of": "2025-11-17"]).isEmpty)
    }

    @Test("a number that is none and a day that is none are refused with their fields")
    func refused() throws {
        for number in ["", "京人社工发〔2024〕", "京人社工发〔2024〕5号 ", "medical-device"] {
            let refusal = try #require(self.refusal(["number": number]))
            #expect(refusal.field == "number")
            #expect(refusal.code == 1003)
            #expect(refusal.message.contains("ListDocuments without one names all"))
        }
        for day in ["", "today", "2025-02-30"] {
            #expect(self.refusal(["as_of": day])?.field == "as_of")
        }
    }

    // MARK: - Faulty files

    private static let text = """
        documents:
          - number: 甲1号
            title: {zh: 甲, en: A}
            issuer: {zh: 局, en: Office}
            issued: 2025-01-01
            gazette: 2025 No. 1, p. 1
            in_force: {from: 2025-01-01, until: none}
            programme: water-saving
          - number: 甲2号
            title: {zh: 乙, en: B}
            issuer: {zh: 局, en: Office}
            issued: 2025-02-01
            gazette: 2025 No. 1, p. 2
            in_force: {from: 2025-02-03, until: 2026-12-31}
            programme: none
            reason: {zh: 无, en: Nothing}
        repealed:
          - number: 丙1号
            title: {zh: 丙, en: C}
            not_in_force_from: 2025-03-01
            by: 甲2号
        """

    private func diagnostics(_ edits: [(old: String, new: String)]) throws -> [PolicyDiagnostic] {
        var text = Self.text
        for edit in edits {
            let range = try #require(text.firstRange(of: edit.old), "\(edit.old)")
            text.replaceSubrange(range, with: edit.new)
        }
        do {
            _ = try DocumentRegisterFile(text, name: "documents.yaml").register(programmes: ["water-saving"])
            return []
        } catch {
            return error.list
        }
    }

    @Test("a good file is read")
    func good() throws {
        let register = try DocumentRegisterFile(Self.text, name: "documents.yaml")
            .register(programmes: ["water-saving"])
        #expect(register.documents.map(\.number) == ["甲1号", "甲2号"])
        #expect(register.documents.last?.measures == .absent(reason: Text(zh: "无", en: "Nothing")))
        #expect(register.ended.map(\.lastDayText) == ["2025-02-28"])
        #expect(register.ended.map(\.gazette) == ["2025 No. 1, p. 2"])
    }

    static let mistakes: [(old: String, new: String, code: PolicyDiagnostic.Code)] = [
        ("programme: water-saving", "programme: fire-saving", .unknownProgramme),
        ("programme: water-saving", "programme: water-saving\n    reason: {zh: 无, en: No}", .unknownKey),
        ("programme: none\n    reason: {zh: 无, en: Nothing}", "programme: none", .missingKey),
        ("programme: none\n    reason: {zh: 无, en: Nothing}", "programme: water-saving", .duplicateID),
        ("number: 丙1号", "number: 甲1号", .duplicateID),
        ("by: 甲2号", "by: 丁号", .unknownDocument),
        ("not_in_force_from: 2025-03-01", "not_in_force_from: 2025-02-30", .badDate),
        ("not_in_force_from: 2025-03-01", "not_in_force_from: 2025-01-31", .badInterval),
        ("from: 2025-02-03", "from: 2025-01-31", .badInterval),
        ("until: 2026-12-31", "until: 2025-01-31", .badInterval),
        ("until: 2026-12-31", "until: 2026-12-31, clause: 第一条", .unknownKey),
        ("title: {zh: 丙, en: C}", "title: {zh: 丙}", .missingTranslation),
    ]

    @Test("one mistake is one problem", arguments: DocumentRegisterTests.mistakes.indices)
    func mistake(_ index: Int) throws {
        let mistake = Self.mistakes[index]
        #expect(try self.diagnostics([(mistake.old, mistake.new)]).map(\.code) == [mistake.code])
    }

    @Test("all problems are reported, by place")
    func several() throws {
        let diagnostics = try self.diagnostics([
            ("issued: 2025-01-01", "issued: 2025-13-01"), ("by: 甲2号", "by: 丁号"),
        ])
        #expect(diagnostics.map(\.code) == [.badDate, .unknownDocument])
        #expect(diagnostics.map(\.line) == [5, 21])
    }
}
