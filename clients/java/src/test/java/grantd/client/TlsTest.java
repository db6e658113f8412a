// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import static grantd.client.Calls.failure;
import static grantd.client.Calls.quick;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.CertPathValidatorException;
import java.security.cert.Certificate;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS, against servers with certificates of keytool that have signed themselves. */
@Timeout(60)
class TlsTest {
    private static final String NAME = "grants.test";
    private static final char[] PASSWORD = "changeit".toCharArray();
    /** More than sockets and buffers take at once. */
    private static final int LARGE_BYTES = 6_000_000;

    @TempDir
    static Path folder;
    private static Identity good;

    /** A certificate and its key: in a store, and as PEM files. */
    private record Identity(KeyStore store, Path certificate, Path key) {
        static Identity make(String name) throws Exception {
            Path file = folder.resolve(name + ".p12");
            String[] command = {Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
                "-keystore", file.toString(), "-storepass", new String(PASSWORD), "-alias", name, "-keyalg", "EC",
                "-dname", "CN=" + NAME, "-ext", "san=dns:" + NAME};
            Process process = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            assertTrue(process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0, "keytool");
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                store.load(in, PASSWORD);
            }
            Certificate certificate = store.getCertificate(name);
            Key key = store.getKey(name, PASSWORD);
            return new Identity(store, pem(name + ".pem", "CERTIFICATE", certificate.getEncoded()),
                    pem(name + ".key", "PRIVATE KEY", key.getEncoded()));
        }

        private static Path pem(String name, String label, byte[] bytes) throws IOException {
            String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
            return Files.writeString(folder.resolve(name),
                    "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n");
        }

        FakeServer serve(boolean asks) throws IOException, GeneralSecurityException {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD);
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("client", store.getCertificate(store.aliases().nextElement()));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            SSLServerSocket listener = (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
            listener.setNeedClientAuth(asks);
            return new FakeServer(listener, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), TlsTest::behave);
        }
    }

    private static void behave(FakeServer.Request request) throws IOException {
        if (request.meta().getRequest().getMethodName().equals("Echo")) {
            request.answer(request.meta().getCorrelationId(), request.payload());
        } else {
            Samples.answer(request);
        }
    }

    @BeforeAll
    static void makeCertificates() throws Exception {
        good = Identity.make("good");
    }

    private static GrantdConfiguration.Builder trusting() throws IOException {
        return quick().attempts(1).tls(GrantdTls.context(good.certificate())).tlsServerName(NAME);
    }

    private static void fails(FakeServer server, GrantdConfiguration.Builder configuration, String says) {
        try (GrantdClient client = server.client(configuration)) {
            GrantdException error = failure(client);
            assertTrue(error.getMessage().contains(says), error.getMessage());
        }
    }

    @Test
    void callsGoOverTls() throws Exception {
        try (FakeServer server = good.serve(false);
                GrantdClient client = server.client(trusting().maximumRequestBytes(2 * LARGE_BYTES))) {
            ByteString large = ByteString.copyFrom(new byte[LARGE_BYTES]).concat(ByteString.copyFromUtf8("end"));
            assertEquals("A-1", client.evaluate(Samples.application(1)).getApplicationId());
            for (int count = 0; count < 3; count++) {
                assertEquals(large, client.channel().call("test", "Echo", large, Duration.ofSeconds(30)).get());
            }
            assertEquals(1, server.connections.get());
        }
    }

    @Test
    void aCertificateIsShownWhereOneIsAskedFor() throws Exception {
        try (FakeServer server = good.serve(true)) {
            SSLContext showing = GrantdTls.context(good.certificate(), good.certificate(), good.key());
            try (GrantdClient client = server.client(trusting().tls(showing))) {
                assertEquals("A-1", client.evaluate(Samples.application(1)).getApplicationId());
            }
            fails(server, trusting(), "certificate");
        }
    }

    @Test
    void whatIsNotTrustedIsNamed() throws Exception {
        try (FakeServer server = good.serve(false)) {
            fails(server, trusting().tls(SSLContext.getDefault()), "no authority that is trusted");
            fails(server, trusting().tlsServerName("other.test"), "other.test");
            fails(server, trusting().tlsServerName(""), "127.0.0.1");
        }
        IOException expired = new SSLHandshakeException("PKIX path validation failed");
        expired.initCause(new CertPathValidatorException("validity check failed", new CertificateExpiredException("NotAfter: …")));
        assertTrue(TlsHandshake.problem(expired).contains("it has expired"), TlsHandshake.problem(expired));
    }

    @Test
    void aPeerWithoutTlsIsNamed() throws Exception {
        try (FakeServer server = new FakeServer(request -> { })) {
            // It reads a frame where the handshake comes, and leaves.
            fails(server, trusting(), "may not speak TLS");
        }
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            GrantdAddress address = new GrantdAddress("127.0.0.1", silent.getLocalPort());
            GrantdConfiguration configuration = trusting().connectTimeout(Duration.ofMillis(300)).build();
            try (GrantdClient client = new GrantdClient(address, configuration)) {
                String message = failure(client).getMessage();
                assertTrue(message.contains("no TLS handshake in time"), message);
            }
        }
    }

    @Test
    void filesThatDoNotHoldWhatTheyShouldAreNamed() {
        Throwable error = assertThrows(
                IllegalArgumentException.class, () -> GrantdTls.context(null, good.certificate(), good.certificate()));
        assertTrue(error.getMessage().contains("PKCS #8"), error.getMessage());
        assertThrows(IllegalArgumentException.class, () -> GrantdTls.context(null, good.certificate(), null));
        assertThrows(IOException.class, () -> GrantdTls.context(folder.resolve("none.pem")));
    }
}
