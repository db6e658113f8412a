// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
)

const (
	maximumTokenBytes = 4096
	// No file of tokens is larger; one that is was named by mistake.
	maximumTokenFileBytes = 1 << 20
)

// A line with the token's owner. A token has no blank inside, so that one with a colon is told from a name.
var namedToken = regexp.MustCompile(
	`^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}[ \t]*` +
		`(?:\[[ \t]*(?:ask|agency|operate)[ \t]*(?:,[ \t]*(?:ask|agency|operate)[ \t]*)*\][ \t]*)?:[ \t]*([!-~]+)$`)

// Reads a file as the daemon's `--token-file` is read, and gives its first token. No error quotes what stands in it.
func readTokenFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("grantd: the token file cannot be read: %w", err)
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, maximumTokenFileBytes+1))
	if err != nil {
		return nil, fmt.Errorf("grantd: the token file cannot be read: %w", err)
	}
	if len(content) > maximumTokenFileBytes {
		return nil, fmt.Errorf("grantd: %s: the token file is over 1 MiB", path)
	}
	token, err := firstToken(content)
	if err != nil {
		return nil, fmt.Errorf("grantd: %s: %w", path, err)
	}
	return token, nil
}

// The first token of a token file's bytes; every line is checked. The token is a copy.
func firstToken(content []byte) ([]byte, error) {
	if bytes.HasPrefix(content, []byte("\xff\xfe")) || bytes.HasPrefix(content, []byte("\xfe\xff")) ||
		bytes.IndexByte(content, 0) >= 0 {
		return nil, errors.New("the token file is UTF-16; save it as UTF-8")
	}
	var first []byte
	lines := bytes.Split(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")), []byte("\n"))
	for i, line := range lines {
		line = bytes.Trim(bytes.TrimSuffix(line, []byte("\r")), " \t")
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		if bytes.ContainsAny(line, " \t") {
			named := namedToken.FindSubmatch(line)
			if named == nil {
				return nil, fmt.Errorf("line %d of the token file: a line is a token, without spaces, or NAME [ROLE,…]: TOKEN", i+1)
			}
			line = named[1]
		}
		if err := checkToken(line); err != nil {
			return nil, fmt.Errorf("line %d of the token file: %w", i+1, err)
		}
		if first == nil {
			first = append(first, line...)
		}
	}
	if first == nil {
		return nil, errors.New("the token file holds no token")
	}
	return first, nil
}

// What is wrong with a token, without its bytes.
func checkToken(token []byte) error {
	if len(token) > maximumTokenBytes {
		return fmt.Errorf("a token has %d bytes at most", maximumTokenBytes)
	}
	for _, b := range token {
		if b < 0x21 || b > 0x7e {
			return errors.New("a token is of visible ASCII characters, without spaces")
		}
	}
	return nil
}
