/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wait.h"

#include "engine.h"

void grantd_wait_begin(struct grantd_client *client, struct grantd_call *call)
{
    call->is_blocking = true;
    pthread_cond_init(&call->ended, NULL);
    grantd_lock(client);
    grantd_engine_submit(client, call, true);
    grantd_unlock(client);
}

void grantd_wait_for(struct grantd_client *client, struct grantd_call *call)
{
    grantd_lock(client);
    while (call->state != GRANTD_CALL_ENDED) {
        if (client->has_driver) {
            TAILQ_INSERT_TAIL(&client->waiters, call, waiter_link);
            pthread_cond_wait(&call->ended, &client->mutex);
            TAILQ_REMOVE(&client->waiters, call, waiter_link);
        } else {
            client->has_driver = true;
            client->driver_call = call;
            grantd_engine_turn(client, -1);
            client->has_driver = false;
            client->driver_call = NULL;
        }
    }
    if (!client->has_driver && !TAILQ_EMPTY(&client->waiters))
        pthread_cond_signal(&TAILQ_FIRST(&client->waiters)->ended);
    grantd_unlock(client);
    pthread_cond_destroy(&call->ended);
}

void grantd_wait_drop(struct grantd_client *client, struct grantd_call *call)
{
    grantd_lock(client);
    if (call->state != GRANTD_CALL_ENDED) {
        grantd_ledger_give_up(&client->ledger, call);
        grantd_engine_use_room(client);
    }
    grantd_unlock(client);
    pthread_cond_destroy(&call->ended);
}
