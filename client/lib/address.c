// SPDX-License-Identifier: Apache-2.0
#include "client/lib/address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/lib/error.h"

static bool is_port(const char *p)
{
    size_t n = strspn(p, "0123456789");

    if (n == 0 || n >= ADDRESS_PORT_BYTES || p[n] != '\0') {
        return false;
    }
    long port = strtol(p, NULL, 10);
    return port >= 1 && port <= 65535;
}

enum slate_status address_parse(const char *text, struct address *ret, struct slate_error *reterr)
{
    const char *host = text;
    const char *end = NULL;
    const char *port = NULL;

    if (*text == '[') {
        host = text + 1;
        end = strchr(host, ']');
        if (end && end[1] == ':') {
            port = end + 2;
        } else if (end && end[1] != '\0') {
            end = NULL;
        }
    } else {
        const char *colon = strchr(text, ':');
        end = text + strlen(text);
        if (colon && !strchr(colon + 1, ':')) { // two and more: a bare IPv6 address
            end = colon;
            port = colon + 1;
        }
    }
    if (!end || end == host || end - host >= ADDRESS_HOST_BYTES || (port && !is_port(port))) {
        error_set(reterr, SLATE_INVALID_ARGUMENT, "\"%s\" is no address of a server", text);
        error_hint(reterr, "write it like slate.example.com:%s or [2001:db8::1]:%s",
                   SLATE_DEFAULT_PORT, SLATE_DEFAULT_PORT);
        return SLATE_INVALID_ARGUMENT;
    }
    snprintf(ret->host, sizeof(ret->host), "%.*s", (int)(end - host), host);
    snprintf(ret->port, sizeof(ret->port), "%s", port ? port : SLATE_DEFAULT_PORT);
    return SLATE_OK;
}
