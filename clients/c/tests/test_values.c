/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
/* What needs no socket: frames, pauses, options, tokens, errors, buffers, the ledger, the order of addresses, bounded decoding, the
 * comparison of messages. */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../conformance/compare.h"
#include "backoff.h"
#include "buffer.h"
#include "decode.h"
#include "error.h"
#include "frame.h"
#include "ledger.h"
#include "options.h"
#include "race.h"
#include "support.h"
#include "token.h"

static void headers(void **state)
{
    (void)state;
    struct grantd_header header;
    const uint8_t good[12] = { 'P', 'R', 'P', 'C', 0, 0, 1, 2, 0, 0, 0, 7 };
    for (size_t count = 0; count < 12; count++)
        assert_int_equal(grantd_header_read(good, count, &header), GRANTD_NEED_MORE);
    assert_int_equal(grantd_header_read(good, 12, &header), GRANTD_HEADER);
    assert_int_equal(header.body_size, 258);
    assert_int_equal(header.meta_size, 7);
    assert_int_equal(grantd_header_read((const uint8_t *)"PRX", 3, &header), GRANTD_NOT_A_FRAME);
    const uint8_t meta_over_body[12] = { 'P', 'R', 'P', 'C', 0, 0, 0, 6, 0, 0, 0, 7 };
    assert_int_equal(grantd_header_read(meta_over_body, 12, &header), GRANTD_NOT_A_FRAME);
}

static void request_frames(void **state)
{
    (void)state;
    struct grantd_buffer buffer = { 0 };
    const struct grantd_request_head head = { "grantd.v1.Calculator", "Evaluate", 42, 1500, "secret" };
    assert_true(grantd_frame_append(&buffer, &head, (const uint8_t *)"payload", 7));
    struct grantd_header header;
    const uint8_t *bytes = grantd_buffer_front(&buffer);
    assert_int_equal(grantd_header_read(bytes, grantd_buffer_size(&buffer), &header), GRANTD_HEADER);
    assert_int_equal(grantd_buffer_size(&buffer), 12 + header.body_size);
    Brpc__Policy__RpcMeta *meta = brpc__policy__rpc_meta__unpack(NULL, header.meta_size, bytes + 12);
    assert_non_null(meta);
    assert_string_equal(meta->request->service_name, "grantd.v1.Calculator");
    assert_string_equal(meta->request->method_name, "Evaluate");
    assert_int_equal(meta->request->timeout_ms, 1500);
    assert_int_equal(meta->correlation_id, 42);
    assert_memory_equal(meta->authentication_data.data, "secret", 6);
    assert_memory_equal(bytes + 12 + header.meta_size, "payload", 7);
    brpc__policy__rpc_meta__free_unpacked(meta, NULL);
    grantd_buffer_free(&buffer);
}

static const char *read_meta(Brpc__Policy__RpcMeta *meta, size_t rest, struct grantd_reply *reply)
{
    uint8_t bytes[256];
    size_t size = brpc__policy__rpc_meta__pack(meta, bytes);
    *reply = (struct grantd_reply){ 0 };
    return grantd_reply_read(reply, bytes, size, rest);
}

static void reply_metas(void **state)
{
    (void)state;
    struct grantd_reply reply;
    Brpc__Policy__RpcResponseMeta response = BRPC__POLICY__RPC_RESPONSE_META__INIT;
    Brpc__Policy__RpcMeta meta = BRPC__POLICY__RPC_META__INIT;
    meta.response = &response;
    meta.has_attachment_size = 1;
    meta.attachment_size = 3;
    assert_null(read_meta(&meta, 10, &reply));
    assert_null(reply.wrong);
    assert_int_equal(reply.payload_size, 7);
    grantd_reply_clear(&reply);
    /* Wrong in one way each: it is still known whose reply it is. */
    meta.has_correlation_id = meta.has_compress_type = meta.has_content_type = 1;
    meta.correlation_id = 77;
    for (int way = 0; way < 5; way++) {
        meta.attachment_size = way == 0 ? 11 : way == 1 ? -1 : 0;
        meta.compress_type = way == 2 ? 2 : 0;
        meta.content_type = way == 3 ? 1 : 0;
        meta.response = way == 4 ? NULL : &response;
        assert_null(read_meta(&meta, 10, &reply));
        assert_non_null(reply.wrong);
        assert_int_equal(reply.correlation_id, 77);
        grantd_reply_clear(&reply);
    }
    reply = (struct grantd_reply){ 0 };
    assert_non_null(grantd_reply_read(&reply, (const uint8_t *)"\xff\xff\xff", 3, 0));
    grantd_reply_clear(&reply);
}

