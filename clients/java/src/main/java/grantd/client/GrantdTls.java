// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Makes a context for {@link GrantdConfiguration.Builder#tls} of PEM files. */
public final class GrantdTls {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private GrantdTls() {}

    /**
     * Trusts the authorities of a file.
     *
     * @param authorities One certificate or more, as PEM; null for those of the Java runtime.
     * @return The context.
     * @throws IOException Where the file cannot be read.
     * @throws IllegalArgumentException Where it holds no certificate.
     */
    public static SSLContext context(Path authorities) throws IOException {
        return context(authorities, null, null);
    }

    /**
     * Trusts the authorities of a file, and shows a certificate where the daemon asks for one ({@code --tls-client-ca}).
     *
     * @param authorities One certificate or more, as PEM; null for those of the Java runtime.
     * @param certificate The client's certificate, as PEM, the authorities that lead to its root behind it; null for none.
     * @param key Its private key, as PEM in PKCS #8 ({@code BEGIN PRIVATE KEY}), not encrypted; null where there is no certificate.
     * @return The context.
     * @throws IOException Where a file cannot be read.
     * @throws IllegalArgumentException Where one does not hold what it should.
     */
    public static SSLContext context(Path authorities, Path certificate, Path key) throws IOException {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("a certificate and its key go together");
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(certificate, key), trust(authorities), null);
            return context;
        } catch (GeneralSecurityException error) {
            throw new IllegalArgumentException("TLS cannot be set up: " + error.getMessage(), error);
        }
    }

    private static TrustManager[] trust(Path authorities) throws IOException, GeneralSecurityException {
        if (authorities == null) {
            return null;
        }
        KeyStore store = empty();
        int number = 0;
        for (Certificate certificate : certificates(authorities)) {
            store.setCertificateEntry("authority-" + number++, certificate);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyManager[] keys(Path certificate, Path key) throws IOException, GeneralSecurityException {
        if (certificate == null) {
            return null;
        }
        Certificate[] chain = certificates(certificate).toArray(new Certificate[0]);
        KeyStore store = empty();
        store.setKeyEntry("client", privateKey(key, chain[0].getPublicKey().getAlgorithm()), new char[0], chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> found = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw new IllegalArgumentException(file + " holds no certificate");
            }
            return found;
        }
    }

    private static PrivateKey privateKey(Path file, String algorithm) throws IOException, GeneralSecurityException {
        Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        if (!pem.find()) {
            throw new IllegalArgumentException(file + " holds no key in PKCS #8, `BEGIN PRIVATE KEY`;"
                    + " `openssl pkcs8 -topk8 -nocrypt` makes one of another form");
        }
        byte[] bytes = Base64.getMimeDecoder().decode(pem.group(1));
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
    }
}
