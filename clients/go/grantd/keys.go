// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"crypto/rand"
	"encoding/hex"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Awards and settlements that bring no key are given one: what is sent again after a loss must be known again.
const (
	keyName     protoreflect.Name = "idempotency_key"
	entriesName protoreflect.Name = "entries"
)

// The arguments with a key wherever one may stand; as they are where they are no message, or need none. What the caller gave stays
// as it is.
func withKeys(service, method string, arguments interface{}) (interface{}, *Error) {
	if service != "grantd.v1.Awards" && service != "Awards" {
		return arguments, nil
	}
	given, failure := asMessage(arguments)
	if failure != nil {
		return arguments, nil
	}
	switch method {
	case "Award", "Settle":
		if !lacksKey(given.ProtoReflect()) {
			return arguments, nil
		}
		keyed := proto.Clone(given)
		return keyed, giveKey(keyed.ProtoReflect())
	case "AwardBatch":
		entries := given.ProtoReflect().Descriptor().Fields().ByName(entriesName)
		if entries == nil || !entries.IsList() || entries.Message() == nil {
			return arguments, nil
		}
		keyed := proto.Clone(given)
		list := keyed.ProtoReflect().Get(entries).List()
		for i := 0; i < list.Len(); i++ {
			if entry := list.Get(i).Message(); lacksKey(entry) {
				if err := giveKey(entry); err != nil {
					return nil, err
				}
			}
		}
		return keyed, nil
	}
	return arguments, nil
}

func lacksKey(message protoreflect.Message) bool {
	field := message.Descriptor().Fields().ByName(keyName)
	return field != nil && !message.Has(field)
}

// 128 random bits in hexadecimal.
func giveKey(message protoreflect.Message) *Error {
	var bits [16]byte
	if _, failure := rand.Read(bits[:]); failure != nil {
		return ownError(codes.Internal, nil, failure, "no random bits for an idempotency key")
	}
	message.Set(message.Descriptor().Fields().ByName(keyName), protoreflect.ValueOfString(hex.EncodeToString(bits[:])))
	return nil
}
