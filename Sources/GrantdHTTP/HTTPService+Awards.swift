//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdPages
internal import GrantdService
internal import NIOCore

extension HTTPService {
    /// How long a page of the book waits for it.
    private static let bookNanoseconds: Int64 = 30_000_000_000

    /// A page of the book, which asks it by calls like anybody's; in words for whom it is not for.
    func awardsPage(_ page: PageRequest, _ request: HTTPRequest, _ terms: ReplyTerms) -> Answer {
        let (contract, keepsBook) = (self.contract, self.keepsBook)
        let (caller, arrival) = (request.caller ?? .stranger, request.arrival)
        let mayRead = caller.roles.contains(.agency)
        return .eventual { client in
            let deadline = arrival.advanced(byNanoseconds: Self.bookNanoseconds)
            func call(_ method: Method) -> AwardCalls.Call {
                { bytes in
                    await client.answer(
                        method,
                        bytes,
                        caller: caller,
                        policies: contract.policies,
                        arrival: arrival,
                        deadline: deadline
                    )
                }
            }
            let calls = AwardCalls(
                keepsBook: keepsBook,
                listAwards: call(.listAwards),
                listEnvelopes: call(.listEnvelopes)
            )
            let response = await contract.pages.respond(
                to: page,
                by: { Engine(contract.policies) },
                mayRead ? calls : nil
            )
            var output = ByteBuffer()
            terms.append(HTTPReply(response), to: &output)
            return output
        }
    }
}
