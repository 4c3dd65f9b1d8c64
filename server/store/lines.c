// SPDX-License-Identifier: Apache-2.0
#include "store/lines.h"

#include "store/record.h"
#include "store/row.h"

int lines_get(struct txn *txn, const uint8_t line_id[LINE_ID_BYTES], struct lines_row *ret)
{
    struct key key = key_line(line_id);
    struct row row;

    int r = row_get(txn, DB_LINES, &key, RECORD_LINE, &row);
    return r == 0 ? record_line_decode(txn, &key, &row, ret) : r;
}
