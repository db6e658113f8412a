// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"bufio"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/codes"
)

const (
	bufferSize = 64 << 10
	// Handed to the socket at once; the write timeout counts for each.
	writeSize = 256 << 10
)

// Writes what is queued, all of it in as few turns of the socket as it takes.
func (c *connection) write() {
	writer := bufio.NewWriterSize(&stallingWriter{c.socket, c.place.configuration.writeStallTimeout}, bufferSize)
	var batch []*call
	for {
		select {
		case <-c.wake:
		case <-c.over:
			return
		}
		for {
			batch = c.takeQueue(batch[:0])
			if len(batch) == 0 {
				break
			}
			for i, call := range batch {
				writer.Write(call.head)
				writer.Write(call.payload)
				batch[i] = nil
			}
			// An error sticks to the writer, so this one tells of all.
			if err := writer.Flush(); err != nil {
				c.end(lostError(err))
				return
			}
		}
	}
}

func (c *connection) takeQueue(batch []*call) []*call {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for i, call := range c.queue {
		call.sent = true
		batch = append(batch, call)
		c.queue[i] = nil
	}
	c.queue = c.queue[:0]
	return batch
}

// A writer whose every step must end in time: a peer that reads nothing does not hold the connection for good.
type stallingWriter struct {
	socket  net.Conn
	timeout time.Duration
}

func (w *stallingWriter) Write(bytes []byte) (int, error) {
	written := 0
	for written < len(bytes) {
		end := written + writeSize
		if end > len(bytes) {
			end = len(bytes)
		}
		if err := w.socket.SetWriteDeadline(time.Now().Add(w.timeout)); err != nil {
			return written, err
		}
		n, err := w.socket.Write(bytes[written:end])
		written += n
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// Reads replies until there is an error, and ends the connection with it.
func (c *connection) read() {
	reader := bufio.NewReaderSize(&listeningReader{c.socket, &c.lastHeard}, bufferSize)
	header := make([]byte, headerSize)
	var meta []byte
	for {
		var err *Error
		if meta, err = c.readReply(reader, header, meta); err != nil {
			c.end(err)
			return
		}
	}
}

// Notes when bytes come.
type listeningReader struct {
	socket    net.Conn
	lastHeard *int64
}

func (r *listeningReader) Read(bytes []byte) (int, error) {
	n, err := r.socket.Read(bytes)
	if n > 0 {
		atomic.StoreInt64(r.lastHeard, time.Now().UnixNano())
	}
	return n, err
}

// Reads a reply and gives it to its call. The meta's buffer is used again.
func (c *connection) readReply(reader io.Reader, header, buffer []byte) ([]byte, *Error) {
	if _, err := io.ReadFull(reader, header); err != nil {
		return buffer, lostError(err)
	}
	bodySize, metaSize, err := decodeHeader(header)
	if err != nil {
		return buffer, invalidError(err)
	}
	if int64(cap(buffer)) < metaSize {
		buffer = make([]byte, metaSize)
	}
	buffer = buffer[:metaSize]
	if _, err := io.ReadFull(reader, buffer); err != nil {
		return buffer, lostError(err)
	}
	meta, err := decodeMeta(buffer)
	if err != nil {
		return buffer, invalidError(err)
	}

	// The meta says whose reply it is, so a reply that is too large costs its own call and no other.
	limit := c.replyLimit(meta.GetCorrelationId())
	if bodySize > int64(limit) {
		failure := ownError(
			codes.ResourceExhausted, ErrReplyTooLarge, nil,
			"a reply has %d bytes, more than the %d allowed; raise the limit or ask for less in one call", bodySize, limit,
		)
		if call := c.take(meta.GetCorrelationId()); call != nil {
			c.replied(false)
			call.outcome <- outcome{err: failure}
		}
		return buffer, lostError(failure)
	}
	payload := make([]byte, bodySize-metaSize)
	if _, err := io.ReadFull(reader, payload); err != nil {
		return buffer, lostError(err)
	}
	call := c.take(meta.GetCorrelationId())
	if call == nil {
		return buffer, nil
	}
	result := c.outcome(&reply{meta: meta, payload: payload, peer: c.socket.RemoteAddr()})
	c.replied(result.err != nil && result.err.Number == NumberStopping)
	call.outcome <- result
	return buffer, nil
}

// The largest reply to a call, in bytes; the client's own limit where nobody waits for it.
func (c *connection) replyLimit(id int64) int {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if call := c.pending[id]; call != nil {
		return call.replyBytes
	}
	return c.place.configuration.replyBytes
}

// What a reply says: the answer, or the error that stands in its place.
func (c *connection) outcome(r *reply) outcome {
	attachment := int64(r.meta.GetAttachmentSize())
	if attachment < 0 || attachment > int64(len(r.payload)) {
		return outcome{err: invalidError(errors.New("the attachment is larger than the reply"))}
	}
	r.payload = r.payload[:int64(len(r.payload))-attachment]
	if r.meta.GetCompressType() != 0 {
		return outcome{err: invalidError(errors.New("it is compressed, which was not asked for"))}
	}
	response := r.meta.GetResponse()
	if number := response.GetErrorCode(); number != 0 {
		fields := r.meta.GetUserFields()
		return outcome{
			reply: r,
			err:   daemonError(number, fields["grpc-status"], response.GetErrorText(), fields["field"]),
		}
	}
	return outcome{reply: r}
}

func lostError(cause error) *Error {
	return ownError(codes.Unavailable, ErrConnectionLost, cause, "the connection ended before the answer came")
}

func invalidError(cause error) *Error {
	return ownError(codes.Internal, ErrInvalidReply, cause, "what came back is no reply; the peer may not be grantd")
}
