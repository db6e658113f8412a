//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import Foundation
    internal import GRPCCore

    /// Answers the requests of one reflection stream: it remembers which files it sent.
    struct ReflectionAnswerer {
        private let index: ReflectionIndex
        private var sent: Set<String> = []

        init(_ index: ReflectionIndex) {
            self.index = index
        }

        /// Answers a request.
        mutating func answer(_ request: ReflectionServerReflectionRequest) -> ReflectionServerReflectionResponse {
            var response = ReflectionServerReflectionResponse()
            response.validHost = request.host
            response.originalRequest = request
            response.messageResponse = self.answer(request.messageRequest)
            return response
        }

        private typealias Answer = ReflectionServerReflectionResponse.OneOf_MessageResponse

        private mutating func answer(_ request: ReflectionServerReflectionRequest.OneOf_MessageRequest?) -> Answer {
            switch request {
            case .fileByFilename(let name):
                return self.files(self.index.file(named: name), "no such file")
            case .fileContainingSymbol(let symbol):
                return self.files(self.index.file(declaring: symbol), "no such symbol")
            case .fileContainingExtension(let wanted):
                return self.files(
                    self.index.file(extending: wanted.containingType, number: wanted.extensionNumber),
                    "no such extension"
                )
            case .allExtensionNumbersOfType(let type):
                guard let numbers = self.index.extensionNumbers(of: type) else {
                    return Self.error(.notFound, "no such message")
                }
                var response = ReflectionExtensionNumberResponse()
                response.baseTypeName = type
                response.extensionNumber = numbers
                return .allExtensionNumbersResponse(response)
            case .listServices:
                var response = ReflectionListServiceResponse()
                response.service = self.index.services.map { name in
                    var service = ReflectionServiceResponse()
                    service.name = name
                    return service
                }
                return .listServicesResponse(response)
            case nil:
                return Self.error(.invalidArgument, "message_request must be set")
            }
        }

        /// The file and what it imports, as far as it was not sent before. A file that is asked for is sent in any case.
        private mutating func files(_ file: ReflectionIndex.File?, _ otherwise: String) -> Answer {
            guard let file else { return Self.error(.notFound, otherwise) }
            var response = ReflectionFileDescriptorResponse()
            var waiting = [file]
            self.sent.insert(file.name)
            while let next = waiting.popLast() {
                response.fileDescriptorProto.append(Data(next.bytes))
                for name in next.imports where self.sent.insert(name).inserted {
                    if let file = self.index.file(named: name) { waiting.append(file) }
                }
            }
            return .fileDescriptorResponse(response)
        }

        private static func error(_ code: RPCError.Code, _ message: String) -> Answer {
            var error = ReflectionErrorResponse()
            error.errorCode = Int32(code.rawValue)
            error.errorMessage = message
            return .errorResponse(error)
        }
    }
#endif