static void pauses(void **state)
{
    (void)state;
    struct grantd_backoff backoff = { .initial_ns = 50, .maximum_ns = 1000, .jitter_percent = 0 };
    const int64_t expected[] = { 50, 100, 200, 400, 800, 1000, 1000 };
    for (size_t index = 0; index < 7; index++) assert_int_equal(grantd_backoff_failed(&backoff, 7), expected[index]);
    for (int index = 0; index < 100; index++) assert_int_equal(grantd_backoff_failed(&backoff, 7), 1000);
    grantd_backoff_succeeded(&backoff);
    assert_int_equal(grantd_backoff_failed(&backoff, 7), 50);
    struct grantd_backoff jittered = { .initial_ns = 1000, .maximum_ns = 1000, .jitter_percent = 25 };
    for (uint64_t random = 0; random < 1000; random++)
        assert_in_range(grantd_backoff_failed(&jittered, random), 750, 1000);
}

static void addresses(void **state)
{
    (void)state;
    struct grantd_settings settings;
    grantd_client_options options;
    grantd_client_options_init(&options);
    const char *good[][3] = {
        { "127.0.0.1:7843", "127.0.0.1", "7843" },
        { "[::1]:1", "::1", "1" },
        { "grants.example:65535", "grants.example", "65535" },
    };
    for (size_t index = 0; index < 3; index++) {
        options.address = good[index][0];
        assert_int_equal(grantd_settings_make(&settings, &options, NULL), GRANTD_OK);
        assert_string_equal(settings.host, good[index][1]);
        assert_string_equal(settings.port, good[index][2]);
        grantd_settings_free(&settings);
    }
    const char *bad[] = { "", "host", ":1", "host:", "host:0", "host:65536", "host:1x", "::1:7", "[]:1", "[::1:7", NULL };
    for (size_t index = 0; index < 11; index++) {
        grantd_error error = GRANTD_ERROR_INIT;
        options.address = bad[index];
        assert_int_equal(grantd_settings_make(&settings, &options, &error), GRANTD_INVALID_ARGUMENT);
        assert_string_equal(error.status, "INVALID_ARGUMENT");
        grantd_error_clear(&error);
        grantd_settings_free(&settings);
    }
}

static void bad_options(void **state)
{
    (void)state;
    grantd_client_options options[7];
    for (int index = 0; index < 7; index++) grantd_client_options_init(&options[index]);
    options[0].deadline_ms = 0;
    options[1].attempts = 0;
    options[2].jitter_percent = 101;
    options[3].maximum_reply_bytes = 5;
    options[4].token = "";
    options[5].maximum_calls_in_flight = 0;
    options[6].token = "two words";
    for (int index = 0; index < 7; index++) {
        grantd_client *client = (grantd_client *)&options;
        assert_int_equal(grantd_client_create(&options[index], &client, NULL), GRANTD_INVALID_ARGUMENT);
        assert_null(client);
    }
}

