// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"fmt"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/runtime/protoiface"
	"google.golang.org/protobuf/runtime/protoimpl"
)

// What the options of one call ask for.
type callSettings struct {
	codec        encoding.Codec
	requestBytes int
	replyBytes   int
	// How often the call is tried in all.
	attempts     int
	waitForReady bool
	// Told where the call went and what came beside its answer.
	headers  []*metadata.MD
	trailers []*metadata.MD
	peers    []grpc.PeerCallOption
}

// Reads the stock options. Those that would change what is sent in a way that the framing has no place for are refused; those
// that only concern HTTP/2 are of no effect.
func (s *callSettings) apply(options []grpc.CallOption) *Error {
	for _, option := range options {
		switch option := option.(type) {
		case grpc.MaxRecvMsgSizeCallOption:
			s.replyBytes = option.MaxRecvMsgSize
		case grpc.MaxSendMsgSizeCallOption:
			s.requestBytes = option.MaxSendMsgSize
		case grpc.FailFastCallOption:
			s.waitForReady = !option.FailFast
		case grpc.ForceCodecCallOption:
			s.codec = option.Codec
		case grpc.HeaderCallOption:
			s.headers = append(s.headers, option.HeaderAddr)
		case grpc.TrailerCallOption:
			s.trailers = append(s.trailers, option.TrailerAddr)
		case grpc.PeerCallOption:
			s.peers = append(s.peers, option)
		case grpc.ContentSubtypeCallOption:
			if option.ContentSubtype != "" && option.ContentSubtype != "proto" {
				return refusedOption("content subtype " + option.ContentSubtype)
			}
		case grpc.CompressorCallOption:
			if option.CompressorType != "" && option.CompressorType != encoding.Identity {
				return refusedOption("compression by " + option.CompressorType)
			}
		case grpc.PerRPCCredsCallOption:
			return refusedOption("credentials of one call; give the client a token")
		}
	}
	return nil
}

// Fills what the caller wants to know of a call that has been answered.
func (s *callSettings) report(r *reply) {
	for _, header := range s.headers {
		*header = metadata.MD{}
	}
	for _, trailer := range s.trailers {
		*trailer = metadata.New(r.meta.GetUserFields())
	}
	for _, peer := range s.peers {
		peer.PeerAddr.Addr = r.peer
	}
}

func refusedOption(what string) *Error {
	return &Error{Code: codes.Unimplemented, Message: "baidu_std has no place for this call option: " + what}
}

// The stock encoding, unless grpc.ForceCodec names another one.
type protobufCodec struct{}

func (protobufCodec) Marshal(value interface{}) ([]byte, error) {
	message, err := asMessage(value)
	if err != nil {
		return nil, err
	}
	return proto.Marshal(message)
}

func (protobufCodec) Unmarshal(data []byte, value interface{}) error {
	message, err := asMessage(value)
	if err != nil {
		return err
	}
	return proto.Unmarshal(data, message)
}

// A message of the present interface, or of the one before it, which older generated code has: grpc-go's own health messages.
func asMessage(value interface{}) (proto.Message, error) {
	switch message := value.(type) {
	case proto.Message:
		return message, nil
	case protoiface.MessageV1:
		return protoimpl.X.ProtoMessageV2Of(message), nil
	}
	return nil, fmt.Errorf("%T is no protobuf message", value)
}

func (protobufCodec) Name() string { return "proto" }
