/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "error.h"
#include "token.h"

void grantd_client_options_init(grantd_client_options *options)
{
    *options = (grantd_client_options){
        .address = "127.0.0.1:7843",
        .token = NULL,
        .token_file = NULL,
        .deadline_ms = 10000,
        .connect_timeout_ms = 5000,
        .silence_timeout_ms = 5000,
        .attempts = 5,
        .initial_backoff_ms = 50,
        .maximum_backoff_ms = 5000,
        .jitter_percent = 25,
        .maximum_calls_in_flight = 128,
        .maximum_request_bytes = (size_t)4 * 1024 * 1024,
        .maximum_auction_request_bytes = (size_t)16 * 1024 * 1024,
        .maximum_reply_bytes = (size_t)16 * 1024 * 1024,
        .maximum_decoded_bytes = (size_t)256 * 1024 * 1024,
        .tls = 0,
        .tls_ca_file = NULL,
        .tls_server_name = NULL,
        .tls_certificate_file = NULL,
        .tls_key_file = NULL,
    };
}

static int32_t bad_address(const char *address, grantd_error *error)
{
    return grantd_error_format(
        error, GRANTD_INVALID_ARGUMENT, "the address \"%.200s\" is not HOST:PORT, such as 127.0.0.1:7843 or [::1]:7843",
        address);
}

static int32_t take_address(struct grantd_settings *settings, const char *address, grantd_error *error)
{
    const char *colon = strrchr(address, ':');
    if (!colon || colon == address) return bad_address(address, error);
    const char *host = address;
    size_t host_size = (size_t)(colon - address);
    if (host[0] == '[') {
        if (host_size < 3 || host[host_size - 1] != ']') return bad_address(address, error);
        host++;
        host_size -= 2;
    } else if (memchr(host, ':', host_size)) {
        return bad_address(address, error);
    }
    const char *port = colon + 1;
    size_t digits = strspn(port, "0123456789");
    if (digits == 0 || digits > 5 || port[digits] || atoi(port) < 1 || atoi(port) > 65535)
        return bad_address(address, error);

    settings->host = strndup(host, host_size);
    settings->port = strdup(port);
    if (!settings->host || !settings->port)
        return grantd_error_set(error, GRANTD_OUT_OF_MEMORY, NULL, "no memory for a client", NULL);
    return GRANTD_OK;
}

static int32_t take_token(struct grantd_settings *settings, const grantd_client_options *options, grantd_error *error)
{
    if (options->token && options->token_file)
        return grantd_error_set(
            error, GRANTD_INVALID_ARGUMENT, NULL, "a token and a token file are given; one of them is enough", NULL);
    if (options->token_file) return grantd_token_read(options->token_file, &settings->token, error);
    if (!options->token) return GRANTD_OK;
    const char *problem = grantd_token_check(options->token, strlen(options->token));
    if (problem) return grantd_error_set(error, GRANTD_INVALID_ARGUMENT, NULL, problem, NULL);
    settings->token = strdup(options->token);
    if (settings->token) return GRANTD_OK;
    return grantd_error_set(error, GRANTD_OUT_OF_MEMORY, NULL, "no memory for a client", NULL);
}

static int32_t take_tls(struct grantd_settings *settings, const grantd_client_options *options, grantd_error *error)
{
    if (!options->tls
        && (options->tls_ca_file || options->tls_server_name || options->tls_certificate_file || options->tls_key_file))
        return grantd_error_set(
            error, GRANTD_INVALID_ARGUMENT, NULL, "options of TLS are given, and `tls` is 0; set it to 1", NULL);
    if (!options->tls_certificate_file != !options->tls_key_file)
        return grantd_error_set(
            error, GRANTD_INVALID_ARGUMENT, NULL, "tls_certificate_file and tls_key_file belong together", NULL);
    if (options->tls_server_name && !*options->tls_server_name)
        return grantd_error_set(error, GRANTD_INVALID_ARGUMENT, NULL, "tls_server_name must be a name", NULL);
    return grantd_tls_context_make(options, settings->host, &settings->tls, error);
}

static int64_t clamp_pause(int64_t milliseconds) { return milliseconds <= 0 ? 0 : grantd_clamp_ms(milliseconds); }

int32_t grantd_settings_make(
    struct grantd_settings *settings, const grantd_client_options *options, grantd_error *error)
{
    *settings = (struct grantd_settings){ 0 };
    grantd_client_options *own = &settings->options;
    if (options) *own = *options;
    else grantd_client_options_init(own);

    if (!own->address) return bad_address("", error);
    int32_t code = take_address(settings, own->address, error);
    if (code) return code;
    code = take_token(settings, own, error);
    if (code) return code;
    if (own->deadline_ms < 1 || own->connect_timeout_ms < 1)
        return grantd_error_set(error, GRANTD_INVALID_ARGUMENT, NULL, "a time limit must be 1 ms at least", NULL);
    if (own->attempts < 1 || own->maximum_calls_in_flight < 1)
        return grantd_error_set(
            error, GRANTD_INVALID_ARGUMENT, NULL, "attempts and maximum_calls_in_flight must be 1 at least", NULL);
    if (own->jitter_percent > 100)
        return grantd_error_set(error, GRANTD_INVALID_ARGUMENT, NULL, "jitter_percent must be 100 at most", NULL);
    if (own->maximum_request_bytes < 1024 || own->maximum_auction_request_bytes < 1024
        || own->maximum_reply_bytes < 1024 || own->maximum_decoded_bytes < 1024)
        return grantd_error_set(error, GRANTD_INVALID_ARGUMENT, NULL, "a limit in bytes must be 1,024 at least", NULL);

    code = take_tls(settings, own, error);
    if (code) return code;
    own->address = NULL;
    own->token = own->token_file = NULL;
    own->tls_ca_file = own->tls_server_name = own->tls_certificate_file = own->tls_key_file = NULL;
    own->deadline_ms = grantd_clamp_ms(own->deadline_ms);
    own->connect_timeout_ms = grantd_clamp_ms(own->connect_timeout_ms);
    own->silence_timeout_ms = clamp_pause(own->silence_timeout_ms);
    own->initial_backoff_ms = clamp_pause(own->initial_backoff_ms);
    own->maximum_backoff_ms = clamp_pause(own->maximum_backoff_ms);
    if (own->maximum_backoff_ms < own->initial_backoff_ms) own->maximum_backoff_ms = own->initial_backoff_ms;
    return GRANTD_OK;
}

void grantd_settings_free(struct grantd_settings *settings)
{
    free(settings->host);
    free(settings->port);
    free(settings->token);
    grantd_tls_context_free(settings->tls);
    *settings = (struct grantd_settings){ 0 };
}
