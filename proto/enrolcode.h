// SPDX-License-Identifier: Apache-2.0
#ifndef PROTO_ENROLCODE_H
#define PROTO_ENROLCODE_H

/*
 * The one-time code that lets somebody in: where the server is, which CA it must show, a secret,
 * and until when. One word that survives mail and chat:
 *
 *     slate1-BASE64URL
 *
 * of: expires_at (8 bytes, big-endian), secret (16), SHA-256 of the CA's certificate (32), address
 * (the rest but 4), and 4 bytes of CRC-32 over all before, so that a mistyped code is told from a
 * wrong one without asking the server.
 *
 * It is a secret until it is used or too old.
 */

#include <stddef.h>
#include <stdint.h>

enum {
    ENROLCODE_SECRET_BYTES = 16,
    ENROLCODE_CA_BYTES = 32,
    ENROLCODE_ADDRESS_BYTES = 264, // "[host]:port" with its NUL
    ENROLCODE_TEXT_BYTES = 512,    // with its NUL; the longest is 441
};

struct enrolcode {
    char address[ENROLCODE_ADDRESS_BYTES]; // host:port, printable ASCII; no blank, quote, backslash
    uint8_t ca_sha256[ENROLCODE_CA_BYTES];
    uint8_t secret[ENROLCODE_SECRET_BYTES];
    int64_t expires_at; // microseconds since the Unix epoch
};

/** Writes the code as text. The address must be one that enrolcode_parse() takes. */
void enrolcode_format(const struct enrolcode *code, char ret[ENROLCODE_TEXT_BYTES]);

/** Reads one; blanks around it are skipped. Returns 0, or 1 when it is none: cut, mistyped, or of
 * another version. */
int enrolcode_parse(const char *text, struct enrolcode *ret);

#endif
