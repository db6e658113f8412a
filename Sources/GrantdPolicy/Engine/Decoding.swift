//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// Validates and decodes the requests of one kind.
struct Decoding {
    private let type: MessageType
    private let validator: WireValidator
    /// For requests that hold an application.
    private let layout: LayoutDecoder?

    init(_ type: MessageType, _ validator: WireValidator, layout: LayoutDecoder? = nil) {
        self.type = type
        self.validator = validator
        self.layout = layout
    }

    /// Decodes a request into the arena.
    ///
    /// - Returns: The address of its struct, good until the arena is reset.
    func decode(_ bytes: UnsafeRawBufferPointer, into arena: Arena) throws(CallError) -> UnsafeRawPointer {
        do {
            try self.validator.validate(bytes)
        } catch {
            throw CallError(error)
        }
        let view =
            if let layout = self.layout { layout.unpack(bytes, into: arena) } else {
                self.type.unpack(bytes, into: arena)
            }
        guard let view else {
            if arena.isExhausted { throw .overLimit("the request needs more memory than a call may take") }
            throw .badRequest("the payload is no \(self.type.name)")
        }
        return view.address
    }
}

/// How each kind of request is decoded.
struct Decodings {
    let evaluate: Decoding
    let application: Decoding
    /// A batch is looked over on the outside; its applications are decoded one by one.
    let batch: WireValidator
    let screen: Decoding
    let list: Decoding
    let describe: Decoding
    let documents: Decoding
    let schema: Decoding

    init(_ types: ApplicationTypes, listEntries: Int) {
        self.batch = BatchRequest.makeValidator(types.evaluateBatchRequest)
        self.evaluate = Decoding(
            types.evaluateRequest,
            WireValidator(types.evaluateRequest, transparent: "application", maximumEntries: listEntries),
            layout: LayoutDecoder(types.evaluateRequest)
        )
        self.application = Decoding(
            types.application,
            WireValidator(types.application, maximumEntries: listEntries),
            layout: LayoutDecoder(types.application)
        )
        self.screen = Decoding(
            types.screenRequest,
            WireValidator(types.screenRequest, maximumEntries: listEntries),
            layout: LayoutDecoder(types.screenRequest)
        )
        self.list = Decoding(.listMeasuresRequest, WireValidator(.listMeasuresRequest))
        self.describe = Decoding(.describeMeasureRequest, WireValidator(.describeMeasureRequest))
        self.documents = Decoding(.listDocumentsRequest, WireValidator(.listDocumentsRequest))
        self.schema = Decoding(.getSchemaRequest, WireValidator(.getSchemaRequest))
    }
}

extension CallError {
    init(_ fault: WireFault) {
        self.init(code: fault.code, message: fault.message, field: fault.field)
    }
}
