// SPDX-License-Identifier: Apache-2.0
#include "client/cell.h"

#include <string.h>

bool cell_is_field(const struct column *column)
{
    return (column->flags & (IN_TSV | COLUMN_NESTED)) == IN_TSV;
}

bool cell_is_parts(const struct column *column)
{
    return (~column->flags & (IN_TSV | COLUMN_NESTED)) == 0;
}

bool cell_has_parts(const struct rows *rows)
{
    for (size_t i = 0; i < rows->n_columns; i++) {
        if (cell_is_parts(&rows->columns[i])) {
            return true;
        }
    }
    return false;
}

void cell_get(const struct column *column, const void *row, const struct cell_maker *maker,
              struct cell *ret)
{
    const void *p = (const char *)row + column->offset;
    struct cell cell = {0};

    text_clear(maker->text);
    switch (column->field) {
    case FIELD_MADE: column->get(row, maker, &cell); break;
    case FIELD_TEXT:
        cell.kind = CELL_TEXT;
        cell.text = *(const char *const *)p;
        break;
    case FIELD_WORD: {
        int value;

        memcpy(&value, p, sizeof(value)); // enums here are ints
        cell.kind = CELL_WORD;
        cell.text = slate_name(column->vocabulary, value);
        break;
    }
    case FIELD_U32:
        cell.kind = CELL_NUMBER;
        cell.number = *(const uint32_t *)p;
        break;
    case FIELD_U64:
        cell.kind = CELL_NUMBER;
        cell.number = *(const uint64_t *)p;
        break;
    case FIELD_SPAN:
        cell.kind = CELL_SPAN;
        cell.number = *(const uint64_t *)p;
        break;
    case FIELD_FLAG:
        cell.kind = CELL_FLAG;
        cell.flag = *(const bool *)p;
        break;
    case FIELD_TIME:
        cell.kind = CELL_TIME;
        cell.at = *(const int64_t *)p;
        break;
    case FIELD_HEX:
        cell.kind = CELL_HEX;
        cell.bytes = ((const struct slate_bytes *)p)->p;
        cell.n = ((const struct slate_bytes *)p)->n;
        break;
    }
    *ret = cell;
}
