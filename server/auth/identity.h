// SPDX-License-Identifier: Apache-2.0
/**
 * identity: from a peer's certificate to a principal's name.
 *
 * The name is in the one SAN URI `slate:principal/NAME`; the common name is never looked at. The
 * chain has been verified by the handshake; what the name may do is looked up in the store for
 * every request.
 */
#ifndef SLATE_AUTH_IDENTITY_H
#define SLATE_AUTH_IDENTITY_H

#include <stdint.h>

#include <openssl/types.h>

#include "core/event.h"

/**
 * Writes the principal's name. Returns 0, or 1 if the certificate has no SAN URI of that form, more
 * than one, or a name that is not [a-z0-9][a-z0-9._-]* within PRINCIPAL_NAME_BYTES.
 */
int identity_name(const X509 *certificate, char ret_name[PRINCIPAL_NAME_BYTES]);

/** True if NAME can be a principal's name. */
int identity_name_valid(const char *name);

/** The end of the certificate's validity, in us since the epoch; sessions do not outlive it. */
int64_t identity_expires_at(const X509 *certificate);

#endif
