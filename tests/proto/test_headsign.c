// SPDX-License-Identifier: Apache-2.0
#include "proto/headsign.h"

#include <string.h>

#include "t.h"

/* As docs/journal.md has it. */
T_TEST(headsign, is_the_documented_message)
{
    static const uint8_t start[] = "slate countersign v1\0\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17"
                                   "acme-l1\0\0\0\0\0\0\0\0\22";
    uint8_t cluster[HEADSIGN_CLUSTER_BYTES];
    uint8_t hash[HEADSIGN_HASH_BYTES];
    uint8_t message[HEADSIGN_BYTES];

    for (size_t i = 0; i < sizeof(cluster); i++) {
        cluster[i] = (uint8_t)i;
    }
    memset(hash, 0x11, sizeof(hash));
    T_EQ_INT(headsign_message(cluster, "acme-l1", 18, hash, message), 85);
    T_EQ_MEM(message, start, 53);
    T_EQ_MEM(message + 53, hash, sizeof(hash));
}

T_TEST(headsign, takes_only_names_that_there_can_be)
{
    const uint8_t cluster[HEADSIGN_CLUSTER_BYTES] = {0};
    const uint8_t hash[HEADSIGN_HASH_BYTES] = {0};
    uint8_t message[HEADSIGN_BYTES];
    char name[HEADSIGN_NAME_BYTES + 2];

    memset(name, 'a', sizeof(name));
    name[HEADSIGN_NAME_BYTES + 1] = '\0';
    T_EQ_INT(headsign_message(cluster, name, 1, hash, message), 0, "too long");
    name[HEADSIGN_NAME_BYTES] = '\0';
    T_EQ_INT(headsign_message(cluster, name, 1, hash, message), HEADSIGN_BYTES, "the longest");
    T_EQ_INT(headsign_message(cluster, "", 1, hash, message), 0, "none");
}
