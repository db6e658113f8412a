// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	grantdv1 "grantd/clients/go/generated/grantd/v1"
)

// The error numbers of the framing, as they stand in Error.Number.
const (
	NumberUnknownService   int32 = 1001
	NumberUnknownMethod    int32 = 1002
	NumberBadRequest       int32 = 1003
	NumberUnauthenticated  int32 = 1004
	NumberDeadlineExceeded int32 = 1008
	NumberInternal         int32 = 2001
	NumberStopping         int32 = 2003
	NumberOverLimit        int32 = 2004
)

// What only the client can see; errors.Is finds these in a call's error.
var (
	// No connection could be made, in every attempt. Code Unavailable.
	ErrConnectionFailed = errors.New("no connection could be made")
	// The connection ended before the answer came, in every attempt: closed, left for its silence, or left because what came was no
	// reply (ErrInvalidReply too). Code Unavailable.
	ErrConnectionLost = errors.New("the connection ended before the answer came")
	// The request is over the client's own limit and was not sent. Code ResourceExhausted.
	ErrRequestTooLarge = errors.New("the request is too large")
	// A reply announced more bytes than the client's limit, or holds more entries. Code ResourceExhausted.
	ErrReplyTooLarge = errors.New("the reply is too large")
	// What came back is not what the protocol says, or lacks what the contract always sets: look what listens there. Code Internal.
	ErrInvalidReply = errors.New("the reply is not valid")
	// The client was closed. Code Canceled.
	ErrClosed = errors.New("the client is closed")
)

// Error says why a call, or one application of a scoring, has no answer.
//
// Its Error method is safe to log: what the daemon says may quote what was sent, so it stands only in Message and in the gRPC
// status, which carries the field as an errdetails.BadRequest.
type Error struct {
	// The gRPC code: what a program branches on.
	Code codes.Code
	// The error number of the framing; 0 for what only the client can see.
	Number int32
	// What went wrong and what would be right, for a person. From the daemon where the daemon refused the call.
	Message string
	// The place in the request, `prior_awards[0].amount_fen` or `facts`. Empty where no place can be named.
	Field string
	// What lies beneath, where there is something: one of this package's errors, an error of the socket or of a decoder.
	Cause error
}

// Error gives the code, the number and the field. What only the client can see is told in full.
func (e *Error) Error() string {
	text := "grantd: " + e.Code.String()
	if e.Number != 0 {
		text += " (" + strconv.Itoa(int(e.Number)) + ")"
	}
	if e.Field != "" {
		text += " at " + e.Field
	}
	if e.Number == 0 {
		text += ": " + e.Message
	}
	return text
}

// GRPCStatus gives the error as a gRPC status, with the field as an errdetails.BadRequest among its details.
func (e *Error) GRPCStatus() *status.Status {
	plain := status.New(e.Code, e.Message)
	if e.Field == "" {
		return plain
	}
	detailed, err := plain.WithDetails(&errdetails.BadRequest{
		FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: e.Field, Description: e.Message}},
	})
	if err != nil {
		return plain
	}
	return detailed
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is tells whether the error is target in another form: a deadline or a cancellation is also the context's.
func (e *Error) Is(target error) bool {
	switch target {
	case context.DeadlineExceeded:
		return e.Code == codes.DeadlineExceeded
	case context.Canceled:
		return e.Code == codes.Canceled && e.ofContext()
	}
	return false
}

// Whether the call's own context ended it.
func (e *Error) ofContext() bool {
	ended := e.Code == codes.DeadlineExceeded || e.Code == codes.Canceled
	return ended && e.Number == 0 && !errors.Is(e.Cause, ErrClosed)
}

// Field gives the place in the request that err complains of; empty where it names none.
func Field(err error) string {
	var failure *Error
	if errors.As(err, &failure) {
		return failure.Field
	}
	return ""
}

// Whether another connection may still answer the call. Every call may be repeated: see withKeys.
func (e *Error) retryable() bool { return e.mayWait() || errors.Is(e.Cause, ErrConnectionLost) }

// Whether the call never reached a daemon that would answer it, so that trying again costs nobody anything.
func (e *Error) mayWait() bool {
	return e.Number == NumberStopping || errors.Is(e.Cause, ErrConnectionFailed)
}

// An error of the client's own side: kind is one of this package's errors, cause what lies beneath.
func ownError(code codes.Code, kind, cause error, format string, arguments ...interface{}) *Error {
	failure := &Error{Code: code, Message: fmt.Sprintf(format, arguments...), Cause: kind}
	if cause != nil {
		failure.Message += ": " + cause.Error()
		failure.Cause = &kindOfError{kind: kind, cause: cause}
	}
	return failure
}

// An error of this package over the error that led to it: errors.Is finds both.
type kindOfError struct{ kind, cause error }

func (e *kindOfError) Error() string        { return e.kind.Error() + ": " + e.cause.Error() }
func (e *kindOfError) Is(target error) bool { return e.kind == target }
func (e *kindOfError) Unwrap() error        { return e.cause }

func closedError() *Error {
	return ownError(codes.Canceled, ErrClosed, nil, "the client is closed; make a new one")
}

// The error for a context that is done. last is what the attempt before failed with, or nil.
func contextError(err error, last *Error) *Error {
	failure := &Error{Code: codes.Canceled, Message: "the call's context was cancelled"}
	if errors.Is(err, context.DeadlineExceeded) {
		failure = &Error{
			Code:    codes.DeadlineExceeded,
			Message: "no answer came in time; allow more time, or ask for less in one call",
		}
	}
	if last != nil {
		failure.Message += "; the attempt before: " + last.Error()
		failure.Cause = last
	}
	return failure
}

// The error of a reply, or of an application in a batch. name is the gRPC status by its name, which goes before the number's: a
// number may stand for several.
func daemonError(number int32, name, message, field string) *Error {
	var code codes.Code
	if code.UnmarshalJSON([]byte(strconv.Quote(name))) != nil || code == codes.OK {
		var known bool
		if code, known = codeOfNumber[number]; !known {
			code = codes.Unknown
		}
	}
	return &Error{Code: code, Number: number, Message: message, Field: field}
}

func applicationError(e *grantdv1.Error) *Error {
	return daemonError(e.GetCode(), e.GetStatus(), e.GetMessage(), e.GetField())
}

var codeOfNumber = map[int32]codes.Code{
	NumberUnknownService:   codes.Unimplemented,
	NumberUnknownMethod:    codes.Unimplemented,
	NumberBadRequest:       codes.InvalidArgument,
	NumberUnauthenticated:  codes.Unauthenticated,
	NumberDeadlineExceeded: codes.DeadlineExceeded,
	NumberInternal:         codes.Internal,
	NumberStopping:         codes.Unavailable,
	NumberOverLimit:        codes.ResourceExhausted,
}
