//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The field numbers of `brpc.policy.RpcMeta`: constants, so that a switch over them is one jump.
package enum RPCMetaField {
    package static let request: UInt32 = 1
    package static let response: UInt32 = 2
    package static let compressType: UInt32 = 3
    package static let correlationID: UInt32 = 4
    package static let attachmentSize: UInt32 = 5
    package static let authenticationData: UInt32 = 7
    package static let userFields: UInt32 = 9
    package static let contentType: UInt32 = 10

    /// Of `RpcRequestMeta`.
    package enum Request {
        package static let serviceName: UInt32 = 1
        package static let methodName: UInt32 = 2
        package static let logID: UInt32 = 3
        package static let requestID: UInt32 = 7
        package static let timeout: UInt32 = 8
    }

    /// Of `RpcResponseMeta`.
    package enum Response {
        package static let errorCode: UInt32 = 1
        package static let errorText: UInt32 = 2
    }

    /// Of an entry of a map.
    package enum Entry {
        package static let key: UInt32 = 1
        package static let value: UInt32 = 2
    }
}
