// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenFileTest {
    private static String first(String text) {
        return TokenFile.first(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String complaint(byte[] bytes) {
        return assertThrows(IllegalArgumentException.class, () -> TokenFile.first(bytes)).getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "geheim", "geheim\n", "geheim\r\n", " \tgeheim\t \r\n",
        "\n\r\n \t\r\ngeheim\n", "# a comment\n  # another\ngeheim\nsecond\n",
        "\uFEFFgeheim\n", "\uFEFF# a comment\r\ngeheim\r\nsecond",
        "desk-1 [agency, ask]: geheim\nsecond\n", "ops@city\t[operate] :\tgeheim\t\r\n", "desk: geheim",
    })
    void takesTheFirstToken(String text) {
        assertEquals("geheim", first(text));
    }

    @Test
    void aTokenMayHoldAllVisibleCharacters() {
        StringBuilder all = new StringBuilder("x");
        for (char character = 0x21; character <= 0x7E; character++) {
            all.append(character);
        }
        assertEquals(all.toString(), first(all + "\n"));
        assertEquals("a".repeat(4_096), first("a".repeat(4_096)));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "two words", "no\u00A0break", "tab\there", "vertical\u000Btab", "line\u2028separator", "no\rreturn",
        "a [king]: x", "a []: x", "a [ask] x", "-a [ask]: x", "a [ask]: x y",
        "\u00A0x", "x\u2028", "gehéim", "x\u007F", "x\u0001", "mark\uFEFF", "\u3000x",
    })
    void refusesWhatIsNoTokenAndNamesItsLineOnly(String line) {
        String complaint = complaint(("# comment\nfirst\r\n" + line + "\nlast\n").getBytes(StandardCharsets.UTF_8));
        assertTrue(complaint.startsWith("line 3 of the token file: "), complaint);
        assertFalse(complaint.contains(line), complaint);
    }

    @Test
    void refusesATokenThatIsTooLong() {
        assertEquals("line 1 of the token file: a token has at most 4096 bytes, this one has 4097",
                complaint("a".repeat(4_097).getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void refusesUtf16() {
        String expected = "the token file is UTF-16; save it as UTF-8";
        assertEquals(expected, complaint("\uFEFFgeheim\n".getBytes(StandardCharsets.UTF_16LE)));
        assertEquals(expected, complaint("\uFEFFgeheim\n".getBytes(StandardCharsets.UTF_16BE)));
        assertEquals(expected, complaint("geheim\n".getBytes(StandardCharsets.UTF_16LE)));
        assertEquals(expected, complaint(new byte[] {(byte) 0xFF, (byte) 0xFE}));
        assertEquals(expected, complaint(new byte[] {'a', '\n', 0}));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "# only this\r\n", "\uFEFF", " \t "})
    void refusesAFileWithoutAToken(String text) {
        assertEquals("the token file holds no token: put one on a line of its own",
                complaint(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void theConfigurationReadsFilesAndChecksBareTokens(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("tokens"), "\uFEFF# ours\r\ngeheim\r\n");
        assertEquals("geheim", GrantdConfiguration.builder().tokenFile(file).build().token);
        GrantdConfiguration.Builder builder = GrantdConfiguration.builder();
        assertThrows(IOException.class, () -> builder.tokenFile(folder.resolve("none")));
        Path large = Files.writeString(folder.resolve("large"), "#\n".repeat(600_000));
        assertThrows(IllegalArgumentException.class, () -> builder.tokenFile(large));
        for (String token : new String[] {"two words", "geheim\n", "\uFEFFgeheim", "gehéim", "a".repeat(4_097)}) {
            String complaint = assertThrows(IllegalArgumentException.class, () -> builder.token(token)).getMessage();
            assertFalse(complaint.contains(token), complaint);
        }
        assertEquals("", builder.token("").build().token);
    }
}
