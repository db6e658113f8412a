// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of tokens, one a line or {@code NAME [ROLE,…]: TOKEN}, read as the daemon reads its own: a byte order mark of UTF-8 is skipped, blanks at the ends of
 * a line are trimmed, empty lines and lines that begin with {@code #} are left out. What is wrong is told without a token.
 */
final class TokenFile {
    private static final int MAXIMUM_FILE_BYTES = 1024 * 1024;
    private static final int MAXIMUM_TOKEN_BYTES = 4_096;

    private static final String ROLE = "[ \t]*(?:ask|agency|operate)[ \t]*";
    /** A token has no blank inside, so that one with a colon is told from a name. */
    private static final Pattern NAMED = Pattern.compile(
            "[A-Za-z0-9][A-Za-z0-9._@-]{0,63}[ \t]*(?:\\[" + ROLE + "(?:," + ROLE + ")*\\][ \t]*)?:[ \t]*([!-~]+)");

    private TokenFile() {}

    /** The file's first token; an IllegalArgumentException where there is none, or where any line is wrong. */
    static String read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAXIMUM_FILE_BYTES + 1);
        }
        if (bytes.length > MAXIMUM_FILE_BYTES) {
            throw new IllegalArgumentException("the token file is larger than " + MAXIMUM_FILE_BYTES + " bytes");
        }
        return first(bytes);
    }

    /** The first token of a file's bytes. */
    static String first(byte[] bytes) {
        if (beginsWith(bytes, 0xFF, 0xFE) || beginsWith(bytes, 0xFE, 0xFF) || indexOf(bytes, '\0', 0) < bytes.length) {
            throw new IllegalArgumentException("the token file is UTF-16; save it as UTF-8");
        }
        String found = null;
        int number = 0;
        int end;
        for (int start = beginsWith(bytes, 0xEF, 0xBB, 0xBF) ? 3 : 0; start <= bytes.length; start = end + 1) {
            number++;
            end = indexOf(bytes, '\n', start);
            // A character a byte: what is no ASCII stays something that no token may hold.
            String line = trim(new String(bytes, start, end - start, StandardCharsets.ISO_8859_1));
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (line.indexOf(' ') >= 0 || line.indexOf('\t') >= 0) {
                Matcher named = NAMED.matcher(line);
                if (!named.matches()) {
                    throw new IllegalArgumentException("line " + number + " of the token file: a line is a token of visible"
                            + " ASCII characters, with neither spaces nor anything else in it, or NAME [ROLE,…]: TOKEN");
                }
                line = named.group(1);
            }
            check(line, "line " + number + " of the token file");
            if (found == null) {
                found = line;
            }
        }
        if (found == null) {
            throw new IllegalArgumentException("the token file holds no token: put one on a line of its own");
        }
        return found;
    }

    /** An IllegalArgumentException, which names the place, where that is no token. */
    static void check(String token, String place) {
        for (int index = 0; index < token.length(); index++) {
            if (token.charAt(index) < 0x21 || token.charAt(index) > 0x7E) {
                throw new IllegalArgumentException(
                        place + ": a token is of visible ASCII characters, with neither spaces nor anything else in it");
            }
        }
        if (token.length() > MAXIMUM_TOKEN_BYTES) {
            throw new IllegalArgumentException(place + ": a token has at most " + MAXIMUM_TOKEN_BYTES
                    + " bytes, this one has " + token.length());
        }
    }

    private static String trim(String line) {
        int start = 0;
        int end = line.length();
        while (start < end && isBlank(line.charAt(start))) {
            start++;
        }
        while (start < end && isBlank(line.charAt(end - 1))) {
            end--;
        }
        return line.substring(start, end);
    }

    private static boolean isBlank(char character) {
        return character == ' ' || character == '\t' || character == '\r';
    }

    private static boolean beginsWith(byte[] bytes, int... prefix) {
        for (int index = 0; index < prefix.length; index++) {
            if (index >= bytes.length || (bytes[index] & 0xFF) != prefix[index]) {
                return false;
            }
        }
        return true;
    }

    /** Where the byte stands next; the end where it does not. */
    private static int indexOf(byte[] bytes, char character, int from) {
        int index = from;
        while (index < bytes.length && bytes[index] != character) {
            index++;
        }
        return index;
    }
}
