// SPDX-License-Identifier: Apache-2.0
#include "client/rows.h"

#define HEAD struct slate_journal_head

static const struct column head_columns[] = {
    MEMBER(HEAD, contract, FIELD_TEXT, "CONTRACT", IN_ALL),
    MEMBER(HEAD, seq, FIELD_U64, "SEQ", IN_ALL | COLUMN_RIGHT),
    MEMBER(HEAD, recorded_at, FIELD_TIME, "RECORDED", IN_ALL),
    MEMBER(HEAD, signed_seq, FIELD_U64, "SIGNED", IN_ALL | COLUMN_RIGHT),
    MEMBER(HEAD, signed_by, FIELD_TEXT, "BY", IN_ALL),
    MEMBER(HEAD, signed_party, FIELD_TEXT, "FOR", IN_ALL),
    MEMBER(HEAD, sha256, FIELD_HEX, "HASH", IN_ALL),
};

const struct rows rows_journal_head = ROWS("head", "heads", head_columns,
                                           struct slate_journal_head);
