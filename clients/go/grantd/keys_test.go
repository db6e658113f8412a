// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"bytes"
	"context"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	grantdv1 "grantd/clients/go/generated/grantd/v1"
)

var madeKey = regexp.MustCompile("^[0-9a-f]{32}$")

func awarded() *grantdv1.AwardResponse {
	return &grantdv1.AwardResponse{
		Assessment: assessment(proto.String("A")),
		Award:      &grantdv1.Award{AwardId: proto.String("1"), State: grantdv1.AwardState_COMMITTED.Enum()},
	}
}

// A server that loses the first connection with its request, and then gives the answer; what came to it.
func losingServer(t *testing.T, answer proto.Message) (*fakeServer, chan []byte) {
	payloads := make(chan []byte, 8)
	return startFake(t, func(call *fakeCall) {
		payloads <- call.payload
		if call.number == 1 {
			call.socket.Close()
			return
		}
		call.answer(answer)
	}), payloads
}

// The request that came twice, byte by byte the same.
func twice(t *testing.T, payloads chan []byte) []byte {
	first, second := <-payloads, <-payloads
	if !bytes.Equal(first, second) {
		t.Errorf("sent %x and then %x", first, second)
	}
	return second
}

func TestAnAwardThatIsSentAgainHasTheSameKey(t *testing.T) {
	server, payloads := losingServer(t, awarded())
	request := &grantdv1.AwardRequest{Application: &grantdv1.Application{ApplicationId: proto.String("A")}}
	if _, err := grantdv1.NewAwardsClient(server.client()).Award(context.Background(), request); err != nil {
		t.Fatal(err)
	}
	sent := new(grantdv1.AwardRequest)
	if err := proto.Unmarshal(twice(t, payloads), sent); err != nil || !madeKey.MatchString(sent.GetIdempotencyKey()) {
		t.Errorf("sent %v, %v", sent, err)
	}
	if request.IdempotencyKey != nil {
		t.Errorf("the caller's message was changed: %v", request)
	}
	if sent.GetApplication().GetApplicationId() != "A" {
		t.Errorf("sent %v", sent)
	}
}

func TestASettlementThatIsSentAgainHasTheSameKey(t *testing.T) {
	server, payloads := losingServer(t, &grantdv1.SettleResponse{Award: awarded().Award})
	request := &grantdv1.SettleRequest{AwardId: proto.String("1"), Action: grantdv1.SettleAction_COMMIT.Enum()}
	if _, err := grantdv1.NewAwardsClient(server.client()).Settle(context.Background(), request); err != nil {
		t.Fatal(err)
	}
	sent := new(grantdv1.SettleRequest)
	if err := proto.Unmarshal(twice(t, payloads), sent); err != nil || !madeKey.MatchString(sent.GetIdempotencyKey()) {
		t.Errorf("sent %v, %v", sent, err)
	}
}

func TestEveryEntryOfABatchOfAwardsHasAKey(t *testing.T) {
	result := &grantdv1.AwardBatchResult{Result: &grantdv1.AwardBatchResult_Award{Award: awarded()}}
	server, payloads := losingServer(t, &grantdv1.AwardBatchResponse{Results: []*grantdv1.AwardBatchResult{result, result, result}})
	request := &grantdv1.AwardBatchRequest{Entries: []*grantdv1.AwardBatchEntry{{}, {IdempotencyKey: proto.String("mine")}, {}}}
	if _, err := grantdv1.NewAwardsClient(server.client()).AwardBatch(context.Background(), request); err != nil {
		t.Fatal(err)
	}
	sent := new(grantdv1.AwardBatchRequest)
	if err := proto.Unmarshal(twice(t, payloads), sent); err != nil || len(sent.Entries) != 3 {
		t.Fatalf("sent %v, %v", sent, err)
	}
	first, second, third := sent.Entries[0].GetIdempotencyKey(), sent.Entries[1].GetIdempotencyKey(), sent.Entries[2].GetIdempotencyKey()
	if !madeKey.MatchString(first) || second != "mine" || !madeKey.MatchString(third) || first == third {
		t.Errorf("keys %q, %q, %q", first, second, third)
	}
	if request.Entries[0].IdempotencyKey != nil {
		t.Errorf("the caller's message was changed: %v", request)
	}
}

