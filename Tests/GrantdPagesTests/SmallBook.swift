//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdMessages
internal import GrantdPages
internal import SwiftProtobuf

/// A book of a few awards, which answers as the daemon does.
struct SmallBook: Sendable {
    var awards: [GrantdAward] = []
    var envelopes: [GrantdEnvelope] = []
    var keepsBook = true
    /// What every call ends with; nil: its answer.
    var failure: CallError?

    static let code = "91110000MA0000001K"
    static let measure = "medical-device.product-approval"
    /// What applicants and agencies wrote into it.
    static let typed: Set = ["产品", "经信局", "审计", "核减重复投入", "主动退回"]

    static func award(_ number: Int, _ change: (inout GrantdAward) -> Void = { _ in }) -> GrantdAward {
        var award = GrantdAward.with {
            let digits = String(number)
            $0.awardID = "01H" + String(repeating: "0", count: 23 - digits.count) + digits
            $0.state = .committed
            $0.amountFen = 200_000_000
            $0.envelopes = ["devices-2026"]
            $0.unifiedSocialCreditCode = Self.code
            $0.measure = Self.measure
            $0.subjectID = "产品 \(number)"
            $0.awardedOn = "2026-05-20"
            $0.runID = "2026-05/round"
            $0.applicationID = "A-\(number)"
            $0.policyDigest = String(repeating: "a", count: 64)
            $0.bookedAt = "2026-05-31T20:30:00.000Z"
            $0.caller = "经信局"
            $0.entries = [
                .with {
                    $0.state = .committed
                    $0.amountFen = 200_000_000
                    $0.bookedAt = "2026-05-31T20:30:00.000Z"
                    $0.caller = "经信局"
                }
            ]
        }
        change(&award)
        return award
    }

    static let envelope = GrantdEnvelope.with {
        $0.envelopeID = "devices-2026"
        $0.title.zh = "医疗器械专项"
        $0.title.en = "Medical devices"
        $0.limitFen = 10_000_000_000
        $0.programmes = ["medical-device"]
        $0.fromOn = "2026-01-01"
        $0.untilOn = "2026-12-31"
        $0.usedFen = 2_500_000_000
        $0.reservedFen = 500_000_000
        $0.remainingFen = 7_000_000_000
    }

    /// Some awards in every state, one of them with a long history.
    static let filled: SmallBook = {
        var book = SmallBook(awards: (1...120).map { Self.award($0) }, envelopes: [Self.envelope])
        book.awards.append(
            Self.award(121) {
                $0.state = .reserved
                $0.expiresAt = "2026-06-30T16:00:00.000Z"
                $0.entries[0].state = .reserved
            }
        )
        book.awards.append(
            Self.award(122) {
                $0.state = .cancelled
                $0.amountFen = 50_000_000
                $0.entries[0].state = .reserved
                $0.entries += [
                    .with {
                        $0.state = .committed
                        $0.amountFen = 150_000_000
                        $0.bookedAt = "2026-06-01T01:00:00.000Z"
                        $0.action = .commit
                    },
                    .with {
                        $0.state = .committed
                        $0.amountFen = 50_000_000
                        $0.bookedAt = "2026-06-02T01:00:00.000Z"
                        $0.action = .correct
                        $0.reason = "核减重复投入"
                        $0.caller = "审计"
                    },
                    .with {
                        $0.state = .cancelled
                        $0.amountFen = 50_000_000
                        $0.bookedAt = "2026-06-03T01:00:00.000Z"
                        $0.action = .cancel
                        $0.reason = "主动退回"
                    },
                ]
            }
        )
        book.awards.append(
            Self.award(123) {
                $0.state = .expired
                $0.entries[0].state = .reserved
                $0.entries.append(
                    .with {
                        $0.state = .expired
                        $0.amountFen = 200_000_000
                        $0.bookedAt = "2026-06-30T16:00:00.000Z"
                    }
                )
            }
        )
        book.awards.append(
            Self.award(124) {
                $0.clearAmountFen()
                $0.measure = "gone.measure"
                $0.clearSubjectID()
                $0.clearRunID()
                $0.entries[0].clearAmountFen()
            }
        )
        return book
    }()

    var calls: AwardCalls {
        AwardCalls(
            keepsBook: self.keepsBook,
            listAwards: { bytes in self.answer { try self.list(GrantdListAwardsRequest(serializedBytes: bytes)) } },
            listEnvelopes: { bytes in
                self.answer {
                    let request = try GrantdListEnvelopesRequest(serializedBytes: bytes)
                    return GrantdListEnvelopesResponse.with {
                        $0.envelopes = self.keepsBook || request.dryRun ? self.envelopes : []
                    }
                }
            }
        )
    }

    private func answer(_ body: () throws -> some Message) -> Result<[UInt8], CallError> {
        if let failure = self.failure { return .failure(failure) }
        do {
            return .success(try body().serializedBytes())
        } catch {
            return .failure(.badRequest("\(error)", field: "request"))
        }
    }

    private func list(_ request: GrantdListAwardsRequest) throws -> GrantdListAwardsResponse {
        // Runs that are not in the book are dry.
        var found = self.awards.filter {
            (!request.hasAwardID || $0.awardID == request.awardID)
                && (!request.hasRunID || $0.runID == request.runID)
                && (!request.hasUnifiedSocialCreditCode
                    || $0.unifiedSocialCreditCode == request.unifiedSocialCreditCode)
                && (!request.hasEnvelopeID || $0.envelopes.contains(request.envelopeID))
                && $0.runID.hasPrefix("dry") == request.dryRun
        }
        switch request.order {
        case .booked: break
        case .newest: found.reverse()
        case .largest: found.sort { $0.amountFen > $1.amountFen }
        }
        let sums = Dictionary(grouping: found) { [$0.measure, "\($0.state.rawValue)"] }
        var response = GrantdListAwardsResponse()
        if request.withSums {
            response.sums = sums.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { _, awards in
                .with {
                    $0.measure = awards[0].measure
                    $0.state = awards[0].state
                    $0.amountFen = awards.reduce(0) { $0 + $1.amountFen }
                    if request.hasRunID { $0.awards = Int64(awards.count) }
                }
            }
        }
        let start = Int(request.pageToken) ?? 0
        let end = min(start + Int(request.pageSize), found.count)
        response.awards = Array(found[min(start, end)..<end])
        if end < found.count, request.order != .largest { response.nextPageToken = "\(end)" }
        return response
    }
}
