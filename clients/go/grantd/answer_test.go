// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"grantd/clients/go/generated/brpc"
	grantdv1 "grantd/clients/go/generated/grantd/v1"
)

// A method, its whole answer, and how it is asked.
type wholeAnswer struct {
	method string
	answer proto.Message
	ask    func(*Client) error
}

func wholeAnswers() []wholeAnswer {
	one, two := assessment(proto.String("A")), assessment(proto.String("B"))
	policy := one.Policy
	results := []*grantdv1.AuctionResult{{BidId: proto.String("1")}, {BidId: proto.String("2")}}
	auction := &grantdv1.ClearAuctionRequest{Bids: []*grantdv1.AuctionBid{{}, {}}}
	batch := &grantdv1.EvaluateBatchRequest{Applications: []*grantdv1.Application{{}, {}}}
	awards := &grantdv1.AwardBatchRequest{Entries: []*grantdv1.AwardBatchEntry{{}, {}}}
	envelope := &grantdv1.Envelope{EnvelopeId: proto.String("2026"), LimitFen: proto.Int64(0)}
	return []wholeAnswer{
		{"/grantd.v1.Calculator/Evaluate", one, func(c *Client) error {
			_, err := grantdv1.NewCalculatorClient(c).Evaluate(context.Background(), &grantdv1.EvaluateRequest{})
			return err
		}},
		{"/grantd.v1.Calculator/EvaluateBatch", &grantdv1.EvaluateBatchResponse{Results: []*grantdv1.EvaluateBatchResult{
			{Result: &grantdv1.EvaluateBatchResult_Assessment{Assessment: one}},
			{Result: &grantdv1.EvaluateBatchResult_Error{Error: &grantdv1.Error{Code: proto.Int32(1003)}}},
		}}, func(c *Client) error {
			_, err := grantdv1.NewCalculatorClient(c).EvaluateBatch(context.Background(), batch)
			return err
		}},
		{"/grantd.v1.Calculator/Screen", &grantdv1.ScreenResponse{Assessments: []*grantdv1.Assessment{one, two}}, func(c *Client) error {
			_, err := grantdv1.NewCalculatorClient(c).Screen(context.Background(), &grantdv1.ScreenRequest{})
			return err
		}},
		{"/grantd.v1.Catalogue/ListMeasures", &grantdv1.ListMeasuresResponse{Measures: []*grantdv1.MeasureSummary{
			{Measure: one.Measure, Basis: one.Basis, Policy: policy},
		}}, func(c *Client) error {
			_, err := grantdv1.NewCatalogueClient(c).ListMeasures(context.Background(), &grantdv1.ListMeasuresRequest{})
			return err
		}},
		{"/grantd.v1.Catalogue/DescribeMeasure", &grantdv1.MeasureDescription{
			Measure: one.Measure, Basis: one.Basis, Policy: policy,
		}, func(c *Client) error {
			_, err := grantdv1.NewCatalogueClient(c).DescribeMeasure(context.Background(), &grantdv1.DescribeMeasureRequest{})
			return err
		}},
		{"/grantd.v1.Catalogue/ListDocuments", &grantdv1.ListDocumentsResponse{Documents: []*grantdv1.Document{
			{Number: proto.String("1")},
		}}, func(c *Client) error {
			_, err := grantdv1.NewCatalogueClient(c).ListDocuments(context.Background(), &grantdv1.ListDocumentsRequest{})
			return err
		}},
		{"/grantd.v1.Catalogue/GetSchema", &grantdv1.Schema{FileDescriptorSet: []byte("s")}, func(c *Client) error {
			_, err := grantdv1.NewCatalogueClient(c).GetSchema(context.Background(), &grantdv1.GetSchemaRequest{})
			return err
		}},
		{"/grantd.v1.RenewablesAuction/ClearAuction", &grantdv1.ClearAuctionResponse{
			Outcome: grantdv1.AuctionOutcome_CLEARED.Enum(), Results: results,
		}, func(c *Client) error {
			_, err := grantdv1.NewRenewablesAuctionClient(c).ClearAuction(context.Background(), auction)
			return err
		}},
		{"/grantd.v1.Calculator/EvaluateColumns", &grantdv1.EvaluateColumnsResponse{
			Rows: proto.Int32(0), Policy: policy,
		}, func(c *Client) error {
			_, err := grantdv1.NewCalculatorClient(c).EvaluateColumns(context.Background(), &grantdv1.EvaluateColumnsRequest{})
			return err
		}},
		{"/grantd.v1.Awards/Award", awarded(), func(c *Client) error {
			_, err := grantdv1.NewAwardsClient(c).Award(context.Background(), &grantdv1.AwardRequest{})
			return err
		}},
		{"/grantd.v1.Awards/AwardBatch", &grantdv1.AwardBatchResponse{Results: []*grantdv1.AwardBatchResult{
			{Result: &grantdv1.AwardBatchResult_Award{Award: awarded()}},
			{Result: &grantdv1.AwardBatchResult_Error{Error: &grantdv1.Error{Code: proto.Int32(1003)}}},
		}}, func(c *Client) error {
			_, err := grantdv1.NewAwardsClient(c).AwardBatch(context.Background(), awards)
			return err
		}},
		{"/grantd.v1.Awards/Settle", &grantdv1.SettleResponse{Award: awarded().Award}, func(c *Client) error {
			_, err := grantdv1.NewAwardsClient(c).Settle(context.Background(), &grantdv1.SettleRequest{})
			return err
		}},
		{"/grantd.v1.Awards/ListAwards", &grantdv1.ListAwardsResponse{Awards: []*grantdv1.Award{awarded().Award}}, func(c *Client) error {
			_, err := grantdv1.NewAwardsClient(c).ListAwards(context.Background(), &grantdv1.ListAwardsRequest{})
			return err
		}},
		{"/grantd.v1.Awards/PutEnvelope", envelope, func(c *Client) error {
			_, err := grantdv1.NewAwardsClient(c).PutEnvelope(context.Background(), &grantdv1.PutEnvelopeRequest{})
			return err
		}},
		{"/grantd.v1.Awards/ListEnvelopes", &grantdv1.ListEnvelopesResponse{Envelopes: []*grantdv1.Envelope{envelope}}, func(c *Client) error {
			_, err := grantdv1.NewAwardsClient(c).ListEnvelopes(context.Background(), &grantdv1.ListEnvelopesRequest{})
			return err
		}},
		{"/grpc.health.v1.Health/Check", protoV2(&grpc_health_v1.HealthCheckResponse{
			Status: grpc_health_v1.HealthCheckResponse_SERVING,
		}), func(c *Client) error {
			_, err := grpc_health_v1.NewHealthClient(c).Check(context.Background(), &grpc_health_v1.HealthCheckRequest{})
			return err
		}},
	}
}

