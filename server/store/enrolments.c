// SPDX-License-Identifier: Apache-2.0
#include "store/enrolments.h"

#include "store/record.h"
#include "store/row.h"

int enrolments_get(struct txn *txn, const uint8_t secret_sha256[BOOK_HASH_BYTES],
                   struct enrolment *ret)
{
    struct key key = key_enrolment(secret_sha256);
    struct row row;

    int r = row_get(txn, DB_ENROLMENTS, &key, RECORD_ENROLMENT, &row);
    return r == 0 ? record_enrolment_decode(txn, &key, &row, ret) : r;
}

int enrolments_newest(struct txn *txn, uint32_t principal, struct enrolment *ret)
{
    struct key key = key_enrolment_of(principal);
    uint8_t secret_sha256[BOOK_HASH_BYTES];
    struct enrolment enrolment;
    struct row row;

    int r = row_get(txn, DB_ENROLMENTS, &key, RECORD_ENROLMENT_OF, &row);
    if (r == 0) {
        r = record_enrolment_of_decode(txn, &key, &row, secret_sha256);
    }
    if (r != 0) {
        return r;
    }
    r = enrolments_get(txn, secret_sha256, &enrolment);
    if (r == STORE_NOT_FOUND || (r == 0 && enrolment.principal != principal)) {
        return row_corrupt(txn, DB_ENROLMENTS, &key, "its offer is missing");
    }
    if (r == 0) {
        *ret = enrolment;
    }
    return r;
}

int enrolments_waiting(struct txn *txn, uint32_t principal, struct enrolment *ret)
{
    struct enrolment newest;

    int r = enrolments_newest(txn, principal, &newest);
    if (r == 0 && (newest.used || newest.voided)) {
        return STORE_NOT_FOUND;
    }
    if (r == 0) {
        *ret = newest;
    }
    return r;
}
