// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package main

import (
	"google.golang.org/protobuf/proto"

	grantdv1 "grantd/clients/go/generated/grantd/v1"
)

// Five rules, a rate and a cap of which an earlier award has used a part; about 150 bytes.
func sample() *grantdv1.Application {
	return &grantdv1.Application{
		ApplicationId: proto.String("A-2026-000417"),
		AsOf:          proto.String("2026-05-20"),
		SubjectId:     proto.String("P-17"),
		Applicant: &grantdv1.Applicant{
			UnifiedSocialCreditCode: proto.String("91110108MA01CX7K1R"),
			Kind:                    grantdv1.Applicant_ENTERPRISE.Enum(),
			RegisteredInBeijing:     proto.Bool(true),
		},
		PriorAwards: []*grantdv1.PriorAward{{
			Measure:   proto.String("digital-space.laboratory-project"),
			SubjectId: proto.String("P-17"),
			AwardedOn: proto.String("2025-12-01"),
			AmountFen: proto.Int64(200_000_000),
		}},
		Facts: &grantdv1.Application_DigitalSpaceLaboratoryProject{
			DigitalSpaceLaboratoryProject: &grantdv1.DigitalSpaceLaboratoryProjectFacts{
				InPilotZone:                 proto.Bool(true),
				LaboratoryLevel:             grantdv1.DigitalSpaceLaboratoryProjectFacts_MUNICIPAL.Enum(),
				LaboratoryLanded:            proto.Bool(true),
				TechnologyInnovationProject: proto.Bool(true),
				KeyIndustryRelated:          proto.Bool(true),
				ApprovedTotalInvestmentFen:  proto.Int64(1_234_567_890),
			},
		},
	}
}