func protoV2(value interface{}) proto.Message {
	message, err := asMessage(value)
	if err != nil {
		panic(err)
	}
	return message
}

// The answers of wholeAnswers with something missing, by method.
func lackingAnswers() map[string][]proto.Message {
	var lacking []*grantdv1.Assessment
	for _, without := range []func(*grantdv1.Assessment){
		func(a *grantdv1.Assessment) { a.Measure = nil },
		func(a *grantdv1.Assessment) { a.AsOf = nil },
		func(a *grantdv1.Assessment) { a.Outcome = nil },
		func(a *grantdv1.Assessment) { a.Basis = nil },
		func(a *grantdv1.Assessment) { a.Policy = nil },
		func(a *grantdv1.Assessment) { a.Policy.Programme = nil },
		func(a *grantdv1.Assessment) { a.Policy.DocumentNumber = nil },
		func(a *grantdv1.Assessment) { a.Policy.Digest = nil },
	} {
		one := assessment(proto.String("A"))
		without(one)
		lacking = append(lacking, one)
	}
	whole := assessment(proto.String("A"))
	result := func(one *grantdv1.Assessment) *grantdv1.EvaluateBatchResult {
		return &grantdv1.EvaluateBatchResult{Result: &grantdv1.EvaluateBatchResult_Assessment{Assessment: one}}
	}
	failure := func(code *int32) *grantdv1.EvaluateBatchResult {
		return &grantdv1.EvaluateBatchResult{Result: &grantdv1.EvaluateBatchResult_Error{Error: &grantdv1.Error{Code: code}}}
	}
	award := func(one *grantdv1.AwardResponse) *grantdv1.AwardBatchResult {
		return &grantdv1.AwardBatchResult{Result: &grantdv1.AwardBatchResult_Award{Award: one}}
	}
	awards := func(results ...*grantdv1.AwardBatchResult) proto.Message {
		return &grantdv1.AwardBatchResponse{Results: results}
	}
	batch := func(results ...*grantdv1.EvaluateBatchResult) proto.Message {
		return &grantdv1.EvaluateBatchResponse{Results: results}
	}
	answers := map[string][]proto.Message{
		"/grantd.v1.Calculator/EvaluateBatch": {
			batch(), batch(result(whole)), batch(result(whole), result(whole), result(whole)),
			batch(result(whole), &grantdv1.EvaluateBatchResult{}),
			batch(result(whole), failure(nil)), batch(result(whole), failure(proto.Int32(0))),
		},
		"/grantd.v1.Catalogue/ListMeasures": {
			&grantdv1.ListMeasuresResponse{Measures: []*grantdv1.MeasureSummary{{Basis: whole.Basis, Policy: whole.Policy}}},
			&grantdv1.ListMeasuresResponse{Measures: []*grantdv1.MeasureSummary{{Measure: whole.Measure, Policy: whole.Policy}}},
			&grantdv1.ListMeasuresResponse{Measures: []*grantdv1.MeasureSummary{{Measure: whole.Measure, Basis: whole.Basis}}},
		},
		"/grantd.v1.Catalogue/DescribeMeasure": {
			&grantdv1.MeasureDescription{},
			&grantdv1.MeasureDescription{Basis: whole.Basis, Policy: whole.Policy},
			&grantdv1.MeasureDescription{Measure: whole.Measure, Policy: whole.Policy},
			&grantdv1.MeasureDescription{Measure: whole.Measure, Basis: whole.Basis},
		},
		"/grantd.v1.Catalogue/ListDocuments": {&grantdv1.ListDocumentsResponse{Documents: []*grantdv1.Document{{}}}},
		"/grantd.v1.Catalogue/GetSchema":     {&grantdv1.Schema{}, &grantdv1.Schema{FileDescriptorSet: []byte{}}},
		"/grantd.v1.RenewablesAuction/ClearAuction": {
			&grantdv1.ClearAuctionResponse{},
			&grantdv1.ClearAuctionResponse{Outcome: grantdv1.AuctionOutcome_CLEARED.Enum()},
			&grantdv1.ClearAuctionResponse{
				Outcome: grantdv1.AuctionOutcome_NOTHING_SELECTED.Enum(), Results: []*grantdv1.AuctionResult{{}},
			},
		},
		"/grantd.v1.Calculator/EvaluateColumns": {
			&grantdv1.EvaluateColumnsResponse{Policy: whole.Policy}, &grantdv1.EvaluateColumnsResponse{Rows: proto.Int32(0)},
		},
		"/grantd.v1.Awards/Award": {
			&grantdv1.AwardResponse{Award: awarded().Award},
			&grantdv1.AwardResponse{Assessment: whole, Award: &grantdv1.Award{AwardId: proto.String("1")}},
			&grantdv1.AwardResponse{Assessment: whole, Award: &grantdv1.Award{State: grantdv1.AwardState_COMMITTED.Enum()}},
			&grantdv1.AwardResponse{Assessment: &grantdv1.Assessment{}},
		},
		"/grantd.v1.Awards/AwardBatch": {
			awards(), awards(award(awarded())), awards(award(awarded()), &grantdv1.AwardBatchResult{}),
			awards(award(awarded()), award(&grantdv1.AwardResponse{})),
		},
		"/grantd.v1.Awards/Settle":     {&grantdv1.SettleResponse{}, &grantdv1.SettleResponse{Award: &grantdv1.Award{}}},
		"/grantd.v1.Awards/ListAwards": {&grantdv1.ListAwardsResponse{Awards: []*grantdv1.Award{awarded().Award, {}}}},
		"/grantd.v1.Awards/PutEnvelope": {
			&grantdv1.Envelope{LimitFen: proto.Int64(0)}, &grantdv1.Envelope{EnvelopeId: proto.String("2026")},
		},
		"/grantd.v1.Awards/ListEnvelopes": {&grantdv1.ListEnvelopesResponse{Envelopes: []*grantdv1.Envelope{{}}}},
		"/grpc.health.v1.Health/Check":    {protoV2(&grpc_health_v1.HealthCheckResponse{})},
	}
	for _, one := range lacking {
		answers["/grantd.v1.Calculator/Evaluate"] = append(answers["/grantd.v1.Calculator/Evaluate"], one)
		answers["/grantd.v1.Calculator/EvaluateBatch"] = append(
			answers["/grantd.v1.Calculator/EvaluateBatch"], batch(result(whole), result(one)),
		)
		answers["/grantd.v1.Calculator/Screen"] = append(
			answers["/grantd.v1.Calculator/Screen"], &grantdv1.ScreenResponse{Assessments: []*grantdv1.Assessment{whole, one}},
		)
	}
	return answers
}

