/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
/* TLS: what is agreed on, what is refused and why, and that a connection over it behaves as a plain one does. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon.h"
#include "fake_tls.h"
#include "support.h"

static struct certificate good, other, expired;

static int make_certificates(void **state)
{
    (void)state;
    certificate_make(&good, 365);
    certificate_make(&other, 365);
    certificate_make(&expired, -10);
    return 0;
}

static int remove_certificates(void **state)
{
    (void)state;
    certificate_remove(&good);
    certificate_remove(&other);
    certificate_remove(&expired);
    return 0;
}

static grantd_client_options trusting(const struct certificate *authority)
{
    grantd_client_options options = quick_options();
    options.tls = 1;
    options.tls_ca_file = authority->path;
    return options;
}

static void echo(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    fake_echo(connection, request);
}

static struct fake_server *secure_server(
    const struct certificate *certificate, const struct certificate *authority, fake_handler handler, void *data)
{
    struct fake_server *server = fake_server_start(0, handler, data);
    fake_server_secure(server, certificate, authority);
    return server;
}

static void answers(void **state)
{
    (void)state;
    struct fake_server *server = secure_server(&good, NULL, echo, NULL);
    const char *names[] = { NULL, "localhost", "127.0.0.1" };
    for (size_t index = 0; index < 3; index++) {
        grantd_client_options options = trusting(&good);
        options.tls_server_name = names[index];
        grantd_client *client = client_with(server, options);
        for (int call = 0; call < 100; call++) assert_int_equal(evaluate(client, "a", 10000, NULL), GRANTD_OK);
        grantd_client_statistics statistics;
        grantd_client_get_statistics(client, &statistics);
        assert_int_equal(statistics.connects, 1);
        grantd_client_destroy(client);
    }
    fake_server_stop(server);
}

/* One attempt fails with this code, and says so. */
static void expect_failure(
    const struct fake_server *server, grantd_client_options options, int32_t code, const char *text)
{
    options.attempts = 1;
    grantd_client *client = client_with(server, options);
    grantd_error error = GRANTD_ERROR_INIT;
    assert_int_equal(evaluate(client, "a", 20000, &error), code);
    if (!strstr(error.message, text)) fail_msg("\"%s\" expected in \"%s\"", text, error.message);
    grantd_error_clear(&error);
    grantd_client_destroy(client);
}

static void untrusted(void **state)
{
    (void)state;
    struct fake_server *server = secure_server(&good, NULL, echo, NULL);
    expect_failure(server, trusting(&other), GRANTD_CONNECTION_FAILED, "is not trusted");
    grantd_client_options options = trusting(&good);
    options.tls_ca_file = NULL;
    expect_failure(server, options, GRANTD_CONNECTION_FAILED, "tls_ca_file");
    options = trusting(&good);
    /* The certificate bears the address that is connected to; that is not the name that was asked for. */
    options.tls_server_name = "grants.example";
    expect_failure(server, options, GRANTD_CONNECTION_FAILED, "does not bear grants.example");
    options.tls_server_name = "10.0.0.1";
    expect_failure(server, options, GRANTD_CONNECTION_FAILED, "does not bear 10.0.0.1");
    fake_server_stop(server);

    server = secure_server(&expired, NULL, echo, NULL);
    expect_failure(server, trusting(&expired), GRANTD_CONNECTION_FAILED, "has expired");
    fake_server_stop(server);
}

