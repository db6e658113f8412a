// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

// Command green-factory asks a daemon for the award of the programme green-factory, a member of the contract's oneof like any
// other: the contract was written anew with the programme in it. Usage: green-factory HOST:PORT.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"google.golang.org/protobuf/proto"

	cityxv1 "grantd/clients/go/generated/cityx/v1"
	grantdv1 "grantd/clients/go/generated/grantd/v1"
	"grantd/clients/go/grantd"
)

func application() *grantdv1.Application {
	return &grantdv1.Application{
		ApplicationId: proto.String("go"),
		AsOf:          proto.String("2027-05-20"),
		SubjectId:     proto.String("F-1"),
		Applicant:     &grantdv1.Applicant{RegisteredInBeijing: proto.Bool(true)},
		Facts: &grantdv1.Application_GreenFactoryAward{GreenFactoryAward: &cityxv1.GreenFactoryAwardFacts{
			Rating:        cityxv1.GreenFactoryRating_NATIONAL.Enum(),
			InvestmentFen: proto.Int64(1_000_000_000), // 1,000万元
			Lines: []*cityxv1.GreenFactoryAwardFacts_LinesItem{{
				LineId:      proto.String("A"),
				SavedKwh:    proto.Int64(120_000),
				ConvertedOn: proto.String("2027-01-15"),
			}},
			SiteAreaM2:        proto.Int32(2_000),
			RatedOn:           proto.String("2026-11-05"),
			CertificateNumber: proto.String("GF-2026-017"),
			SavingBp:          proto.Int64(800),
			OperationDays:     proto.Int32(180),
			Fields:            []cityxv1.GreenFactoryAwardFacts_Field{cityxv1.GreenFactoryAwardFacts_ENERGY},
			ListedDishonest:   proto.Bool(false), // what is not set is not known, and not false
			AccidentCount:     proto.Int64(1),
		}},
	}
}

func ask(address string) error {
	client, err := grantd.New(address)
	if err != nil {
		return err
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	calculator := grantdv1.NewCalculatorClient(client)
	assessment, err := calculator.Evaluate(ctx, &grantdv1.EvaluateRequest{Application: application()})
	if err != nil {
		return err
	}
	fmt.Printf("go: %s %s, %d fen\n", assessment.GetMeasure(), assessment.GetOutcome(), assessment.GetAmountFen())

	batch := make(chan *grantdv1.Application)
	go func() {
		defer close(batch)
		for i := 0; i < 1000; i++ {
			batch <- application()
		}
	}()
	scoring := client.Score(ctx, batch, grantd.ScoreOptions{})
	amounts := map[int64]int{}
	for score := range scoring.Results() {
		if score.Err != nil {
			return score.Err
		}
		amounts[score.Assessment.GetAmountFen()]++
	}
	fmt.Printf("go: a batch by amount in fen: %v\n", amounts)
	return scoring.Err()
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: green-factory HOST:PORT")
		os.Exit(64)
	}
	if err := ask(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err) // says the field
		os.Exit(1)
	}
}
