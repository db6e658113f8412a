//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// Decodes the requests of one kind.
struct RequestDecoder {
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
struct RequestDecoders {
    let evaluate: RequestDecoder
    let application: RequestDecoder
    /// A batch is looked over on the outside; its applications are decoded one by one.
    let batch: MessageDecoder
    /// Columns are looked over on the outside, and read where they lie.
    let columns: MessageDecoder
    let screen: RequestDecoder

    init(_ plans: DecodingPlans, listEntries: Int) {
        func decoder(_ type: MessageType, transparent: String? = nil) -> RequestDecoder {
            RequestDecoder(
                MessageDecoder(
                    type,
                    plan: plans.requests,
                    transparent: transparent,
                    maximumEntries: listEntries
                )
            )
        }
        self.evaluate = decoder(plans.types.evaluateRequest, transparent: "application")
        self.application = decoder(plans.types.application)
        self.batch = BatchRequest.makeDecoder(plans.types.evaluateBatchRequest)
        self.columns = MessageDecoder(.evaluateColumnsRequest, plan: plans.requests, maximumEntries: listEntries)
        self.screen = decoder(plans.types.screenRequest)
    }
}

/// What decoders of all loops share: every kind of request, and every message in one, once.
struct DecodingPlans {
    let types: ApplicationTypes
    let requests: DecodingPlan

    /// - Parameter others: those that hold no application.
    init(_ types: ApplicationTypes, and others: [MessageType]) {
        self.types = types
        self.requests = DecodingPlan(
            [
                types.evaluateRequest, types.application, types.screenRequest, .evaluateColumnsRequest,
                types.awardRequest, types.awardBatchEntry,
            ] + others
        )
    }
}

extension CallError {
    init(_ fault: WireFault) {
        self.init(code: fault.code, message: fault.message, field: fault.field)
    }
}
