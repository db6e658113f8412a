// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd_test

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	grantdv1 "grantd/clients/go/generated/grantd/v1"
	"grantd/clients/go/grantd"
)

func Example() {
	client, err := grantd.New("127.0.0.1:7843")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	calculator := grantdv1.NewCalculatorClient(client)
	assessment, err := calculator.Evaluate(ctx, &grantdv1.EvaluateRequest{Application: &grantdv1.Application{
		AsOf:      proto.String("2026-05-20"),
		Applicant: &grantdv1.Applicant{RegisteredInBeijing: proto.Bool(true)},
		Facts: &grantdv1.Application_MedicalDeviceCommonPlatform{
			MedicalDeviceCommonPlatform: &grantdv1.MedicalDeviceCommonPlatformFacts{
				CommonTechnologyPlatform: proto.Bool(true),
			},
		},
	}})
	if err != nil {
		fmt.Println(err, grantd.Field(err))
		return
	}
	fmt.Println(assessment.GetOutcome(), assessment.GetMissing())
}
