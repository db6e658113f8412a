// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"errors"
	"fmt"
	"sync"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	grantdv1 "grantd/clients/go/generated/grantd/v1"
)

// An answer is looked at before it is decoded, in one pass over its bytes: whether it holds what the contract always sets, so that
// an answer that is none is never taken for a result, and how many entries it holds, so that it takes no more memory than it may.

// What the contract always sets, by message. A field that is unset in an answer makes the answer an error.
type always struct {
	set []protoreflect.Name
	// Set, and neither 0 nor empty.
	nonZero []protoreflect.Name
	// At least one of them is set.
	oneOf []protoreflect.Name
}

var alwaysSet = map[protoreflect.FullName]always{
	"grantd.v1.Assessment": {
		set: []protoreflect.Name{"measure", "as_of", "outcome", "basis", "policy"},
	},
	"grantd.v1.PolicyReference":         {set: []protoreflect.Name{"programme", "document_number", "digest"}},
	"grantd.v1.EvaluateBatchResult":     {oneOf: []protoreflect.Name{"assessment", "error"}},
	"grantd.v1.EvaluateColumnsResponse": {set: []protoreflect.Name{"rows", "policy"}},
	"grantd.v1.Error":                   {nonZero: []protoreflect.Name{"code"}},
	"grantd.v1.MeasureSummary":          {set: []protoreflect.Name{"measure", "basis", "policy"}},
	"grantd.v1.MeasureDescription":      {set: []protoreflect.Name{"measure", "basis", "policy"}},
	"grantd.v1.Document":                {set: []protoreflect.Name{"number"}},
	"grantd.v1.Schema":                  {nonZero: []protoreflect.Name{"file_descriptor_set"}},
	"grantd.v1.ClearAuctionResponse":    {set: []protoreflect.Name{"outcome"}},
	"grantd.v1.AwardResponse":           {set: []protoreflect.Name{"assessment"}},
	"grantd.v1.AwardBatchResult":        {oneOf: []protoreflect.Name{"award", "error"}},
	"grantd.v1.SettleResponse":          {set: []protoreflect.Name{"award"}},
	"grantd.v1.Award":                   {set: []protoreflect.Name{"award_id", "state"}},
	"grantd.v1.Envelope":                {set: []protoreflect.Name{"envelope_id", "limit_fen"}},
	// An enum of proto3: an unset one is its 0, UNKNOWN, which no daemon sends.
	"grpc.health.v1.HealthCheckResponse": {nonZero: []protoreflect.Name{"status"}},
}

// How messages of a type are read. Fields are found by their number; those that the type does not have are passed over.
type plan struct {
	name   protoreflect.FullName
	fields []plannedField
	// The bits of the fields that must be set; one of the bits that must, where there are any.
	required, oneOf uint64
}

type plannedField struct {
	isKnown  bool
	wireType protowire.Type
	// A list's entries and messages take memory of their own.
	isEntry bool
	// A list of numbers may come packed: each has a byte at least.
	isPackable bool
	message    *plan
	// The field's bit among those that must be set, 0 for the others; it is only set by a value that is neither 0 nor empty.
	bit     uint64
	nonZero bool
}

// Numbers above are passed over: no message of an answer has them.
const mostFieldNumber = 256

// By the descriptor itself: a program may hold a newer contract's messages beside those of this package, by the same names.
var plans = struct {
	mutex        sync.Mutex
	byDescriptor map[protoreflect.MessageDescriptor]*plan
}{byDescriptor: map[protoreflect.MessageDescriptor]*plan{}}

// A program that makes new descriptors again and again does not fill its memory with their plans.
const mostPlans = 4096

func planOf(descriptor protoreflect.MessageDescriptor) *plan {
	plans.mutex.Lock()
	defer plans.mutex.Unlock()
	if len(plans.byDescriptor) > mostPlans {
		plans.byDescriptor = map[protoreflect.MessageDescriptor]*plan{}
	}
	return makePlan(descriptor)
}

