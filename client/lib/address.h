// SPDX-License-Identifier: Apache-2.0
/**
 * address: a server's address as people write it.
 */
#ifndef SLATE_CLIENT_LIB_ADDRESS_H
#define SLATE_CLIENT_LIB_ADDRESS_H

#include <slate.h>

enum {
    ADDRESS_HOST_BYTES = 254, /* the longest DNS name, and its NUL */
    ADDRESS_PORT_BYTES = 6,
};

struct address {
    char host[ADDRESS_HOST_BYTES]; /* a name or a numeric address, without brackets */
    char port[ADDRESS_PORT_BYTES]; /* 1..65535, decimal */
};

/** host:port, host, [v6]:port, [v6], v6. Errors: SLATE_INVALID_ARGUMENT. */
enum slate_status address_parse(const char *text, struct address *ret, struct slate_error *reterr);

#endif
