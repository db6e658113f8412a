// SPDX-License-Identifier: Apache-2.0
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors

package grantd

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTokenFiles(t *testing.T) {
	longest := strings.Repeat("t", maximumTokenBytes)
	for name, test := range map[string]struct{ content, token, err string }{
		"one line":                 {"secret\n", "secret", ""},
		"no end of line":           {"secret", "secret", ""},
		"Windows":                  {"\xef\xbb\xbf# made by hand\r\n\r\n secret\t\r\nother\r\n", "secret", ""},
		"the first of two":         {"first\nsecond\n", "first", ""},
		"a comment after spaces":   {"  # none\nsecret", "secret", ""},
		"a # inside":               {"se#cret", "se#cret", ""},
		"the longest":              {longest, longest, ""},
		"a name and its roles":     {"desk-1 [agency, ask]: secret\nother\n", "secret", ""},
		"a name alone":             {"ops@city\t:\tsecret\t\n", "secret", ""},
		"a token with a colon":     {"user:secret\n", "user:secret", ""},
		"no such role":             {"ok\na [king]: secret\n", "", "line 2 of the token file"},
		"no role":                  {"a []: secret\n", "", "line 1 of the token file"},
		"a long name":              {strings.Repeat("a", 65) + ": secret\n", "", "line 1 of the token file"},
		"a name without a colon":   {"a [ask] secret\n", "", "line 1 of the token file"},
		"longer":                   {longest + "t", "", "line 1 of the token file"},
		"nothing":                  {"", "", "holds no token"},
		"a BOM alone":              {"\xef\xbb\xbf", "", "holds no token"},
		"comments":                 {"# one\n\n#two", "", "holds no token"},
		"UTF-16, little-endian":    {"\xff\xfes\x00e\x00", "", "is UTF-16; save it as UTF-8"},
		"UTF-16, big-endian":       {"\xfe\xff\x00s\x00e", "", "is UTF-16; save it as UTF-8"},
		"UTF-16 without its mark":  {"s\x00e\x00", "", "is UTF-16; save it as UTF-8"},
		"a space inside":           {"# one\nse cret\n", "", "line 2 of the token file"},
		"a no-break space":         {"secret\u00a0\n", "", "line 1 of the token file"},
		"a vertical tab":           {"\vsecret\n", "", "line 1 of the token file"},
		"a line separator":         {"secret\u2028secret\n", "", "line 1 of the token file"},
		"a CR inside":              {"secret\rsecret\n", "", "line 1 of the token file"},
		"DEL":                      {"secret\x7f\n", "", "line 1 of the token file"},
		"a second BOM":             {"\xef\xbb\xbf\xef\xbb\xbfsecret\n", "", "line 1 of the token file"},
		"a bad line after a token": {"secret\nsecr\u00e9t\n", "", "line 2 of the token file"},
		"over 1 MiB":               {strings.Repeat("secret\n", 1<<18), "", "over 1 MiB"},
	} {
		path := filepath.Join(t.TempDir(), "tokens")
		if err := os.WriteFile(path, []byte(test.content), 0o600); err != nil {
			t.Fatal(err)
		}
		client, err := New("127.0.0.1:1", WithTokenFile(path))
		if test.err == "" {
			if err != nil {
				t.Errorf("%s: got %v", name, err)
			} else if got := string(client.configuration.token); got != test.token {
				t.Errorf("%s: got %q", name, got)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), test.err) || strings.Contains(err.Error(), "secr") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := New("127.0.0.1:1", WithTokenFile(filepath.Join(t.TempDir(), "none"))); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: got %v", err)
	}
}

func TestBareTokensAreCheckedTheSame(t *testing.T) {
	for _, token := range []string{"a b", "token\n", "\ufefftoken", "tok\u00a0en", strings.Repeat("t", maximumTokenBytes+1)} {
		if _, err := New("127.0.0.1:1", WithToken(token)); err == nil || strings.Contains(err.Error(), "tok\u00a0en") {
			t.Errorf("%.10q: got %v", token, err)
		}
	}
	if _, err := New("127.0.0.1:1", WithToken("")); err != nil {
		t.Errorf("none: got %v", err)
	}
}
