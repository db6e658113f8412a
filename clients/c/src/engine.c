/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "clock.h"
#include "connection.h"
#include "error.h"
#include "frame.h"
#include "replies.h"

/* Calls are put into the output only below this many unsent bytes. */
static const size_t unsent_bytes = 1024 * 1024;
/* Reads in a turn, so that the calls of others are served between them. */
enum { READS_IN_A_TURN = 16 };
/* A connection that was not read for so long, in nanoseconds, is looked at before it is used: the daemon closes idle ones. */
static const int64_t stale_ns = 1000 * GRANTD_MS;

static const char ended_text[] = "the connection ended before the answer came";

static void begin(struct grantd_client *client);

static uint64_t random_number(struct grantd_connection *connection)
{
    /* xorshift64: spreads the returns of many clients, no more. */
    uint64_t value = connection->random;
    value ^= value << 13;
    value ^= value >> 7;
    value ^= value << 17;
    return connection->random = value;
}

static bool is_up(const struct grantd_connection *connection)
{
    return connection->state == GRANTD_ACTIVE || connection->state == GRANTD_DRAINING;
}

/* When the connection is left, if the peer stays as quiet as it is; GRANTD_NEVER where it owes nothing. */
static int64_t silence_ends(const struct grantd_client *client)
{
    int64_t timeout = client->settings.options.silence_timeout_ms;
    if (!is_up(&client->connection) || timeout == 0 || grantd_ledger_owed(&client->ledger) == 0) return GRANTD_NEVER;
    return client->connection.quiet_since + timeout * GRANTD_MS;
}

/* The timer goes off no later than the next deadline; often earlier, and then it is set anew. */
static void set_timer(struct grantd_client *client)
{
    int64_t at = client->ledger.earliest_deadline, silence = silence_ends(client);
    if (client->connection.due < at) at = client->connection.due;
    if (client->connection.race.next_at < at) at = client->connection.race.next_at;
    if (silence < at) at = silence;
    if (at >= client->timer_at) return;
    struct itimerspec time = { .it_value = { .tv_sec = at / 1000000000, .tv_nsec = at % 1000000000 } };
    timerfd_settime(client->timer, TFD_TIMER_ABSTIME, &time, NULL);
    client->timer_at = at;
}

void grantd_engine_end(struct grantd_client *client, struct grantd_call *call)
{
    grantd_ledger_close(&client->ledger, call);
    call->state = GRANTD_CALL_ENDED;
    if (call->is_blocking) {
        pthread_cond_signal(&call->ended);
        /* Its thread may wait for events instead, and another one ends it. */
        if (client->driver_sleeps && call == client->driver_call) (void)eventfd_write(client->resolver_bell, 1);
        return;
    }
    TAILQ_INSERT_TAIL(&client->ready, call, link);
    grantd_engine_ring(client);
}

void grantd_engine_ring(struct grantd_client *client)
{
    if (client->callback_bell_rings || client->processing || TAILQ_EMPTY(&client->ready)) return;
    client->callback_bell_rings = true;
    (void)eventfd_write(client->callback_bell, 1);
}

/* Counts an attempt that failed. Returns whether the call may be tried again; it has ended otherwise. */
static bool try_again(struct grantd_client *client, struct grantd_call *call, int32_t code, const char *text)
{
    if (++call->attempts_made < call->attempts_allowed || call->attempts_allowed == GRANTD_ATTEMPTS_UNLIMITED) {
        client->statistics.retries++;
        return true;
    }
    if (code == GRANTD_CONNECTION_FAILED)
        grantd_error_format(
            &call->error, code, "no connection to %s, port %s: %s", client->settings.host, client->settings.port, text);
    else
        grantd_error_set(&call->error, code, NULL, text, NULL);
    grantd_engine_end(client, call);
    return false;
}

static void back_off(struct grantd_client *client)
{
    struct grantd_connection *connection = &client->connection;
    connection->state = GRANTD_BACKING_OFF;
    connection->due = grantd_now() + grantd_backoff_failed(&connection->backoff, random_number(connection));
}

