// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

// Package grantd connects Go programs to a grantd daemon.
//
// A Client is a grpc.ClientConnInterface, so the stubs that protoc-gen-go-grpc makes run over it unchanged; what goes over
// the wire is not HTTP/2 but baidu_std, the framing of Apache brpc.
//
//	client, err := grantd.New("127.0.0.1:7843")
//	…
//	defer client.Close()
//	calculator := grantdv1.NewCalculatorClient(client)
//	assessment, err := calculator.Evaluate(ctx, &grantdv1.EvaluateRequest{Application: application})
//
// A client holds a few connections to one daemon. Each is made when it is first needed, carries many calls at once, and is made
// again when it is lost or owes an answer and falls silent. A call that the daemon could not answer because it was stopping (2003) or
// because the connection was lost is made again by itself, within its deadline: it only reads, or puts what is the same the second
// time, or has a key by which the daemon knows it again.
//
// Whatever a call fails with is an *Error; status.FromError and errors.As both understand it.
package grantd