func TestOnlyAwardsAreGivenKeys(t *testing.T) {
	own := &grantdv1.AwardRequest{IdempotencyKey: proto.String("mine")}
	for _, test := range []struct {
		service, method string
		arguments       interface{}
	}{
		{"grantd.v1.Awards", "Award", own},
		{"grantd.v1.Awards", "Award", &grantdv1.GetSchemaRequest{}},
		{"grantd.v1.Awards", "AwardBatch", &grantdv1.GetSchemaRequest{}},
		{"grantd.v1.Awards", "ListAwards", &grantdv1.ListAwardsRequest{}},
		{"other.Awards", "Award", &grantdv1.AwardRequest{}},
		{"grantd.v1.Awards", "Award", []byte("encoded")},
	} {
		sent, err := withKeys(test.service, test.method, test.arguments)
		if err != nil {
			t.Errorf("%v: %v", test, err)
		}
		if message, isMessage := sent.(proto.Message); isMessage && message != test.arguments {
			t.Errorf("%v became %v", test, sent)
		}
	}
}

func TestTheDaemonAwardsOnce(t *testing.T) {
	address, stop := startDaemon(t, "0", "--ledger", filepath.Join(t.TempDir(), "book.sqlite"))
	defer stop(syscall.SIGTERM)
	client, err := New(address)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	awards := grantdv1.NewAwardsClient(client)
	application := &grantdv1.Application{
		AsOf: proto.String("2026-05-20"), SubjectId: proto.String("P-1"),
		Applicant: &grantdv1.Applicant{
			UnifiedSocialCreditCode: proto.String("91110108MA01CX7K1R"), RegisteredInBeijing: proto.Bool(true),
		},
		Facts: &grantdv1.Application_MedicalDeviceCommonPlatform{
			MedicalDeviceCommonPlatform: &grantdv1.MedicalDeviceCommonPlatformFacts{
				CommonTechnologyPlatform: proto.Bool(true), ForMedicalDeviceIndustry: proto.Bool(true),
				EngineeringInvestmentFen: proto.Int64(6_000_000_000),
			},
		},
	}
	for _, key := range []string{"round/1", "round/1"} {
		made, err := awards.Award(context.Background(), &grantdv1.AwardRequest{Application: application, IdempotencyKey: &key})
		if err != nil || made.GetAward().GetAmountFen() != 1_800_000_000 {
			t.Fatalf("got %v, %v", made, err)
		}
	}
	batch := &grantdv1.AwardBatchRequest{Entries: []*grantdv1.AwardBatchEntry{{Application: application}, {}}}
	made, err := awards.AwardBatch(context.Background(), batch)
	if err != nil || made.Results[0].GetAward().GetAward() == nil || made.Results[1].GetError().GetCode() != NumberBadRequest {
		t.Fatalf("got %v, %v", made, err)
	}
	list, err := awards.ListAwards(context.Background(), &grantdv1.ListAwardsRequest{})
	if err != nil || len(list.Awards) != 2 {
		t.Errorf("got %v, %v", list, err)
	}
}

// As large as the contract lets a call of columns be.
func TestColumnsMayBeLargerThanOtherCalls(t *testing.T) {
	server := startFake(t, func(call *fakeCall) {
		call.answer(&grantdv1.EvaluateColumnsResponse{Rows: proto.Int32(1), Policy: assessment(nil).Policy})
	})
	client := server.client()
	request := &grantdv1.EvaluateColumnsRequest{Columns: []*grantdv1.Column{{Data: make([]byte, 8<<20)}}}
	if _, err := grantdv1.NewCalculatorClient(client).EvaluateColumns(context.Background(), request); err != nil {
		t.Error(err)
	}
	_, err := grantdv1.NewCalculatorClient(client).EvaluateColumns(context.Background(), request, grpc.MaxCallSendMsgSize(4<<20))
	if status.Code(err) != codes.ResourceExhausted {
		t.Errorf("got %v", err)
	}
}