static void connect_failed(struct grantd_client *client, const char *text)
{
    grantd_connection_close(client);
    back_off(client);
    struct grantd_call *call = TAILQ_FIRST(&client->ledger.waiting);
    while (call) {
        struct grantd_call *next = TAILQ_NEXT(call, link);
        try_again(client, call, GRANTD_CONNECTION_FAILED, text);
        call = next;
    }
}

/* The connection has ended: what is in flight is tried again.
 *
 * pauses: it is a failure, after which the next connection waits. */
static void lost(struct grantd_client *client, const char *text, bool pauses)
{
    struct grantd_connection *connection = &client->connection;
    pauses |= connection->state == GRANTD_DRAINING;
    grantd_connection_close(client);
    grantd_ledger_forget(&client->ledger);
    struct grantd_call *call = TAILQ_LAST(&client->ledger.in_flight, grantd_calls);
    while (call) {
        struct grantd_call *previous = TAILQ_PREV(call, grantd_calls, link);
        if (try_again(client, call, GRANTD_CONNECTION_LOST, text)) grantd_ledger_return(&client->ledger, call);
        call = previous;
    }
    if (pauses) {
        back_off(client);
    } else {
        connection->state = GRANTD_IDLE;
        connection->due = GRANTD_NEVER;
        begin(client);
    }
}

/* Leaves a connection that owes an answer and has brought nothing for too long. */
static void leave_if_silent(struct grantd_client *client, int64_t now)
{
    if (silence_ends(client) <= now)
        lost(client, "the connection was left, since it owed an answer and brought nothing for silence_timeout_ms", true);
}

/* Moves calls that wait into the output, as many as may be in flight. */
static void fill_output(struct grantd_client *client)
{
    struct grantd_connection *connection = &client->connection;
    if (connection->state != GRANTD_ACTIVE) return;
    int64_t now = 0;
    struct grantd_call *call;
    while (grantd_buffer_size(&connection->output) < unsent_bytes && (call = grantd_ledger_next(&client->ledger))) {
        if (!now) now = grantd_now();
        int64_t left = (call->deadline - now) / GRANTD_MS;
        bool is_first = grantd_ledger_owed(&client->ledger) == 0;
        size_t before = grantd_buffer_size(&connection->output);
        grantd_ledger_send(&client->ledger, call);
        struct grantd_request_head head = {
            .service = call->service,
            .method = call->method,
            .correlation_id = call->id,
            .timeout_ms = (int32_t)grantd_clamp_ms(left),
            .token = client->settings.token,
        };
        if (!grantd_frame_append(&connection->output, &head, call->payload, call->payload_size)) {
            grantd_error_set(&call->error, GRANTD_OUT_OF_MEMORY, NULL, "no memory for a request", NULL);
            grantd_engine_end(client, call);
            continue;
        }
        connection->queued += grantd_buffer_size(&connection->output) - before;
        call->queued_end = connection->queued;
        if (is_first) connection->quiet_since = now;
    }
}

/* Writes the output. While the peer takes a request and owes no answer to one that was sent whole, it is not quiet. */
static enum grantd_io write_output(struct grantd_client *client)
{
    struct grantd_connection *connection = &client->connection;
    const struct grantd_call *first = TAILQ_FIRST(&client->ledger.in_flight);
    bool owes_nothing_else =
        first && first->queued_end > connection->taken && client->ledger.given_up_count == 0;
    size_t before = grantd_buffer_size(&connection->output);
    enum grantd_io io = grantd_connection_write(client);
    size_t taken = before - grantd_buffer_size(&connection->output);
    connection->taken += taken;
    if (taken > 0 && owes_nothing_else) connection->quiet_since = grantd_now();
    return io;
}

/* Sends what can be sent. */
static void send_output(struct grantd_client *client)
{
    struct grantd_connection *connection = &client->connection;
    for (;;) {
        fill_output(client);
        if (connection->socket < 0 || grantd_buffer_size(&connection->output) == 0) break;
        enum grantd_io io = write_output(client);
        if (io == GRANTD_IO_BLOCKED) break;
        if (io == GRANTD_IO_ENDED) {
            /* Replies may lie there unread, and the end with them: the next read finds both. */
            grantd_buffer_clear(&connection->output);
            break;
        }
    }
    if (is_up(connection))
        grantd_connection_watch(client, grantd_buffer_size(&connection->output) > 0);
}