static void tokens(void **state)
{
    (void)state;
    static char longest[4097];
    memset(longest, 't', 4096);
    const struct {
        const char *content;
        size_t size;
        const char *token;
        const char *error;
    } all[] = {
#define FILE_OF(text) text, sizeof(text) - 1
        { FILE_OF("secret\n"), "secret", NULL },
        { FILE_OF("secret"), "secret", NULL },
        { FILE_OF("\xef\xbb\xbf# made by hand\r\n\r\n secret\t\r\nother\r\n"), "secret", NULL },
        { FILE_OF("first\nsecond\n"), "first", NULL },
        { FILE_OF("  # none\nsecret"), "secret", NULL },
        { FILE_OF("se#cret"), "se#cret", NULL },
        { longest, 4096, longest, NULL },
        { FILE_OF("desk-1 [agency, ask]: secret\nother\n"), "secret", NULL },
        { FILE_OF("ops@city\t:\tsecret\t\n"), "secret", NULL },
        { FILE_OF("user:secret\n"), "user:secret", NULL },
        { FILE_OF("ok\na [king]: secret\n"), NULL, "line 2 of the token file" },
        { FILE_OF("a []: secret\n"), NULL, "line 1 of the token file" },
        { FILE_OF("a [askx]: secret\n"), NULL, "line 1 of the token file" },
        { FILE_OF("a [ask"), NULL, "line 1 of the token file" },
        { FILE_OF("a [ask,"), NULL, "line 1 of the token file" },
        { FILE_OF("a [ask]: "), NULL, "line 1 of the token file" },
        { FILE_OF("-a [ask]: secret\n"), NULL, "line 1 of the token file" },
        { FILE_OF("a [ask]: secret word\n"), NULL, "line 1 of the token file" },
        { FILE_OF(""), NULL, "holds no token" },
        { FILE_OF("\xef\xbb\xbf"), NULL, "holds no token" },
        { FILE_OF("# one\n\n#two"), NULL, "holds no token" },
        { FILE_OF("\xff\xfes\0e\0"), NULL, "is UTF-16; save it as UTF-8" },
        { FILE_OF("\xfe\xff\0s\0e"), NULL, "is UTF-16; save it as UTF-8" },
        { FILE_OF("s\0e\0"), NULL, "is UTF-16; save it as UTF-8" },
        { FILE_OF("# one\nse cret\n"), NULL, "line 2 of the token file" },
        { FILE_OF("secret\xc2\xa0\n"), NULL, "line 1 of the token file" },
        { FILE_OF("\vsecret\n"), NULL, "line 1 of the token file" },
        { FILE_OF("secret\xe2\x80\xa8secret\n"), NULL, "line 1 of the token file" },
        { FILE_OF("secret\rsecret\n"), NULL, "line 1 of the token file" },
        { FILE_OF("secret\x7f\n"), NULL, "line 1 of the token file" },
        { FILE_OF("\xef\xbb\xbf\xef\xbb\xbfsecret\n"), NULL, "line 1 of the token file" },
        { FILE_OF("secret\nsecr\xc3\xa9t\n"), NULL, "line 2 of the token file" },
#undef FILE_OF
    };
    for (size_t index = 0; index < sizeof all / sizeof all[0]; index++) {
        grantd_error error = GRANTD_ERROR_INIT;
        const char *token;
        size_t size;
        int32_t code = grantd_token_find("tokens", all[index].content, all[index].size, &token, &size, &error);
        assert_int_equal(code, all[index].error ? GRANTD_INVALID_ARGUMENT : GRANTD_OK);
        if (all[index].error) {
            assert_non_null(strstr(error.message, all[index].error));
            assert_null(strstr(error.message, "secr"));
        } else {
            assert_int_equal(size, strlen(all[index].token));
            assert_memory_equal(token, all[index].token, size);
        }
        grantd_error_clear(&error);
    }
    assert_null(grantd_token_check(longest, 4096));
    assert_non_null(grantd_token_check(longest, 4097));
}

static void token_files(void **state)
{
    (void)state;
    char path[4096];
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/grantd-tokens-XXXXXX", folder ? folder : ".");
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, "\xef\xbb\xbfsecret\r\n", 11), 11);
    grantd_client_options options;
    grantd_client_options_init(&options);
    options.token_file = path;
    struct grantd_settings settings;
    assert_int_equal(grantd_settings_make(&settings, &options, NULL), GRANTD_OK);
    assert_string_equal(settings.token, "secret");
    grantd_settings_free(&settings);
    options.token = "secret";
    assert_int_equal(grantd_settings_make(&settings, &options, NULL), GRANTD_INVALID_ARGUMENT);
    grantd_settings_free(&settings);
    options.token = NULL;
    assert_int_equal(ftruncate(file, 1024 * 1024 + 1), 0);
    grantd_error error = GRANTD_ERROR_INIT;
    assert_int_equal(grantd_settings_make(&settings, &options, &error), GRANTD_INVALID_ARGUMENT);
    assert_non_null(strstr(error.message, "over 1 MiB"));
    grantd_settings_free(&settings);
    close(file);
    unlink(path);
    assert_int_equal(grantd_settings_make(&settings, &options, &error), GRANTD_INVALID_ARGUMENT);
    assert_non_null(strstr(error.message, "No such file"));
    grantd_settings_free(&settings);
    grantd_error_clear(&error);
}

