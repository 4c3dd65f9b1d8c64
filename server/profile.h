// SPDX-License-Identifier: Apache-2.0
/**
 * profile: what a client needs to reach a server, in one text: address, name, certificates, key.
 * docs/profile.md describes it; clients read it.
 */
#ifndef SLATE_PROFILE_H
#define SLATE_PROFILE_H

#include <stdint.h>

#include "auth/pki.h"
#include "config/config.h"

enum {
    PROFILE_MODE = 0600,            /* it holds a key; clients refuse a wider one */
    PROFILE_SERVER_BYTES = 254 + 8, /* [host]:port */
};

/**
 * Where clients find the server: the first name that its certificate is for, if it is more than a
 * name of the machine itself; else the first address it listens on; else the loopback address.
 */
void profile_server(const X509 *certificate, const struct config_listen *listen,
                    char ret[PROFILE_SERVER_BYTES]);

/**
 * Makes a key and a certificate for the principal of that name, and the text around them. cas: PEM,
 * all that the server's certificate may come from; NULL: only the one that signs. The caller gives
 * the text back with pki_free_secret. Returns 0, or < 0 with a line in reterr (PKI_ERROR_BYTES).
 */
int profile_issue(const struct pki_pair *ca, const char *cas, const char *server, const char *name,
                  int64_t now_at, char **ret, char *reterr);

#endif
