// SPDX-License-Identifier: Apache-2.0
/**
 * socket_bio: OpenSSL's socket, writing without SIGPIPE.
 *
 * A library may not set a process's signal dispositions, and OpenSSL's own socket BIO uses write(),
 * which kills a program whose server has gone away.
 */
#ifndef SLATE_CLIENT_LIB_SOCKET_BIO_H
#define SLATE_CLIENT_LIB_SOCKET_BIO_H

struct ssl_st;

/** Let ssl read from and write to fd, which stays the caller's. Returns 0, or < 0 without memory.
 */
int socket_bio_set(struct ssl_st *ssl, int fd);

#endif
