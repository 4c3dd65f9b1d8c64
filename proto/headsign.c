// SPDX-License-Identifier: Apache-2.0
#include "proto/headsign.h"

#include <string.h>

#include "proto/bytes.h"

static const char tag[] = "slate countersign v1";

size_t headsign_message(const uint8_t cluster[static HEADSIGN_CLUSTER_BYTES], const char *contract,
                        uint64_t seq, const uint8_t hash[static HEADSIGN_HASH_BYTES],
                        uint8_t ret[static HEADSIGN_BYTES])
{
    const size_t n = strlen(contract);
    struct bytes_writer w;

    if (n == 0 || n > HEADSIGN_NAME_BYTES) {
        return 0;
    }
    bytes_writer_init(&w, ret, HEADSIGN_BYTES);
    bytes_put_raw(&w, tag, sizeof(tag)); // with its NUL
    bytes_put_raw(&w, cluster, HEADSIGN_CLUSTER_BYTES);
    bytes_put_raw(&w, contract, n + 1);
    bytes_put_u64(&w, seq);
    bytes_put_raw(&w, hash, HEADSIGN_HASH_BYTES);
    return bytes_writer_ok(&w) ? w.n : 0;
}