static void identities(void **state)
{
    (void)state;
    struct fake_server *server = secure_server(&good, &other, echo, NULL);
    grantd_client_options options = trusting(&good);
    expect_failure(server, options, GRANTD_CONNECTION_LOST, "tls_certificate_file");
    options.tls_certificate_file = good.path;
    options.tls_key_file = good.key_path;
    expect_failure(server, options, GRANTD_CONNECTION_LOST, "refuses this end");
    options.tls_certificate_file = other.path;
    options.tls_key_file = other.key_path;
    grantd_client *client = client_with(server, options);
    assert_int_equal(evaluate(client, "a", 10000, NULL), GRANTD_OK);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

/* A server that is silent, answers something else, or closes. */
struct plain {
    int listener;
    const char *answer;
    bool closes;
};

static void *serve_plainly(void *argument)
{
    const struct plain *plain = argument;
    int peer = accept(plain->listener, NULL, NULL);
    char bytes[4096];
    if (recv(peer, bytes, sizeof bytes, 0) > 0 && plain->answer)
        (void)send(peer, plain->answer, strlen(plain->answer), MSG_NOSIGNAL);
    /* Until the peer goes. */
    while (!plain->closes && recv(peer, bytes, sizeof bytes, 0) > 0) continue;
    close(peer);
    return NULL;
}

static void plain_peers(void **state)
{
    (void)state;
    const struct {
        struct plain plain;
        const char *text;
    } peers[] = {
        { { .answer = "HTTP/1.1 400 Bad Request\r\n\r\n" }, "does not speak TLS" },
        { { .closes = true }, "may not speak TLS" },
        { { .answer = NULL }, "no TLS handshake in time" },
    };
    for (size_t index = 0; index < 3; index++) {
        struct plain plain = peers[index].plain;
        plain.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        struct sockaddr_in place = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
        socklen_t size = sizeof place;
        assert_int_equal(bind(plain.listener, (struct sockaddr *)&place, size), 0);
        assert_int_equal(listen(plain.listener, 4), 0);
        assert_int_equal(getsockname(plain.listener, (struct sockaddr *)&place, &size), 0);
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, serve_plainly, &plain), 0);
        char address[32];
        snprintf(address, sizeof address, "127.0.0.1:%u", ntohs(place.sin_port));
        grantd_client_options options = trusting(&good);
        options.address = address;
        options.attempts = 1;
        options.connect_timeout_ms = index == 2 ? 300 : 20000;
        grantd_client *client;
        assert_int_equal(grantd_client_create(&options, &client, NULL), GRANTD_OK);
        grantd_error error = GRANTD_ERROR_INIT;
        assert_int_equal(evaluate(client, "a", 20000, &error), GRANTD_CONNECTION_FAILED);
        if (!strstr(error.message, peers[index].text))
            fail_msg("\"%s\" expected in \"%s\"", peers[index].text, error.message);
        grantd_error_clear(&error);
        grantd_client_destroy(client);
        pthread_join(thread, NULL);
        close(plain.listener);
    }
}

static void misbehave(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    if (connection->number == 1) return;
    if (connection->number == 2) fake_close(connection);
    else fake_echo(connection, request);
}

