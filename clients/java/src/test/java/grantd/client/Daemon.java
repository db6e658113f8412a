// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A running daemon, of {@code GRANTD_BIN/grantd}. */
final class Daemon implements Closeable {
    private static final Path PROGRAM =
            Path.of(System.getenv().getOrDefault("GRANTD_BIN", ".build/debug")).resolve("grantd");

    final GrantdAddress address;
    private final Process process;

    /** Skips the test where there is no program to run. */
    static void assumeThereIsOne() {
        assumeTrue(Files.isExecutable(PROGRAM), "no " + PROGRAM);
    }

    Daemon(int port, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(PROGRAM.toString(), "serve", "--port", Integer.toString(port)));
        command.addAll(List.of(options));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        BufferedReader output = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = output.readLine();
        if (line == null) {
            throw new IOException("the daemon did not start on port " + port);
        }
        address = GrantdAddress.parse(line.substring("listening on ".length()));
    }

    /** Ends it: SIGTERM where it may answer what is in flight, SIGKILL where not. */
    void stop(boolean isGraceful) {
        if (isGraceful) {
            process.destroy();
        } else {
            process.destroyForcibly();
        }
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException error) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop(false);
    }
}