// The lock is held.
func makePlan(descriptor protoreflect.MessageDescriptor) *plan {
	if known := plans.byDescriptor[descriptor]; known != nil {
		return known
	}
	name := descriptor.FullName()
	made := &plan{name: name}
	// Before its fields: a message may hold itself.
	plans.byDescriptor[descriptor] = made
	fields := descriptor.Fields()
	for i := 0; i < fields.Len(); i++ {
		field := fields.Get(i)
		number := int(field.Number())
		if number >= mostFieldNumber {
			continue
		}
		for len(made.fields) <= number {
			made.fields = append(made.fields, plannedField{})
		}
		planned := plannedField{isKnown: true, wireType: wireTypeOf(field.Kind()), isEntry: field.Cardinality() == protoreflect.Repeated}
		planned.isPackable = planned.isEntry && planned.wireType != protowire.BytesType && planned.wireType != protowire.StartGroupType
		if field.Kind() == protoreflect.MessageKind {
			planned.isEntry = true
			planned.message = makePlan(field.Message())
		}
		made.fields[number] = planned
	}
	rule, next := alwaysSet[name], uint64(1)
	demand := func(names []protoreflect.Name, nonZero bool) (bits uint64) {
		for _, name := range names {
			if field := fields.ByName(name); field != nil && int(field.Number()) < mostFieldNumber {
				planned := &made.fields[field.Number()]
				planned.bit, planned.nonZero = next, nonZero
				bits |= next
			}
			next <<= 1
		}
		return bits
	}
	made.required = demand(rule.set, false) | demand(rule.nonZero, true)
	made.oneOf = demand(rule.oneOf, false)
	return made
}

func wireTypeOf(kind protoreflect.Kind) protowire.Type {
	switch kind {
	case protoreflect.StringKind, protoreflect.BytesKind, protoreflect.MessageKind:
		return protowire.BytesType
	case protoreflect.Fixed32Kind, protoreflect.Sfixed32Kind, protoreflect.FloatKind:
		return protowire.Fixed32Type
	case protoreflect.Fixed64Kind, protoreflect.Sfixed64Kind, protoreflect.DoubleKind:
		return protowire.Fixed64Type
	case protoreflect.GroupKind:
		return protowire.StartGroupType
	}
	return protowire.VarintType
}

var (
	errTooManyEntries = errors.New("too many entries")
	errMalformed      = errors.New("it does not decode")
)

// As deep as messages may lie in each other; the contract's never come near it.
const mostDepth = 100

// Looks at a message. entriesLeft is what it may still hold. What the type does not know is kept as bytes, and costs no more.
func (p *plan) check(bytes []byte, entriesLeft *int, depth int) error {
	if depth > mostDepth {
		return errMalformed
	}
	var seen uint64
	for len(bytes) > 0 {
		number, wireType, n := protowire.ConsumeTag(bytes)
		if n < 0 {
			return errMalformed
		}
		bytes = bytes[n:]
		var field plannedField
		if int(number) < len(p.fields) {
			field = p.fields[number]
		}
		isPacked := field.isPackable && wireType == protowire.BytesType
		if !field.isKnown || field.wireType != wireType && !isPacked {
			if n = protowire.ConsumeFieldValue(number, wireType, bytes); n < 0 {
				return errMalformed
			}
			bytes = bytes[n:]
			continue
		}
		isZero := false
		var value []byte
		switch wireType {
		case protowire.BytesType:
			value, n = protowire.ConsumeBytes(bytes)
			isZero = len(value) == 0
		case protowire.VarintType:
			var word uint64
			word, n = protowire.ConsumeVarint(bytes)
			isZero = int32(word) == 0
		default:
			n = protowire.ConsumeFieldValue(number, wireType, bytes)
		}
		if n < 0 {
			return errMalformed
		}
		bytes = bytes[n:]
		switch {
		case isPacked:
			*entriesLeft -= len(value)
		case field.isEntry:
			*entriesLeft--
		}
		if *entriesLeft < 0 {
			return errTooManyEntries
		}
		if field.message != nil {
			if err := field.message.check(value, entriesLeft, depth+1); err != nil {
				return err
			}
		}
		// The last value of a field counts.
		seen |= field.bit
		if field.nonZero && isZero {
			seen &^= field.bit
		}
	}
	if seen&p.required != p.required || p.oneOf != 0 && seen&p.oneOf == 0 {
		return fmt.Errorf("a %s lacks what the contract always sets", p.name)
	}
	return nil
}

