//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Memory {
    /// The number of elements of a list; unknown where an element is there only maybe.
    func size(_ list: Value) -> Value {
        guard let header = list.listHeader else { return .error(.noSuchOverload) }
        var set: UInt = 0
        if let memberships = header.pointee.memberships {
            for index in 0..<header.pointee.count { set = self.union(set, memberships[index]) }
        }
        return set == 0 ? .int(Int64(header.pointee.count)) : self.unknown(set: set, canFail: false)
    }

    /// The sum of a list of integers; an error on overflow, unknown where an element or its membership is.
    func sum(_ list: Value) -> Value {
        guard let header = list.listHeader else { return .error(.noSuchOverload) }
        var set: UInt = 0
        var sum: Int64 = 0
        var overflow = false
        for index in 0..<header.pointee.count {
            let element = self.element(header, index)
            set = self.union(set, header.pointee.membership(index))
            switch element.kind {
            case .int:
                let (next, over) = sum.addingReportingOverflow(element.payload)
                overflow = overflow || over
                sum = next
            case .unknown: set = self.union(set, element.address)
            case .error: return element
            default: return .error(.noSuchOverload)
            }
        }
        if set != 0 { return self.unknown(set: set, canFail: true) }
        return overflow ? .error(.overflow) : .int(sum)
    }
}