static void families_alternate(void **state)
{
    (void)state;
    const char *const given[] = { "64446", "6664", "44", "6" };
    const char *const expected[] = { "64644", "6466", "44", "6" };
    for (size_t index = 0; index < 4; index++) {
        struct addrinfo addresses[8];
        size_t count = strlen(given[index]);
        for (size_t place = 0; place < count; place++)
            addresses[place] = (struct addrinfo){
                .ai_family = given[index][place] == '6' ? AF_INET6 : AF_INET,
                .ai_next = place + 1 < count ? &addresses[place + 1] : NULL,
            };
        struct grantd_race race;
        assert_true(grantd_race_prepare(&race, addresses));
        assert_int_equal(race.count, count);
        const struct addrinfo *last[2] = { NULL, NULL };
        for (size_t place = 0; place < count; place++) {
            bool is_six = race.addresses[place]->ai_family == AF_INET6;
            assert_int_equal(is_six, expected[index][place] == '6');
            /* Each family in its own order. */
            assert_true(!last[is_six] || last[is_six] < race.addresses[place]);
            last[is_six] = race.addresses[place];
        }
        grantd_race_end(&race);
    }
    struct grantd_race none;
    assert_true(grantd_race_prepare(&none, NULL));
    uint32_t generation = 0;
    struct grantd_candidate winner;
    assert_int_equal(grantd_race_go_on(&none, -1, &generation, 0, &winner), GRANTD_RACE_LOST);
    grantd_race_end(&none);
}

static void errors(void **state)
{
    (void)state;
    grantd_error error = GRANTD_ERROR_INIT, other = GRANTD_ERROR_INIT;
    grantd_error_set(&error, GRANTD_BAD_REQUEST, NULL, "as_of must be set", "as_of");
    assert_string_equal(error.status, "INVALID_ARGUMENT");
    assert_string_equal(error.field, "as_of");
    grantd_error_set(&error, 1999, NULL, NULL, NULL);
    assert_string_equal(error.status, "UNKNOWN");
    assert_string_equal(error.message, "");
    assert_int_equal(grantd_error_move(&other, &error), 1999);
    assert_int_equal(error.code, GRANTD_OK);
    grantd_error_clear(&other);
    grantd_error_clear(NULL);
    assert_true(grantd_code_is_retryable(GRANTD_STOPPING));
    assert_false(grantd_code_is_retryable(GRANTD_TIMED_OUT));
    for (int32_t code = -10; code < 0; code++) assert_non_null(grantd_code_text(code));
}

static void buffers(void **state)
{
    (void)state;
    struct grantd_buffer buffer = { 0 };
    uint8_t next_in = 0, next_out = 0;
    for (int round = 0; round < 2000; round++) {
        uint8_t bytes[97];
        for (size_t index = 0; index < sizeof bytes; index++) bytes[index] = next_in++;
        assert_true(grantd_buffer_append(&buffer, bytes, sizeof bytes));
        size_t count = round % 3 ? 120 : 13;
        if (count > grantd_buffer_size(&buffer)) count = grantd_buffer_size(&buffer);
        for (size_t index = 0; index < count; index++)
            assert_int_equal(grantd_buffer_front(&buffer)[index], next_out++);
        grantd_buffer_take(&buffer, count);
    }
    assert_null(grantd_buffer_reserve(&buffer, SIZE_MAX - 10));
    grantd_buffer_free(&buffer);
}