func incompleteAnswers(t *testing.T) {
	var answer proto.Message
	server := startFake(t, func(call *fakeCall) { call.answer(answer) })
	client := server.client()
	lacking := lackingAnswers()
	for _, whole := range wholeAnswers() {
		answer = whole.answer
		if err := whole.ask(client); err != nil {
			t.Errorf("%s, whole: got %v", whole.method, err)
		}
		if len(lacking[whole.method]) == 0 {
			t.Errorf("%s: nothing is left out", whole.method)
		}
		for _, answer = range lacking[whole.method] {
			err := whole.ask(client)
			if status.Code(err) != codes.Internal || !errors.Is(err, ErrInvalidReply) {
				t.Errorf("%s, {%v}: got %v", whole.method, answer, err)
			}
		}
		// Into bytes, too.
		var bytes []byte
		answer = lacking[whole.method][len(lacking[whole.method])-1]
		err := client.Invoke(context.Background(), whole.method, &grantdv1.GetSchemaRequest{}, &bytes, grpc.ForceCodec(bytesCodec{}))
		if !errors.Is(err, ErrInvalidReply) {
			t.Errorf("%s, as bytes: got %v", whole.method, err)
		}
	}
	if made := client.Statistics().ConnectionsMade; made != 1 {
		t.Errorf("%d connections", made)
	}
	refusesScoring(t, func(call *fakeCall) { call.answer(&grantdv1.EvaluateBatchResponse{}) })
	for _, lack := range lacking["/grantd.v1.Calculator/Evaluate"] {
		response := &grantdv1.EvaluateBatchResponse{Results: []*grantdv1.EvaluateBatchResult{
			{Result: &grantdv1.EvaluateBatchResult_Assessment{Assessment: lack.(*grantdv1.Assessment)}},
		}}
		refusesScoring(t, func(call *fakeCall) { call.answer(response) })
	}
	// Nothing at all.
	atomic.StoreInt64(&server.requests, 0)
	server.handle = func(call *fakeCall) { call.reply(&brpc.RpcMeta{Response: &brpc.RpcResponseMeta{}}, nil) }
	if _, err := evaluate(context.Background(), client, "A"); !errors.Is(err, ErrInvalidReply) {
		t.Errorf("got %v", err)
	}
	if requests := atomic.LoadInt64(&server.requests); requests != 1 {
		t.Errorf("asked %d times", requests)
	}
}

