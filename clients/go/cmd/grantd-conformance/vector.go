// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/code"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	// The contract's messages, found by their names.
	_ "google.golang.org/grpc/health/grpc_health_v1"

	_ "grantd/clients/go/generated/grantd/v1"
	"grantd/clients/go/grantd"
)

// What the daemon's clock shows, and what sequences have for it.
var moment = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`)

const noMoment = "0000-00-00T00:00:00.000Z"

// A call and what must come of it, as a line of the vectors.
type vector struct {
	ID           string          `json:"id"`
	Service      string          `json:"service"`
	Method       string          `json:"method"`
	Request      json.RawMessage `json:"request"`
	RequestBytes *[]byte         `json:"request_bytes"`
	Response     json.RawMessage `json:"response"`
	Error        *failure        `json:"error"`

	payload  []byte
	expected proto.Message
}

type failure struct {
	Code   int32  `json:"code"`
	Status string `json:"status"`
	Field  string `json:"field"`
}

func parseVector(line []byte) (*vector, error) {
	v := new(vector)
	if err := json.Unmarshal(line, v); err != nil {
		return nil, err
	}
	if (v.Response == nil) == (v.Error == nil) {
		return nil, errors.New("a vector has either a response or an error")
	}
	if (v.Request == nil) == (v.RequestBytes == nil) {
		return nil, errors.New("a vector has either request or request_bytes")
	}
	if v.RequestBytes != nil {
		v.payload = *v.RequestBytes
	} else {
		request, _, err := v.messages()
		if err != nil {
			return nil, err
		}
		if err := protojson.Unmarshal(v.Request, request); err != nil {
			return nil, err
		}
		if v.payload, err = proto.Marshal(request); err != nil {
			return nil, err
		}
	}
	if v.Response != nil {
		_, response, err := v.messages()
		if err != nil {
			return nil, err
		}
		v.expected = response
		return v, protojson.Unmarshal(v.Response, response)
	}
	return v, nil
}

// An empty request and an empty response of the vector's method.
func (v *vector) messages() (request, response proto.Message, err error) {
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(v.Service))
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", v.Service, err)
	}
	service, ok := found.(protoreflect.ServiceDescriptor)
	if !ok {
		return nil, nil, fmt.Errorf("%s is no service", v.Service)
	}
	method := service.Methods().ByName(protoreflect.Name(v.Method))
	if method == nil {
		return nil, nil, fmt.Errorf("%s has no method %s", v.Service, v.Method)
	}
	input, err := protoregistry.GlobalTypes.FindMessageByName(method.Input().FullName())
	if err != nil {
		return nil, nil, err
	}
	output, err := protoregistry.GlobalTypes.FindMessageByName(method.Output().FullName())
	if err != nil {
		return nil, nil, err
	}
	return input.New().Interface(), output.New().Interface(), nil
}

// Makes the call. Returns what is wrong with its end; empty where nothing is.
func (v *vector) run(ctx context.Context, client *grantd.Client) string {
	var answer []byte
	err := client.Invoke(ctx, "/"+v.Service+"/"+v.Method, &v.payload, &answer, grpc.ForceCodec(bytesCodec{}))
	if v.Error != nil {
		if err == nil {
			return fmt.Sprintf("an answer in place of error %d at %q", v.Error.Code, v.Error.Field)
		}
		return v.Error.compare(err)
	}
	if err != nil {
		return fmt.Sprintf("%v (%s)", err, status.Convert(err).Message())
	}
	actual := v.expected.ProtoReflect().New().Interface()
	if strings.HasPrefix(v.ID, "sequence/") {
		answer = moment.ReplaceAll(answer, []byte(noMoment))
	}
	if err := proto.Unmarshal(answer, actual); err != nil {
		return fmt.Sprintf("the answer does not decode: %v", err)
	}
	if !proto.Equal(v.expected, actual) {
		return fmt.Sprintf("expected %s, got %s", prototext.Format(v.expected), prototext.Format(actual))
	}
	return ""
}

// Compares number, status and field, the latter two also as the gRPC status has them.
func (f *failure) compare(err error) string {
	var actual *grantd.Error
	if !errors.As(err, &actual) {
		return fmt.Sprintf("%v is no *grantd.Error", err)
	}
	converted, ok := status.FromError(err)
	if !ok {
		return fmt.Sprintf("%v is no gRPC status", err)
	}
	got := failure{Code: actual.Number, Status: code.Code(converted.Code()).String()}
	for _, detail := range converted.Details() {
		if request, ok := detail.(*errdetails.BadRequest); ok {
			got.Field = request.GetFieldViolations()[0].GetField()
		}
	}
	if got != *f || actual.Field != f.Field {
		return fmt.Sprintf("expected error %+v, got %+v with field %q", *f, got, actual.Field)
	}
	return ""
}

// Sends and gives bytes as they are: some payloads are malformed on purpose.
type bytesCodec struct{}

func (bytesCodec) Marshal(value interface{}) ([]byte, error) { return *value.(*[]byte), nil }

func (bytesCodec) Unmarshal(data []byte, value interface{}) error {
	*value.(*[]byte) = data
	return nil
}

func (bytesCodec) Name() string { return "bytes" }
