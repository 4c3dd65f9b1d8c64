// SPDX-License-Identifier: Apache-2.0
#include "client/lib/socket_bio.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

static CRYPTO_ONCE once = CRYPTO_ONCE_STATIC_INIT;
static BIO_METHOD *method; // made once, kept for the life of the process

static int write_quietly(BIO *bio, const char *p, int n)
{
    int fd = -1;

    BIO_get_fd(bio, &fd);
    BIO_clear_retry_flags(bio);
    ssize_t sent = send(fd, p, (size_t)n, MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) {
        BIO_set_retry_write(bio);
    }
    return (int)sent;
}

static void make_method(void)
{
    const BIO_METHOD *plain = BIO_s_socket();
    BIO_METHOD *m = BIO_meth_new(BIO_TYPE_SOCKET, "slate socket");

    if (m && BIO_meth_set_write(m, write_quietly) &&
        BIO_meth_set_read(m, BIO_meth_get_read(plain)) &&
        BIO_meth_set_puts(m, BIO_meth_get_puts(plain)) &&
        BIO_meth_set_ctrl(m, BIO_meth_get_ctrl(plain)) &&
        BIO_meth_set_create(m, BIO_meth_get_create(plain)) &&
        BIO_meth_set_destroy(m, BIO_meth_get_destroy(plain))) {
        method = m;
        m = NULL;
    }
    BIO_meth_free(m);
}

int socket_bio_set(SSL *ssl, int fd)
{
    if (!CRYPTO_THREAD_run_once(&once, make_method) || !method) {
        return -1;
    }
    BIO *bio = BIO_new(method);
    if (!bio) {
        return -1;
    }
    BIO_set_fd(bio, fd, BIO_NOCLOSE);
    SSL_set_bio(ssl, bio, bio);
    return 0;
}
