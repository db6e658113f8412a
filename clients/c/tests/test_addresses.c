/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
/* Of the table of bad peers that the tests of every client run: `dead first address`. */
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "peers.h"

/* The resolver of this program: `dead-N` has N addresses that drop SYNs and then a good one, `dead` only three dead ones,
 * `refusing` one that refuses and then a good one. */
int __real_getaddrinfo(const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **addresses);
int __wrap_getaddrinfo(const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **addresses);

static void append(struct addrinfo **list, const char *address, const char *port, const struct addrinfo *hints)
{
    struct addrinfo *one;
    assert_int_equal(__real_getaddrinfo(address, port, hints, &one), 0);
    while (*list) list = &(*list)->ai_next;
    *list = one;
}

int __wrap_getaddrinfo(const char *host, const char *port, const struct addrinfo *hints, struct addrinfo **addresses)
{
    bool is_dead = strncmp(host, "dead", 4) == 0;
    if ((!is_dead && strcmp(host, "refusing") != 0) || (hints->ai_flags & AI_NUMERICHOST))
        return __real_getaddrinfo(host, port, hints, addresses);
    *addresses = NULL;
    int dead = !is_dead ? 0 : host[4] == '-' ? host[5] - '0' : 3;
    for (int index = 0; index < dead; index++) {
        char text[16];
        snprintf(text, sizeof text, "127.0.0.%d", 11 + index);
        append(addresses, text, port, hints);
    }
    if (!is_dead) append(addresses, "127.0.0.21", port, hints);
    if (!is_dead || host[4] == '-') append(addresses, "127.0.0.1", port, hints);
    return 0;
}

enum { DEAD_SOCKETS = 5 };

/* Listens at 127.0.0.LAST with a full backlog: whoever connects further is never answered. */
static void die_at(int last, uint16_t port, int *sockets)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)last - 1);
    for (int index = 0; index < DEAD_SOCKETS; index++) {
        sockets[index] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        assert_true(sockets[index] >= 0);
        if (index == 0) {
            assert_int_equal(bind(sockets[0], (struct sockaddr *)&address, sizeof address), 0);
            assert_int_equal(listen(sockets[0], 0), 0);
        } else {
            (void)connect(sockets[index], (struct sockaddr *)&address, sizeof address);
        }
    }
}

static grantd_client *client_of_name(const char *name, uint16_t port, grantd_client_options options)
{
    char address[64];
    snprintf(address, sizeof address, "%s:%u", name, port);
    options.address = address;
    grantd_client *client;
    assert_int_equal(grantd_client_create(&options, &client, NULL), GRANTD_OK);
    return client;
}

static void dead_first_address(void **state)
{
    (void)state;
    struct peer peer;
    struct fake_server *server = serve(&peer, NULL, 0);
    uint16_t port = fake_server_port(server);
    int sockets[3][DEAD_SOCKETS];
    for (int index = 0; index < 3; index++) die_at(11 + index, port, sockets[index]);
    const char *const names[] = { "refusing", "dead-1", "dead-2", "dead-3" };
    for (int dead = 0; dead < 4; dead++) {
        grantd_client *client = client_of_name(names[dead], port, quick_options());
        int64_t started = now_ms();
        assert_int_equal(evaluate(client, "A-1", 20000, NULL), GRANTD_OK);
        /* One that refuses costs no time. */
        assert_in_range(now_ms() - started, dead ? 250 * dead - 1 : 0, 250 * dead + (dead ? 2000 : 240));
        assert_int_equal(connects(client), 1);
        grantd_client_destroy(client);
    }
    assert_int_equal(atomic_load(&peer.requests), 4);

    /* All of them dead: the connect timeout bounds each attempt. */
    grantd_client_options options = quick_options();
    options.connect_timeout_ms = 600;
    options.attempts = 2;
    grantd_client *client = client_of_name("dead", port, options);
    grantd_error error = GRANTD_ERROR_INIT;
    int64_t started = now_ms();
    assert_int_equal(evaluate(client, "A-1", 20000, &error), GRANTD_CONNECTION_FAILED);
    assert_in_range(now_ms() - started, 1199, 5000);
    assert_non_null(strstr(error.message, "it took too long"));
    /* Given up while several are being connected. */
    assert_int_equal(evaluate(client, "A-1", 300, &error), GRANTD_TIMED_OUT);
    grantd_error_clear(&error);
    grantd_client_destroy(client);
    for (int index = 0; index < 3 * DEAD_SOCKETS; index++) close(sockets[index / DEAD_SOCKETS][index % DEAD_SOCKETS]);
    fake_server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        { "dead first address", dead_first_address, NULL, NULL, NULL },
    };
    return cmocka_run_group_tests_name("addresses", tests, NULL, NULL);
}