// Leaves answers encoded.
type bytesCodec struct{ protobufCodec }

func (bytesCodec) Unmarshal(data []byte, value interface{}) error {
	*value.(*[]byte) = data
	return nil
}

func TestAuctionsWithoutResultsNeedNone(t *testing.T) {
	server := startFake(t, func(call *fakeCall) {
		call.answer(&grantdv1.ClearAuctionResponse{Outcome: grantdv1.AuctionOutcome_INVALID.Enum()})
	})
	_, err := grantdv1.NewRenewablesAuctionClient(server.client()).ClearAuction(
		context.Background(), &grantdv1.ClearAuctionRequest{Bids: []*grantdv1.AuctionBid{{}}},
	)
	if err != nil {
		t.Error(err)
	}
}

func TestMessagesAreCheckedAsTheyDecode(t *testing.T) {
	plan := planOf((&grantdv1.EvaluateBatchResult{}).ProtoReflect().Descriptor())
	for name, test := range map[string]struct {
		bytes string
		whole bool
	}{
		"an error":                        {"\x12\x03\x08\xeb\x07", true},
		"an unknown field beside it":      {"\xfa\x7f\x01x\x12\x03\x08\xeb\x07", true},
		"a code that is 0":                {"\x12\x02\x08\x00", false},
		"a code whose last value is 0":    {"\x12\x05\x08\xeb\x07\x08\x00", false},
		"a code that is 0 in 32 bits":     {"\x12\x06\x08\x80\x80\x80\x80\x10", false},
		"a code of another wire type":     {"\x12\x03\x0a\x01x", false},
		"an error of another wire type":   {"\x10\x01", false},
		"an error longer than its bytes":  {"\x12\x05\x08\xeb", false},
		"a number that does not end":      {"\x12\x02\x08\xff", false},
		"an assessment that holds no one": {"\x0a\x00", false},
		"a tag of field 0":                {"\x02\x00", false},
	} {
		left := 100
		if err := plan.check([]byte(test.bytes), &left, 0); (err == nil) != test.whole {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func BenchmarkCheckOfABatch(b *testing.B) {
	response := new(grantdv1.EvaluateBatchResponse)
	for i := 0; i < 512; i++ {
		one := assessment(proto.String("A-2026-000417"))
		for j := 0; j < 8; j++ {
			one.Findings = append(one.Findings, &grantdv1.Finding{
				Rule: proto.String("registered-in-beijing"), Kind: grantdv1.Finding_REQUIREMENT.Enum(),
				Verdict: grantdv1.Finding_PASS.Enum(), Clause: proto.String("1"),
			})
		}
		response.Results = append(response.Results, &grantdv1.EvaluateBatchResult{
			Result: &grantdv1.EvaluateBatchResult_Assessment{Assessment: one},
		})
	}
	bytes, _ := proto.Marshal(response)
	plan := planOf(response.ProtoReflect().Descriptor())
	b.Run("check", func(b *testing.B) {
		for i := 0; i < b.N; i++ {
			left := 1 << 20
			if err := plan.check(bytes, &left, 0); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("decode", func(b *testing.B) {
		for i := 0; i < b.N; i++ {
			if err := proto.Unmarshal(bytes, new(grantdv1.EvaluateBatchResponse)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