static void ledger(void **state)
{
    (void)state;
    struct grantd_ledger ledger;
    assert_true(grantd_ledger_init(&ledger, 2));
    struct grantd_call calls[3] = { { .deadline = 30 }, { .deadline = 10 }, { .deadline = 20 } };
    for (int index = 0; index < 3; index++) grantd_ledger_open(&ledger, &calls[index]);
    assert_int_equal(ledger.earliest_deadline, 10);
    grantd_ledger_send(&ledger, grantd_ledger_next(&ledger));
    grantd_ledger_send(&ledger, grantd_ledger_next(&ledger));
    assert_null(grantd_ledger_next(&ledger));
    assert_ptr_equal(grantd_ledger_find(&ledger, calls[1].id), &calls[1]);
    assert_null(grantd_ledger_find(&ledger, 77));
    assert_null(grantd_ledger_find(&ledger, -1));
    assert_null(grantd_ledger_find(&ledger, INT64_MIN));

    assert_ptr_equal(grantd_ledger_expired(&ledger, 10), &calls[1]);
    /* Its answer is owed all the same, once. */
    grantd_ledger_give_up(&ledger, &calls[1]);
    assert_int_equal(grantd_ledger_owed(&ledger), 2);
    assert_true(grantd_ledger_owes(&ledger, calls[0].id));
    assert_true(grantd_ledger_owes(&ledger, calls[1].id));
    assert_false(grantd_ledger_owes(&ledger, 77));
    assert_true(grantd_ledger_settle(&ledger, calls[1].id));
    assert_false(grantd_ledger_settle(&ledger, calls[1].id));
    assert_false(grantd_ledger_settle(&ledger, calls[0].id));
    assert_int_equal(grantd_ledger_owed(&ledger), 1);
    assert_null(grantd_ledger_expired(&ledger, 10));
    assert_int_equal(ledger.earliest_deadline, 20);
    /* What comes back goes before what waits. */
    grantd_ledger_return(&ledger, &calls[0]);
    assert_ptr_equal(grantd_ledger_next(&ledger), &calls[0]);
    int64_t before = calls[0].id;
    grantd_ledger_send(&ledger, &calls[0]);
    assert_true(calls[0].id > before);
    grantd_ledger_give_up(&ledger, &calls[0]);
    /* It was never sent. */
    grantd_ledger_give_up(&ledger, &calls[2]);
    assert_null(grantd_ledger_next(&ledger));
    assert_int_equal(ledger.in_flight_count, 0);
    assert_int_equal(grantd_ledger_owed(&ledger), 1);
    grantd_ledger_forget(&ledger);
    assert_int_equal(grantd_ledger_owed(&ledger), 0);
    grantd_ledger_free(&ledger);
}

static void bounded_decoding(void **state)
{
    (void)state;
    /* Two bytes on the wire are a whole Finding in memory. */
    uint8_t hostile[2000];
    for (size_t index = 0; index < sizeof hostile; index += 2) {
        hostile[index] = 9 << 3 | 2;
        hostile[index + 1] = 0;
    }
    bool exceeded;
    const ProtobufCMessageDescriptor *type = &grantd__v1__assessment__descriptor;
    assert_null(grantd_decode(type, hostile, sizeof hostile, 16384, &exceeded));
    assert_true(exceeded);
    ProtobufCMessage *message = grantd_decode(type, hostile, sizeof hostile, 1 << 20, &exceeded);
    assert_non_null(message);
    assert_false(exceeded);
    protobuf_c_message_free_unpacked(message, NULL);
    assert_null(grantd_decode(type, (const uint8_t *)"\xff", 1, 1 << 20, &exceeded));
    assert_false(exceeded);
    message = grantd_decode(type, NULL, 0, 1 << 20, &exceeded);
    assert_non_null(message);
    protobuf_c_message_free_unpacked(message, NULL);
}

static bool equal(const Grantd__V1__Assessment *left, const Grantd__V1__Assessment *right, char *text, size_t size)
{
    return compare_messages(&left->base, &right->base, text, size);
}

