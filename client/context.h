// SPDX-License-Identifier: Apache-2.0
/**
 * context: which profile counts; docs/profile.md.
 */
#ifndef SLATE_CLIENT_CONTEXT_H
#define SLATE_CLIENT_CONTEXT_H

#include "client/text.h"

/**
 * Find the profile's file: by `file`, by the context `name` (either may be NULL), by the
 * environment, or where one lies by default. Returns NULL and the path in *ret, or what is wrong.
 */
const char *context_find(const char *file, const char *name, struct text *ret);

#endif