/* text: what the step that gave the result wrote of it; a pointer to it, since it is to be read after that step. */
static void follow(struct grantd_client *client, enum grantd_connect_result result, const char *const *text)
{
    struct grantd_connection *connection = &client->connection;
    switch (result) {
    case GRANTD_CONNECT_PENDING:
        break;
    case GRANTD_CONNECT_DONE:
        connection->state = GRANTD_ACTIVE;
        connection->due = GRANTD_NEVER;
        client->statistics.connects++;
        send_output(client);
        break;
    case GRANTD_CONNECT_FAILED:
        connect_failed(client, *text);
        break;
    }
}

/* Connects where calls wait and nothing is under way. */
static void begin(struct grantd_client *client)
{
    struct grantd_connection *connection = &client->connection;
    if (connection->state != GRANTD_IDLE || TAILQ_EMPTY(&client->ledger.waiting)) return;
    connection->state = GRANTD_CONNECTING;
    connection->due = grantd_now() + client->settings.options.connect_timeout_ms * GRANTD_MS;
    const char *text = "";
    follow(client, grantd_connection_begin(client, &text), &text);
}

void grantd_engine_use_room(struct grantd_client *client)
{
    struct grantd_connection *connection = &client->connection;
    if (connection->state == GRANTD_ACTIVE) send_output(client);
    else if (connection->state == GRANTD_DRAINING && client->ledger.in_flight_count == 0)
        lost(client, ended_text, true);
    set_timer(client);
}

static void read_input(struct grantd_client *client)
{
    struct grantd_connection *connection = &client->connection;
    size_t wanted = 0;
    connection->last_read = grantd_now();
    for (int reads = 0; reads < READS_IN_A_TURN; reads++) {
        enum grantd_io io = grantd_connection_read(client, wanted);
        if (io == GRANTD_IO_FAILED) {
            lost(client, connection->problem, true);
            return;
        }
        if (io == GRANTD_IO_ENDED || io == GRANTD_IO_NO_MEMORY) {
            /* An idle connection that the daemon closed is no failure; one that owes answers is. */
            lost(client, ended_text, io == GRANTD_IO_NO_MEMORY || grantd_ledger_owed(&client->ledger) > 0);
            return;
        }
        const char *text = "";
        switch (grantd_replies_take(client, &wanted, &text)) {
        case GRANTD_GO_ON:
            break;
        case GRANTD_BROKEN:
            lost(client, text, true);
            return;
        case GRANTD_TOO_LARGE:
            lost(client, "the connection was left, since a reply to another call is over maximum_reply_bytes", false);
            return;
        }
        if (io == GRANTD_IO_BLOCKED) break;
    }
    if (connection->socket >= 0) grantd_engine_use_room(client);
}

static void handle_socket(struct grantd_client *client, uint32_t generation, uint32_t events)
{
    struct grantd_connection *connection = &client->connection;
    const char *text = "";
    switch (connection->state) {
    case GRANTD_CONNECTING:
        follow(client, grantd_connection_progressed(client, generation, &text), &text);
        break;
    case GRANTD_SECURING:
        if (generation == connection->generation) follow(client, grantd_connection_secured(client, &text), &text);
        break;
    case GRANTD_ACTIVE:
    case GRANTD_DRAINING:
        if (generation != connection->generation) break;
        if (events & (EPOLLIN | EPOLLHUP | EPOLLERR) || (connection->tls && grantd_tls_has_pending(connection->tls)))
            read_input(client);
        else if (events & EPOLLOUT) send_output(client);
        break;
    case GRANTD_IDLE:
    case GRANTD_RESOLVING:
    case GRANTD_BACKING_OFF:
    case GRANTD_CLOSED:
        break;
    }
}

