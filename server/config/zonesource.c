// SPDX-License-Identifier: Apache-2.0
#include "config/zonesource.h"

#include <errno.h>
#include <string.h>

#include "config/digest.h"
#include "config/zonefile.h"

static int load(void *user, struct arena *arena, const char *name, const uint8_t **ret_bytes,
                size_t *ret_n, uint8_t ret_sha256[static BOOK_HASH_BYTES])
{
    const uint8_t *bytes;
    size_t n;

    switch (zonefile_read(arena, user, name, &bytes, &n)) {
    case 0: break;
    case ZONEFILE_NAME:
    case ZONEFILE_ABSENT: return ZONE_SOURCE_ABSENT;
    case ZONEFILE_MEMORY: return -ENOMEM;
    default: return ZONE_SOURCE_BROKEN;
    }
    digest_sha256(bytes, n, ret_sha256);
    *ret_bytes = bytes;
    *ret_n = n;
    return 0;
}

struct zone_source zonesource_folder(const char *dir)
{
    struct zone_source source = {.user = (void *)dir, .load = load};
    char release[ZONEFILE_RELEASE_BYTES];

    if (zonefile_release(dir, release) == 0) {
        memcpy(source.release, release, sizeof(source.release));
    }
    return source;
}