static void reconnects(void **state)
{
    (void)state;
    struct fake_server *server = secure_server(&good, NULL, misbehave, NULL);
    grantd_client_options options = trusting(&good);
    options.silence_timeout_ms = 300;
    grantd_client *client = client_with(server, options);
    assert_int_equal(evaluate(client, "a", 20000, NULL), GRANTD_OK);
    grantd_client_statistics statistics;
    grantd_client_get_statistics(client, &statistics);
    assert_int_equal(statistics.connects, 3);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void count_bytes(struct fake_connection *connection, const struct fake_request *request, void *data)
{
    (void)data;
    Grantd__V1__Assessment assessment;
    whole_assessment(&assessment, NULL);
    char *text = malloc(request->payload_size + 1);
    assert_non_null(text);
    memset(text, 'x', request->payload_size);
    text[request->payload_size] = 0;
    assessment.application_id = text;
    fake_answer(connection, request->id, &assessment.base);
    free(text);
}

/* Requests and replies of many records, and of one more or less than a record or a read holds. */
static void sizes(void **state)
{
    (void)state;
    struct fake_server *server = secure_server(&good, NULL, count_bytes, NULL);
    grantd_client *client = client_with(server, trusting(&good));
    for (size_t size = 16000; size < 3000000; size = size * 3 / 2 + 7) {
        char *id = malloc(size + 1);
        assert_non_null(id);
        memset(id, 'i', size);
        id[size] = 0;
        struct question question;
        question_init(&question, id);
        Grantd__V1__Assessment *answer = grantd_evaluate(client, &question.request, NULL, NULL);
        assert_non_null(answer);
        assert_true(strlen(answer->application_id) > size);
        grantd__v1__assessment__free_unpacked(answer, NULL);
        free(id);
    }
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void end_of_call(const ProtobufCMessage *response, const grantd_error *error, void *data)
{
    (void)error;
    if (response) atomic_fetch_add((atomic_int *)data, 1);
}

/* A program's own loop sleeps on the descriptor: what TLS has read ahead must wake it. */
static void polled(void **state)
{
    (void)state;
    struct fake_server *server = secure_server(&good, NULL, count_bytes, NULL);
    grantd_client_options options = trusting(&good);
    options.deadline_ms = 20000;
    grantd_client *client = client_with(server, options);
    char id[60000];
    memset(id, 'i', sizeof id - 1);
    id[sizeof id - 1] = 0;
    struct question question;
    question_init(&question, id);
    atomic_int answered = 0;
    for (int call = 0; call < 64; call++)
        assert_true(
            grantd_client_start(
                client, &grantd__v1__calculator__descriptor, 0, &question.request.base, NULL, end_of_call, &answered, NULL)
            > 0);
    while (grantd_client_wait(client, -1) > 0) continue;
    assert_int_equal(atomic_load(&answered), 64);
    grantd_client_destroy(client);
    fake_server_stop(server);
}

static void daemon_itself(void **state)
{
    (void)state;
    struct daemon daemon;
    const char *arguments[] = { "--tls-cert", good.path, "--tls-key", good.key_path, "--tls-client-ca", other.path, NULL };
    if (!daemon_start_with(&daemon, "0", arguments)) skip();
    grantd_client_options options = trusting(&good);
    options.address = daemon.address;
    options.tls_certificate_file = other.path;
    options.tls_key_file = other.key_path;
    grantd_client *client;
    assert_int_equal(grantd_client_create(&options, &client, NULL), GRANTD_OK);
    Grpc__Health__V1__HealthCheckRequest request = GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT;
    Grpc__Health__V1__HealthCheckResponse *response = grantd_health_check(client, &request, NULL, NULL);
    assert_non_null(response);
    grpc__health__v1__health_check_response__free_unpacked(response, NULL);
    grantd_client_destroy(client);

    options.attempts = 1;
    options.tls_certificate_file = options.tls_key_file = NULL;
    assert_int_equal(grantd_client_create(&options, &client, NULL), GRANTD_OK);
    grantd_error error = GRANTD_ERROR_INIT;
    assert_null(grantd_health_check(client, &request, NULL, &error));
    assert_int_equal(error.code, GRANTD_CONNECTION_LOST);
    assert_non_null(strstr(error.message, "certificate required"));
    grantd_error_clear(&error);
    grantd_client_destroy(client);
    daemon_stop(&daemon, SIGTERM);
}

static void expect_refused(grantd_client_options options, const char *text)
{
    grantd_client *client;
    grantd_error error = GRANTD_ERROR_INIT;
    assert_int_equal(grantd_client_create(&options, &client, &error), GRANTD_INVALID_ARGUMENT);
    assert_null(client);
    if (!strstr(error.message, text)) fail_msg("\"%s\" expected in \"%s\"", text, error.message);
    grantd_error_clear(&error);
}

static void options_are_checked(void **state)
{
    (void)state;
    grantd_client_options options = trusting(&good);
    options.tls = 0;
    expect_refused(options, "`tls` is 0");
    options = trusting(&good);
    options.tls_certificate_file = good.path;
    expect_refused(options, "belong together");
    options.tls_key_file = other.key_path;
    expect_refused(options, "is not the key of");
    options.tls_key_file = good.path;
    expect_refused(options, "holds no private key");
    options.tls_key_file = good.key_path;
    options.tls_certificate_file = good.key_path;
    expect_refused(options, "holds no certificate");
    options = trusting(&good);
    options.tls_ca_file = "/nowhere";
    expect_refused(options, "/nowhere");
    options.tls_ca_file = good.path;
    options.tls_server_name = "";
    expect_refused(options, "tls_server_name");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers),       cmocka_unit_test(untrusted),     cmocka_unit_test(identities),
        cmocka_unit_test(plain_peers),   cmocka_unit_test(reconnects),    cmocka_unit_test(sizes),
        cmocka_unit_test(polled),        cmocka_unit_test(daemon_itself), cmocka_unit_test(options_are_checked),
    };
    return cmocka_run_group_tests(tests, make_certificates, remove_certificates);
}
