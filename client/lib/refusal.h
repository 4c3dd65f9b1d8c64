// SPDX-License-Identifier: Apache-2.0
/**
 * refusal: why one end refused the other, in words that say what to do.
 */
#ifndef SLATE_CLIENT_LIB_REFUSAL_H
#define SLATE_CLIENT_LIB_REFUSAL_H

#include <slate.h>

struct ssl_st;

/** Start to listen for alerts on a connection that is about to be made. *alert must live as long as
 * ssl; it becomes the last alert that the server sent, and stays -1 without one. */
void refusal_watch(struct ssl_st *ssl, int *alert);

/**
 * Fill *e with SLATE_TLS after a call of OpenSSL has failed on ssl. `peer` is the server's address,
 * `alert` what it sent (or -1), `text` what is known besides.
 */
enum slate_status refusal_explain(struct ssl_st *ssl, const char *peer, int alert, const char *text,
                                  struct slate_error *e);

#endif
