//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// Reads the requests of `grantd.v1.Catalogue`: texts alone. Each is `nil` where it is unset, and good until the arena is reset.
struct CatalogueRequests {
    typealias Text = UnsafePointer<CChar>

    /// Of all of them.
    static let types: [MessageType] = [
        .listMeasuresRequest, .describeMeasureRequest, .listDocumentsRequest, .getSchemaRequest,
    ]

    private let measures: RequestDecoder
    private let measuresAsOf: AddressPlace
    private let measuresProgramme: AddressPlace
    private let measure: RequestDecoder
    private let measureID: AddressPlace
    private let measureAsOf: AddressPlace
    private let documents: RequestDecoder
    private let documentsAsOf: AddressPlace
    private let documentsNumber: AddressPlace
    private let schema: RequestDecoder
    private let schemaDigest: AddressPlace
    private let arena: Arena

    /// - Parameter arena: where the requests are read into.
    init(_ plans: DecodingPlans, listEntries: Int, _ arena: Arena) {
        func decoder(_ type: MessageType) -> RequestDecoder {
            RequestDecoder(MessageDecoder(type, plan: plans.requests, maximumEntries: listEntries))
        }
        self.measures = decoder(.listMeasuresRequest)
        self.measuresAsOf = MessageType.listMeasuresRequest.address("as_of")
        self.measuresProgramme = MessageType.listMeasuresRequest.address("programme")
        self.measure = decoder(.describeMeasureRequest)
        self.measureID = MessageType.describeMeasureRequest.address("measure")
        self.measureAsOf = MessageType.describeMeasureRequest.address("as_of")
        self.documents = decoder(.listDocumentsRequest)
        self.documentsAsOf = MessageType.listDocumentsRequest.address("as_of")
        self.documentsNumber = MessageType.listDocumentsRequest.address("number")
        self.schema = decoder(.getSchemaRequest)
        self.schemaDigest = MessageType.getSchemaRequest.address("known_digest")
        self.arena = arena
    }

    func listMeasures(_ bytes: UnsafeRawBufferPointer) throws(CallError) -> (asOf: Text?, programme: Text?) {
        let base = try self.measures.decode(bytes, into: self.arena)
        return (self.measuresAsOf.text(base), self.measuresProgramme.text(base))
    }

    func describeMeasure(_ bytes: UnsafeRawBufferPointer) throws(CallError) -> (measure: Text?, asOf: Text?) {
        let base = try self.measure.decode(bytes, into: self.arena)
        return (self.measureID.text(base), self.measureAsOf.text(base))
    }

    func listDocuments(_ bytes: UnsafeRawBufferPointer) throws(CallError) -> (asOf: Text?, number: Text?) {
        let base = try self.documents.decode(bytes, into: self.arena)
        return (self.documentsAsOf.text(base), self.documentsNumber.text(base))
    }

    /// The digest that is known.
    func getSchema(_ bytes: UnsafeRawBufferPointer) throws(CallError) -> Text? {
        self.schemaDigest.text(try self.schema.decode(bytes, into: self.arena))
    }
}
