/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "error.h"

/* What OpenSSL adds to the number of an alert for the reason of an error. */
enum { ALERT_REASONS = SSL_AD_REASON_OFFSET };

struct grantd_tls_context {
    SSL_CTX *ssl;
    BIO_METHOD *socket_method;
    char *name;
    bool name_is_address;
};

struct grantd_tls {
    SSL *ssl;
    const char *name;
    bool stands;
    bool is_broken;
    char problem[320];
};

/* The socket itself. OpenSSL's own way to it raises SIGPIPE where the peer has gone. */

static int socket_of(BIO *bio) { return (int)(intptr_t)BIO_get_data(bio); }

static bool would_block(void) { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

static int write_socket(BIO *bio, const char *bytes, int size)
{
    BIO_clear_retry_flags(bio);
    ssize_t count = send(socket_of(bio), bytes, (size_t)size, MSG_NOSIGNAL);
    if (count < 0 && would_block()) BIO_set_retry_write(bio);
    return (int)count;
}

static int read_socket(BIO *bio, char *bytes, int room)
{
    BIO_clear_retry_flags(bio);
    ssize_t count = recv(socket_of(bio), bytes, (size_t)room, 0);
    if (count < 0 && would_block()) BIO_set_retry_read(bio);
    if (count == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return (int)count;
}

static long control_socket(BIO *bio, int command, long number, void *pointer)
{
    (void)number;
    (void)pointer;
    if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
    return command == BIO_CTRL_FLUSH;
}

static BIO_METHOD *make_socket_method(void)
{
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "grantd socket");
    if (method
        && (!BIO_meth_set_write(method, write_socket) || !BIO_meth_set_read(method, read_socket)
            || !BIO_meth_set_ctrl(method, control_socket))) {
        BIO_meth_free(method);
        return NULL;
    }
    return method;
}

/* Nobody is asked for the passphrase of a key. */
static int no_passphrase(char *buffer, int size, int is_writing, void *data)
{
    (void)buffer;
    (void)size;
    (void)is_writing;
    (void)data;
    return -1;
}

static int32_t load(struct grantd_tls_context *context, const grantd_client_options *options, grantd_error *error)
{
    SSL_CTX *ssl = context->ssl;
    SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_options(ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_default_passwd_cb(ssl, no_passphrase);
    if (!SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION))
        return grantd_error_set(error, GRANTD_SYSTEM, NULL, "TLS 1.2 is not to be had of this OpenSSL", NULL);
    if (options->tls_ca_file) {
        if (!SSL_CTX_load_verify_file(ssl, options->tls_ca_file))
            return grantd_error_format(
                error, GRANTD_INVALID_ARGUMENT, "%.200s holds no certificate in PEM, or cannot be read",
                options->tls_ca_file);
    } else if (!SSL_CTX_set_default_verify_paths(ssl)) {
        return grantd_error_set(error, GRANTD_SYSTEM, NULL, "the system's authorities cannot be loaded", NULL);
    }
    if (!options->tls_certificate_file) return GRANTD_OK;
    if (SSL_CTX_use_certificate_chain_file(ssl, options->tls_certificate_file) != 1)
        return grantd_error_format(
            error, GRANTD_INVALID_ARGUMENT, "%.200s holds no certificate in PEM, or cannot be read",
            options->tls_certificate_file);
    if (SSL_CTX_use_PrivateKey_file(ssl, options->tls_key_file, SSL_FILETYPE_PEM) == 1) return GRANTD_OK;
    if (ERR_GET_LIB(ERR_peek_last_error()) == ERR_LIB_X509)
        return grantd_error_format(
            error, GRANTD_INVALID_ARGUMENT, "%.200s is not the key of the certificate in %.200s", options->tls_key_file,
            options->tls_certificate_file);
    return grantd_error_format(
        error, GRANTD_INVALID_ARGUMENT, "%.200s holds no private key in PEM without a passphrase, or cannot be read",
        options->tls_key_file);
}

static bool is_address(const char *name)
{
    unsigned char address[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1;
}

int32_t grantd_tls_context_make(
    const grantd_client_options *options, const char *host, struct grantd_tls_context **result, grantd_error *error)
{
    *result = NULL;
    if (!options->tls) return GRANTD_OK;
    struct grantd_tls_context *context = calloc(1, sizeof *context);
    if (!context) return grantd_error_set(error, GRANTD_OUT_OF_MEMORY, NULL, "no memory for a client", NULL);
    ERR_clear_error();
    context->name = strdup(options->tls_server_name ? options->tls_server_name : host);
    context->ssl = SSL_CTX_new(TLS_client_method());
    context->socket_method = make_socket_method();
    int32_t code;
    if (!context->name || !context->ssl || !context->socket_method)
        code = grantd_error_set(error, GRANTD_OUT_OF_MEMORY, NULL, "no memory for a client", NULL);
    else
        code = load(context, options, error);
    ERR_clear_error();
    if (code) {
        grantd_tls_context_free(context);
        return code;
    }
    context->name_is_address = is_address(context->name);
    *result = context;
    return GRANTD_OK;
}

void grantd_tls_context_free(struct grantd_tls_context *context)
{
    if (!context) return;
    SSL_CTX_free(context->ssl);
    BIO_meth_free(context->socket_method);
    free(context->name);
    free(context);
}

/* What the daemon's certificate must bear. */
static bool set_name(SSL *ssl, const struct grantd_tls_context *context)
{
    if (context->name_is_address) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), context->name) == 1;
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    return SSL_set1_host(ssl, context->name) == 1 && SSL_set_tlsext_host_name(ssl, context->name) == 1;
}

