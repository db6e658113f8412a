// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
)

// What the environment says of TLS.
func tlsOfEnvironment() (*tls.Config, error) {
	config := &tls.Config{ServerName: os.Getenv("GRANTD_TLS_SERVER_NAME")}
	if path := os.Getenv("GRANTD_TLS_CA"); path != "" {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("%s holds no certificate", path)
		}
	}
	if path := os.Getenv("GRANTD_TLS_CERT"); path != "" {
		certificate, err := tls.LoadX509KeyPair(path, os.Getenv("GRANTD_TLS_KEY"))
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{certificate}
	}
	return config, nil
}
