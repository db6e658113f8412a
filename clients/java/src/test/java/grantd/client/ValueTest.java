// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import grantd.v1.Error;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:80,127.0.0.1,80",
        "grants.example,grants.example,7843",
        "[::1]:9,::1,9",
        "[::1],::1,7843",
        "::1,::1,7843",
    })
    void readsAddresses(String text, String host, int port) {
        assertEquals(new GrantdAddress(host, port), GrantdAddress.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":80", "host:", "host:0", "host:65536", "host:x"})
    void refusesAddresses(String text) {
        assertThrows(IllegalArgumentException.class, () -> GrantdAddress.parse(text));
    }

    @Test
    void addressesReadBack() {
        assertEquals("[::1]:9", new GrantdAddress("::1", 9).toString());
        assertEquals("127.0.0.1:7843", GrantdAddress.STANDARD.toString());
    }

    @Test
    void pausesDoubleUpToTheLongestAndStartAgain() {
        Backoff backoff = new Backoff(GrantdConfiguration.builder()
                .backoff(Duration.ofMillis(50), Duration.ofMillis(300)).jitterPercent(50).build());
        assertEquals(50_000_000, backoff.failed(0));
        assertEquals(75_000_000, backoff.failed(0.5));
        assertEquals(200_000_000, backoff.failed(0));
        assertEquals(300_000_000, backoff.failed(0));
        for (int more = 0; more < 200; more++) {
            assertEquals(150_000_000, backoff.failed(1));
        }
        backoff.succeeded();
        assertEquals(50_000_000, backoff.failed(0));
    }

    @Test
    void aPauseOfADayDoesNotOverflow() {
        Backoff backoff = new Backoff(GrantdConfiguration.builder()
                .backoff(Duration.ofDays(1), Duration.ofDays(400)).jitterPercent(100).build());
        assertEquals(Duration.ofDays(1).toNanos(), backoff.failed(0));
        assertEquals(0, backoff.failed(1));
    }

    @Test
    void whatIsLoggedHoldsNothingOfTheRequest() {
        GrantdException error = new GrantdException(1003, "INVALID_ARGUMENT", "'secret' is no date", "as_of");
        assertEquals("grantd.client.GrantdException: INVALID_REQUEST (1003) at as_of", error.toString());
        assertEquals("'secret' is no date", error.getMessage());
        assertFalse(new UncheckedGrantdException(error).toString().contains("secret"));
        assertFalse(error.rethrown().toString().contains("secret"));
    }

    @Test
    void errorNumbersHaveTheirCodes() {
        for (GrantdCode code : GrantdCode.values()) {
            assertEquals(code.number() == 0 ? GrantdCode.OTHER : code, GrantdCode.of(code.number()));
        }
        GrantdException other = new GrantdException(112, "", "host down", "");
        assertEquals(GrantdCode.OTHER, other.code());
        assertEquals(112, other.number());
        assertEquals("UNKNOWN", other.status());
    }

    @Test
    void aScoreGivesItsAssessmentOrThrows() {
        Error error = Error.newBuilder().setCode(1003).setStatus("INVALID_ARGUMENT").setField("as_of").build();
        GrantdException thrown = assertThrows(GrantdException.class, () -> new Score(3, null, error).orThrow());
        assertEquals("as_of", thrown.field());
        assertEquals(GrantdCode.INVALID_REQUEST, thrown.code());
        assertTrue(new Score(0, Samples.assessment(Samples.application(1)), null).isAssessed());
    }

    @Test
    void theVersionIsThatOfThePackage() throws IOException {
        // Maven runs tests in the client's folder, test.sh at the top of the repository.
        Path pom = Files.exists(Path.of("pom.xml")) ? Path.of("pom.xml") : Path.of("clients/java/pom.xml");
        assertTrue(Files.readString(pom).contains(
                "<artifactId>grantd-client</artifactId>\n  <version>" + Version.CURRENT + "</version>"));
    }

    @Test
    void configurationRefusesWhatCannotBe() {
        GrantdConfiguration.Builder builder = GrantdConfiguration.builder();
        assertThrows(IllegalArgumentException.class, () -> builder.attempts(0));
        assertThrows(IllegalArgumentException.class, () -> builder.connections(0));
        assertThrows(IllegalArgumentException.class, () -> builder.deadline(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> builder.silenceTimeout(Duration.ofMillis(-1)));
        assertThrows(IllegalArgumentException.class, () -> builder.jitterPercent(101));
        assertThrows(IllegalArgumentException.class, () -> builder.backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)));
        assertThrows(IllegalArgumentException.class, () -> ScoreOptions.DEFAULTS.withBatches(4_097, 1));
        assertThrows(IllegalArgumentException.class, () -> ScoreOptions.DEFAULTS.explained().withBatches(257, 1));
        assertThrows(IllegalArgumentException.class, () -> ScoreOptions.DEFAULTS.withBatches(1, 0));
    }
}