static void comparison(void **state)
{
    (void)state;
    char text[200];
    Grantd__V1__Finding finding = GRANTD__V1__FINDING__INIT, other = GRANTD__V1__FINDING__INIT;
    Grantd__V1__Finding *findings[2] = { &finding, &finding }, *others[2] = { &finding, &other };
    Grantd__V1__Assessment left = GRANTD__V1__ASSESSMENT__INIT, right = GRANTD__V1__ASSESSMENT__INIT;
    assert_true(equal(&left, &right, text, sizeof text));

    left.has_amount_fen = right.has_amount_fen = 1;
    left.amount_fen = INT64_MAX;
    right.amount_fen = INT64_MAX - 1;
    assert_false(equal(&left, &right, text, sizeof text));
    assert_string_equal(text, "amount_fen: expected 9223372036854775807, found 9223372036854775806");
    right.amount_fen = INT64_MAX;
    right.has_amount_fen = 0;
    assert_false(equal(&left, &right, text, sizeof text));
    assert_string_equal(text, "amount_fen: expected set, found unset");
    right.has_amount_fen = 1;
    left.binding_cap = (char *)(uintptr_t)"";
    assert_false(equal(&left, &right, text, sizeof text));
    left.binding_cap = NULL;

    left.n_findings = right.n_findings = 2;
    left.findings = findings;
    right.findings = others;
    assert_true(equal(&left, &right, text, sizeof text));
    other.has_verdict = finding.has_verdict = 1;
    finding.verdict = GRANTD__V1__FINDING__VERDICT__PASS;
    other.verdict = GRANTD__V1__FINDING__VERDICT__FAIL;
    assert_false(equal(&left, &right, text, sizeof text));
    assert_string_equal(text, "findings[1].verdict: expected PASS, found FAIL");
    other.verdict = finding.verdict;
    right.n_findings = 1;
    assert_false(equal(&left, &right, text, sizeof text));
    assert_string_equal(text, "findings: 2 entries expected, 1 found");
    right.n_findings = 2;

    Grantd__V1__Line line = GRANTD__V1__LINE__INIT, flag = GRANTD__V1__LINE__INIT;
    Grantd__V1__Line *lines[1] = { &line }, *flags[1] = { &flag };
    line.value_case = GRANTD__V1__LINE__VALUE_AMOUNT_FEN;
    flag.value_case = GRANTD__V1__LINE__VALUE_FLAG;
    left.n_lines = right.n_lines = 1;
    left.lines = lines;
    right.lines = flags;
    assert_false(equal(&left, &right, text, sizeof text));
    right.lines = lines;
    assert_true(equal(&left, &right, text, sizeof text));

    uint8_t byte = 1;
    ProtobufCMessageUnknownField unknown = { 99, PROTOBUF_C_WIRE_TYPE_VARINT, 1, &byte };
    right.base.n_unknown_fields = 1;
    right.base.unknown_fields = &unknown;
    assert_false(equal(&left, &right, text, sizeof text));
    /* A place for a few bytes only. */
    char little[8];
    assert_false(equal(&left, &right, little, sizeof little));
    assert_true(strlen(little) < sizeof little);
}

/* Whether the library has TLS or not, it says at once what it cannot do. */
static void tls(void **state)
{
    (void)state;
    grantd_client_options options;
    grantd_client_options_init(&options);
    options.tls = 1;
    grantd_client *client;
    grantd_error error = GRANTD_ERROR_INIT;
    int32_t code = grantd_client_create(&options, &client, &error);
    assert_int_equal(code, GRANTD_TLS ? GRANTD_OK : GRANTD_INVALID_ARGUMENT);
    if (!GRANTD_TLS) assert_non_null(strstr(error.message, "TLS=1"));
    grantd_client_destroy(client);
    grantd_error_clear(&error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tls), cmocka_unit_test(headers),          cmocka_unit_test(request_frames), cmocka_unit_test(reply_metas),
        cmocka_unit_test(pauses),           cmocka_unit_test(addresses),      cmocka_unit_test(bad_options),
        cmocka_unit_test(errors),           cmocka_unit_test(buffers),        cmocka_unit_test(ledger),
        cmocka_unit_test(bounded_decoding), cmocka_unit_test(comparison),     cmocka_unit_test(tokens),
        cmocka_unit_test(token_files),      cmocka_unit_test(families_alternate),
    };
    return cmocka_run_group_tests_name("values", tests, NULL, NULL);
}
