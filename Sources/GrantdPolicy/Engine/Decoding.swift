//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// Decodes the requests of one kind.
struct Decoding {
    private let decoder: MessageDecoder

    init(_ decoder: MessageDecoder) {
        self.decoder = decoder
    }

    /// Decodes a request into the arena.
    ///
    /// - Returns: The address of its struct, good until the arena is reset.
    func decode(_ bytes: UnsafeRawBufferPointer, into arena: Arena) throws(CallError) -> UnsafeRawPointer {
        do throws(MessageDecoder.Failure) {
            return try self.decoder.decode(bytes, into: arena).address
        } catch {
            switch error {
            case .fault(let fault): throw CallError(fault)
            case .exhausted: throw .overLimit("the request needs more memory than a call may take")
            }
        }
    }
}

/// How each kind of request is decoded.
struct Decodings {
    let evaluate: Decoding
    let application: Decoding
    /// A batch is looked over on the outside; its applications are decoded one by one.
    let batch = BatchRequest.makeDecoder()
    let screen: Decoding
    let list: Decoding
    let describe: Decoding
    let documents: Decoding
    let schema: Decoding

    init(listEntries: Int) {
        // One plan: every kind of application is in it once.
        let plan = DecodingPlan([.evaluateRequest, .application, .screenRequest])
        func decoding(_ type: MessageType, transparent: String? = nil) -> Decoding {
            Decoding(MessageDecoder(type, plan: plan, transparent: transparent, maximumEntries: listEntries))
        }
        self.evaluate = decoding(.evaluateRequest, transparent: "application")
        self.application = decoding(.application)
        self.screen = decoding(.screenRequest)
        self.list = Decoding(MessageDecoder(.listMeasuresRequest))
        self.describe = Decoding(MessageDecoder(.describeMeasureRequest))
        self.documents = Decoding(MessageDecoder(.listDocumentsRequest))
        self.schema = Decoding(MessageDecoder(.getSchemaRequest))
    }
}

extension CallError {
    init(_ fault: WireFault) {
        self.init(code: fault.code, message: fault.message, field: fault.field)
    }
}