// What is wrong with the answer to a method, or nil. message is what it is to be decoded into; where that is no protobuf message,
// the method tells.
func (c *Client) checkAnswer(service, method string, message interface{}, payload, answer []byte) *Error {
	descriptor := answerDescriptor(service, method, message)
	if descriptor == nil {
		return nil
	}
	invalid := func(cause error) *Error {
		return ownError(
			codes.Internal, ErrInvalidReply, cause, "the answer to %s is not valid; the peer may not be grantd", method,
		)
	}
	most := c.configuration.replyEntries
	switch err := planOf(descriptor).check(answer, &most, 0); {
	case err == errTooManyEntries:
		return ownError(
			codes.ResourceExhausted, ErrReplyTooLarge, nil,
			"the answer to %s holds more than the %d entries allowed; raise the limit or ask for less in one call", method,
			c.configuration.replyEntries,
		)
	case err != nil:
		return invalid(err)
	}
	if err := checkCount(descriptor.FullName(), payload, answer); err != nil {
		return invalid(err)
	}
	return nil
}

func answerDescriptor(service, method string, message interface{}) protoreflect.MessageDescriptor {
	if known, err := asMessage(message); err == nil {
		return known.ProtoReflect().Descriptor()
	}
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(service))
	if err != nil {
		return nil
	}
	if known, ok := found.(protoreflect.ServiceDescriptor); ok {
		if method := known.Methods().ByName(protoreflect.Name(method)); method != nil {
			return method.Output()
		}
	}
	return nil
}

// The fields that answer each other, entry by entry.
const (
	batchApplications protowire.Number = 1
	batchResults      protowire.Number = 1
	awardEntries      protowire.Number = 1
	awardResults      protowire.Number = 1
	auctionBids       protowire.Number = 4
	auctionOutcome    protowire.Number = 2
	auctionResults    protowire.Number = 6
)

// Whether an answer that owes a result for each entry of its request has as many.
func checkCount(name protoreflect.FullName, payload, answer []byte) error {
	var asked, answered int
	switch name {
	case "grantd.v1.EvaluateBatchResponse":
		asked, _ = scan(payload, batchApplications)
		answered, _ = scan(answer, batchResults)
	case "grantd.v1.AwardBatchResponse":
		asked, _ = scan(payload, awardEntries)
		answered, _ = scan(answer, awardResults)
	case "grantd.v1.ClearAuctionResponse":
		_, outcome := scan(answer, auctionOutcome)
		switch grantdv1.AuctionOutcome_Value(outcome) {
		case grantdv1.AuctionOutcome_CLEARED, grantdv1.AuctionOutcome_NOTHING_SELECTED:
			asked, _ = scan(payload, auctionBids)
			answered, _ = scan(answer, auctionResults)
		}
	}
	if asked != answered {
		return fmt.Errorf("it has %d results for %d entries of the request", answered, asked)
	}
	return nil
}

// How often a field stands in a message that is known to be well formed, and the last number in it, where it is one.
func scan(bytes []byte, wanted protowire.Number) (count int, last int32) {
	for len(bytes) > 0 {
		number, wireType, n := protowire.ConsumeTag(bytes)
		if n < 0 {
			return count, last
		}
		bytes = bytes[n:]
		if n = protowire.ConsumeFieldValue(number, wireType, bytes); n < 0 {
			return count, last
		}
		if number == wanted {
			count++
			if wireType == protowire.VarintType {
				word, _ := protowire.ConsumeVarint(bytes)
				last = int32(word)
			}
		}
		bytes = bytes[n:]
	}
	return count, last
}
