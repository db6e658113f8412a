// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"time"

	"google.golang.org/grpc/codes"
)

const (
	bufferSize = 64 << 10
)

// Writes what is queued, all of it in as few turns of the socket as it takes.
func (c *connection) write() {
	writer := bufio.NewWriterSize(&stallingWriter{c.socket, c.place.configuration.silenceTimeout}, bufferSize)
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
			begun := 0
			for i, call := range batch {
				writer.Write(call.head)
				writer.Write(call.payload)
				if len(call.payload) < bufferSize && i+1 < len(batch) {
					continue
				}
				// An error sticks to the writer, so this one tells of all.
				if err := writer.Flush(); err != nil {
					c.end(lostError(err))
					return
				}
				c.handedOver(batch[begun : i+1])
				begun = i + 1
			}
			for i := range batch {
				batch[i] = nil
			}
		}
	}
}

func (c *connection) takeQueue(batch []*call) []*call {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for i, call := range c.queue {
		call.sent = true
		c.underWay[call.id] = struct{}{}
		batch = append(batch, call)
		c.queue[i] = nil
	}
	c.owed += len(c.queue)
	c.queue = c.queue[:0]
	return batch
}

// A writer of which every step must take some bytes in time: a peer that reads nothing does not hold the connection for good.
type stallingWriter struct {
	socket net.Conn
	// None where it is 0.
	timeout time.Duration
}

func (w *stallingWriter) Write(bytes []byte) (int, error) {
	written := 0
	for written < len(bytes) {
		if w.timeout > 0 {
			if err := w.socket.SetWriteDeadline(time.Now().Add(w.timeout)); err != nil {
				return written, err
			}
		}
		n, err := w.socket.Write(bytes[written:])
		written += n
		if err != nil && !(n > 0 && errors.Is(err, os.ErrDeadlineExceeded)) {
			return written, err
		}
	}
	return written, nil
}

// Reads replies until there is an error, and ends the connection with it.
func (c *connection) read() {
	reader := bufio.NewReaderSize(c.socket, bufferSize)
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

// Reads a reply and gives it to its call. The meta's buffer is used again.
func (c *connection) readReply(reader io.Reader, header, buffer []byte) ([]byte, *Error) {
	if _, err := io.ReadFull(reader, header); err != nil {
		return buffer, lostError(err)
	}
	bodySize, metaSize, err := decodeHeader(header)
	if err != nil {
		return buffer, lostError(noReplyError(err))
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
		return buffer, lostError(noReplyError(err))
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
	if err := c.readPayload(reader, payload, headerSize+metaSize, c.owes(meta.GetCorrelationId())); err != nil {
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

// Reads a payload in full. before: the bytes of the reply that have come already; isOwed: it makes progress.
func (c *connection) readPayload(reader io.Reader, payload []byte, before int64, isOwed bool) error {
	uncounted := before
	for read := 0; ; {
		if isOwed && uncounted >= progressBytes && read < len(payload) {
			c.progressed()
			uncounted = 0
		}
		if read == len(payload) {
			return nil
		}
		n, err := reader.Read(payload[read:])
		read += n
		uncounted += int64(n)
		if err != nil && read < len(payload) {
			return err
		}
	}
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
	response := r.meta.GetResponse()
	if response == nil {
		return outcome{err: invalidError(errors.New("its meta holds no response"))}
	}
	attachment := int64(r.meta.GetAttachmentSize())
	if attachment < 0 || attachment > int64(len(r.payload)) {
		return outcome{err: invalidError(errors.New("the attachment is larger than the reply"))}
	}
	r.payload = r.payload[:int64(len(r.payload))-attachment]
	if r.meta.GetCompressType() != 0 {
		return outcome{err: invalidError(errors.New("it is compressed, which was not asked for"))}
	}
	if r.meta.GetContentType() != 0 {
		return outcome{err: invalidError(errors.New("it is not encoded as protobuf"))}
	}
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

// What came is no reply at all, so that nothing on the connection can be trusted any more.
func noReplyError(cause error) error { return &kindOfError{kind: ErrInvalidReply, cause: cause} }

// What came is a reply, but not a whole one: its own call fails.
func invalidError(cause error) *Error {
	return ownError(codes.Internal, ErrInvalidReply, cause, "what came back is no valid reply; the peer may not be grantd")
}