struct grantd_tls *grantd_tls_begin(struct grantd_tls_context *context, int socket)
{
    struct grantd_tls *tls = calloc(1, sizeof *tls);
    if (!tls) return NULL;
    tls->name = context->name;
    tls->ssl = SSL_new(context->ssl);
    BIO *bio = BIO_new(context->socket_method);
    if (!tls->ssl || !bio || !set_name(tls->ssl, context)) {
        BIO_free(bio);
        SSL_free(tls->ssl);
        free(tls);
        ERR_clear_error();
        return NULL;
    }
    BIO_set_data(bio, (void *)(intptr_t)socket);
    BIO_set_init(bio, 1);
    SSL_set_bio(tls->ssl, bio, bio);
    SSL_set_connect_state(tls->ssl);
    return tls;
}

static bool is_of_plain_bytes(int reason)
{
    return reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST || reason == SSL_R_PACKET_LENGTH_TOO_LONG
        || reason == SSL_R_BAD_RECORD_TYPE || reason == SSL_R_ENCRYPTED_LENGTH_TOO_LONG;
}

static void say_what_is_wrong_with_the_certificate(struct grantd_tls *tls, long verified)
{
    char *text = tls->problem;
    const size_t size = sizeof tls->problem;
    switch (verified) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        snprintf(
            text, size, "TLS: the daemon's certificate does not bear %.120s; give the name that it bears as tls_server_name",
            tls->name);
        break;
    case X509_V_ERR_CERT_HAS_EXPIRED:
        snprintf(text, size, "TLS: the daemon's certificate has expired; the daemon needs a new one");
        break;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        snprintf(text, size, "TLS: the daemon's certificate does not hold yet; look at the clocks of both ends");
        break;
    default:
        snprintf(
            text, size, "TLS: the daemon's certificate is not trusted (%s); give that of its authority as tls_ca_file",
            X509_verify_cert_error_string(verified));
    }
}

/* The words of an alert, without the version of TLS that OpenSSL puts before them. */
static const char *alert_of(unsigned long code)
{
    const char *text = ERR_reason_error_string(code);
    const char *words = text ? strstr(text, "alert ") : NULL;
    return words ? words + strlen("alert ") : "an alert without a name";
}

/* What the error is of; the queue of errors is empty afterwards. */
static enum grantd_tls_result failed(struct grantd_tls *tls, int kind)
{
    const unsigned long code = ERR_peek_error();
    const int reason = ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : 0;
    const long verified = SSL_get_verify_result(tls->ssl);
    ERR_clear_error();
    tls->is_broken = true;
    if (kind == SSL_ERROR_SYSCALL || kind == SSL_ERROR_ZERO_RETURN || reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        snprintf(
            tls->problem, sizeof tls->problem, "%s",
            tls->stands ? "the peer ended TLS" : "the peer ended the TLS handshake; it may not speak TLS");
        return tls->stands ? GRANTD_TLS_ENDED : GRANTD_TLS_FAILED;
    }
    if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED && verified != X509_V_OK)
        say_what_is_wrong_with_the_certificate(tls, verified);
    else if (reason > ALERT_REASONS)
        snprintf(
            tls->problem, sizeof tls->problem,
            "TLS: the daemon refuses this end (%s); where it asks for certificates, give one of the authority that it trusts as "
            "tls_certificate_file and tls_key_file",
            alert_of(code));
    else if (is_of_plain_bytes(reason))
        snprintf(
            tls->problem, sizeof tls->problem,
            "the peer does not speak TLS; see that the address is right, or leave TLS out");
    else
        snprintf(tls->problem, sizeof tls->problem, "TLS: %s", code ? ERR_reason_error_string(code) : "an error without a reason");
    return GRANTD_TLS_FAILED;
}

static enum grantd_tls_result result_of(struct grantd_tls *tls, int returned)
{
    const int kind = SSL_get_error(tls->ssl, returned);
    if (kind == SSL_ERROR_WANT_READ) return GRANTD_TLS_WANTS_READ;
    if (kind == SSL_ERROR_WANT_WRITE) return GRANTD_TLS_WANTS_WRITE;
    return failed(tls, kind);
}

enum grantd_tls_result grantd_tls_handshake(struct grantd_tls *tls)
{
    ERR_clear_error();
    const int returned = SSL_do_handshake(tls->ssl);
    if (returned != 1) return result_of(tls, returned);
    tls->stands = true;
    return GRANTD_TLS_DONE;
}

enum grantd_tls_result grantd_tls_read(struct grantd_tls *tls, void *bytes, size_t room, size_t *count)
{
    *count = 0;
    while (*count < room) {
        size_t part = 0;
        ERR_clear_error();
        const int returned = SSL_read_ex(tls->ssl, (char *)bytes + *count, room - *count, &part);
        if (returned != 1) return result_of(tls, returned);
        *count += part;
    }
    return GRANTD_TLS_DONE;
}

enum grantd_tls_result grantd_tls_write(struct grantd_tls *tls, const void *bytes, size_t size, size_t *count)
{
    *count = 0;
    while (*count < size) {
        size_t part = 0;
        ERR_clear_error();
        const int returned = SSL_write_ex(tls->ssl, (const char *)bytes + *count, size - *count, &part);
        if (returned != 1) return result_of(tls, returned);
        *count += part;
    }
    return GRANTD_TLS_DONE;
}

bool grantd_tls_has_pending(const struct grantd_tls *tls) { return SSL_pending(tls->ssl) > 0; }

const char *grantd_tls_problem(const struct grantd_tls *tls) { return tls->problem; }

void grantd_tls_end(struct grantd_tls *tls)
{
    if (!tls) return;
    if (tls->stands && !tls->is_broken) {
        SSL_shutdown(tls->ssl);
        ERR_clear_error();
    }
    SSL_free(tls->ssl);
    free(tls);
}