static void handle_timer(struct grantd_client *client)
{
    uint64_t count;
    if (read(client->timer, &count, sizeof count) < 0 && errno == EAGAIN) return;
    client->timer_at = GRANTD_NEVER;
    int64_t now = grantd_now();
    struct grantd_call *call;
    bool has_room = false;
    while ((call = grantd_ledger_expired(&client->ledger, now))) {
        grantd_error_format(
            &call->error, GRANTD_TIMED_OUT, "no answer within %lld ms", (long long)call->deadline_ms);
        grantd_ledger_give_up(&client->ledger, call);
        grantd_engine_end(client, call);
        has_room = true;
    }
    if (has_room) grantd_engine_use_room(client);
    leave_if_silent(client, now);

    struct grantd_connection *connection = &client->connection;
    if (connection->due > now) {
        const char *text = "";
        if (connection->race.next_at <= now) follow(client, grantd_connection_go_on(client, &text), &text);
        return;
    }
    if (connection->state == GRANTD_BACKING_OFF) {
        connection->state = GRANTD_IDLE;
        connection->due = GRANTD_NEVER;
        begin(client);
    } else if (connection->state == GRANTD_SECURING) {
        connect_failed(client, "no TLS handshake in time; the peer may not speak TLS");
    } else if (connection->state == GRANTD_RESOLVING || connection->state == GRANTD_CONNECTING) {
        connect_failed(client, "it took too long");
    }
}

void grantd_engine_submit(struct grantd_client *client, struct grantd_call *call, bool now)
{
    struct grantd_connection *connection = &client->connection;
    if (connection->state == GRANTD_CLOSED) {
        grantd_error_set(&call->error, GRANTD_SHUT_DOWN, NULL, "the client was shut down", NULL);
        grantd_engine_end(client, call);
        return;
    }
    int64_t started = call->deadline - call->deadline_ms * GRANTD_MS;
    bool is_silent = silence_ends(client) <= started;
    /* What has come is taken before it is called silent: nobody may have looked for long. */
    if (is_silent
        || (connection->state == GRANTD_ACTIVE && client->ledger.in_flight_count == 0
            && started - connection->last_read > stale_ns))
        read_input(client);
    if (is_silent) leave_if_silent(client, started);
    grantd_ledger_open(&client->ledger, call);
    if (connection->state == GRANTD_IDLE) begin(client);
    else if (connection->state == GRANTD_ACTIVE && now) send_output(client);
    /* What is processed later is sent together: the socket, which takes output, wakes the client. */
    else if (connection->state == GRANTD_ACTIVE && !client->processing && grantd_ledger_next(&client->ledger))
        grantd_connection_watch(client, true);
    set_timer(client);
}

void grantd_engine_turn(struct grantd_client *client, int timeout_ms)
{
    struct epoll_event events[8];
    client->driver_sleeps |= timeout_ms < 0;
    grantd_unlock(client);
    int count = epoll_wait(client->inner, events, sizeof events / sizeof events[0], timeout_ms);
    grantd_lock(client);
    if (timeout_ms < 0) client->driver_sleeps = false;
    /* The timer last: what has come in time is taken, however late it is looked at. */
    bool rang = false;
    for (int index = 0; index < count; index++) {
        const char *text = "";
        switch ((enum grantd_event)(events[index].data.u64 & 0xff)) {
        case GRANTD_EVENT_SOCKET:
            handle_socket(client, (uint32_t)(events[index].data.u64 >> 8), events[index].events);
            break;
        case GRANTD_EVENT_TIMER:
            rang = true;
            break;
        case GRANTD_EVENT_RESOLVER:
            follow(client, grantd_connection_resolved(client, &text), &text);
            break;
        }
    }
    if (rang) handle_timer(client);
    set_timer(client);
}

void grantd_engine_shutdown(struct grantd_client *client)
{
    client->connection.state = GRANTD_CLOSED;
    client->connection.due = GRANTD_NEVER;
    grantd_connection_close(client);
    struct grantd_calls *lists[] = { &client->ledger.in_flight, &client->ledger.waiting };
    for (size_t index = 0; index < 2; index++) {
        struct grantd_call *call;
        while ((call = TAILQ_FIRST(lists[index]))) {
            grantd_error_set(&call->error, GRANTD_SHUT_DOWN, NULL, "the client was shut down", NULL);
            grantd_engine_end(client, call);
        }
    }
}
