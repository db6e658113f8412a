/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fake_tls.h"

#include <assert.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void extend(X509 *certificate, int kind, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, kind, value);
    assert(extension);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

static FILE *open_new(char *path, size_t size, const char *what)
{
    const char *folder = getenv("TMPDIR");
    snprintf(path, size, "%s/grantd-%s-XXXXXX", folder ? folder : ".", what);
    int descriptor = mkstemp(path);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    assert(file);
    return file;
}

void certificate_make(struct certificate *result, int days)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    assert(key && certificate);
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    const long day = 24L * 60 * 60;
    X509_gmtime_adj(X509_getm_notBefore(certificate), (days < 0 ? 2 * days : -1) * day);
    X509_gmtime_adj(X509_getm_notAfter(certificate), days * day);
    X509_set_pubkey(certificate, key);
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    extend(certificate, NID_basic_constraints, "critical,CA:TRUE");
    extend(certificate, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
    int signed_bytes = X509_sign(certificate, key, EVP_sha256());
    assert(signed_bytes > 0);
    (void)signed_bytes;
    FILE *file = open_new(result->path, sizeof result->path, "certificate");
    PEM_write_X509(file, certificate);
    fclose(file);
    file = open_new(result->key_path, sizeof result->key_path, "key");
    PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
    fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

void certificate_remove(const struct certificate *certificate)
{
    unlink(certificate->path);
    unlink(certificate->key_path);
}

static void *begin(void *context, int socket)
{
    SSL *ssl = SSL_new(context);
    assert(ssl);
    SSL_set_fd(ssl, socket);
    if (SSL_accept(ssl) == 1) return ssl;
    SSL_free(ssl);
    ERR_clear_error();
    return NULL;
}

static ssize_t receive(void *stream, void *bytes, size_t size)
{
    size_t count = 0;
    ERR_clear_error();
    return SSL_read_ex(stream, bytes, size, &count) == 1 ? (ssize_t)count : -1;
}

static ssize_t transmit(void *stream, const void *bytes, size_t size)
{
    size_t count = 0;
    ERR_clear_error();
    return SSL_write_ex(stream, bytes, size, &count) == 1 ? (ssize_t)count : -1;
}

static void end(void *stream) { SSL_free(stream); }

static void release(void *context) { SSL_CTX_free(context); }

void fake_server_secure(
    struct fake_server *server, const struct certificate *certificate, const struct certificate *authority)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    assert(context);
    int loaded = SSL_CTX_use_certificate_chain_file(context, certificate->path) == 1
        && SSL_CTX_use_PrivateKey_file(context, certificate->key_path, SSL_FILETYPE_PEM) == 1;
    if (authority) {
        loaded = loaded && SSL_CTX_load_verify_file(context, authority->path) == 1;
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    }
    assert(loaded);
    (void)loaded;
    const struct fake_transport transport = {
        .context = context,
        .begin = begin,
        .receive = receive,
        .transmit = transmit,
        .end = end,
        .release = release,
    };
    fake_server_set_transport(server, &transport);
}
