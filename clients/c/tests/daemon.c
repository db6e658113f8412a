/*
 * This source file is part of grantd.
 * Copyright (c) 2026 the grantd authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "daemon.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

bool daemon_start(struct daemon *daemon, const char *port, const char *token_file)
{
    const char *arguments[] = { "--token-file", token_file, NULL };
    return daemon_start_with(daemon, port, token_file ? arguments : NULL);
}

bool daemon_start_with(struct daemon *daemon, const char *port, const char *const *arguments)
{
    const char *folder = getenv("GRANTD_BIN");
    if (!folder) return false;
    char program[4096];
    snprintf(program, sizeof program, "%s/grantd", folder);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC)) return false;
    daemon->process = fork();
    if (daemon->process == 0) {
        dup2(ends[1], STDOUT_FILENO);
        int nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, STDERR_FILENO);
        const char *all[17] = { program, "serve", "--port", port };
        for (size_t index = 0; arguments && index < 12 && arguments[index]; index++) all[4 + index] = arguments[index];
        execv(program, (char *const *)(uintptr_t)all);
        _exit(127);
    }
    close(ends[1]);
    char line[128] = "";
    FILE *output = fdopen(ends[0], "r");
    bool is_up = fgets(line, sizeof line, output) && sscanf(line, "listening on %63s", daemon->address) == 1;
    fclose(output);
    if (is_up) snprintf(daemon->port, sizeof daemon->port, "%s", strrchr(daemon->address, ':') + 1);
    return is_up;
}

void daemon_stop(struct daemon *daemon, int signal)
{
    kill(daemon->process, signal);
    waitpid(daemon->process, NULL, 0);
}
