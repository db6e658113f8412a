// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"encoding/binary"
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"

	"grantd/clients/go/generated/brpc"
)

// A frame is `PRPC`, the sizes of its body and of the meta in it (uint32, big-endian), the meta, and the payload.
const (
	magic      = "PRPC"
	headerSize = 12
	// A reply's meta holds an error's text at most.
	maximumMetaBytes = 1 << 20
)

// The head of a request's frame, header and meta; the payload follows it.
func encodeHead(meta *brpc.RpcMeta, payloadSize int) ([]byte, error) {
	head := make([]byte, headerSize, headerSize+128)
	head, err := proto.MarshalOptions{}.MarshalAppend(head, meta)
	if err != nil {
		return nil, err
	}
	metaSize := len(head) - headerSize
	copy(head, magic)
	binary.BigEndian.PutUint32(head[4:], uint32(metaSize+payloadSize))
	binary.BigEndian.PutUint32(head[8:], uint32(metaSize))
	return head, nil
}

// The sizes in a frame's header; an error where it is none.
func decodeHeader(header []byte) (bodySize, metaSize int64, err error) {
	if string(header[:4]) != magic {
		return 0, 0, errors.New("the bytes are no baidu_std frame")
	}
	bodySize = int64(binary.BigEndian.Uint32(header[4:]))
	metaSize = int64(binary.BigEndian.Uint32(header[8:]))
	if metaSize > bodySize {
		return 0, 0, fmt.Errorf("a frame's meta (%d bytes) is larger than its body (%d bytes)", metaSize, bodySize)
	}
	if metaSize > maximumMetaBytes {
		return 0, 0, fmt.Errorf("a frame's meta has %d bytes, more than %d", metaSize, maximumMetaBytes)
	}
	return bodySize, metaSize, nil
}

// The meta of a reply; an error where it is none.
func decodeMeta(bytes []byte) (*brpc.RpcMeta, error) {
	meta := new(brpc.RpcMeta)
	if err := proto.Unmarshal(bytes, meta); err != nil {
		return nil, fmt.Errorf("a frame's meta does not decode: %w", err)
	}
	return meta, nil
}
