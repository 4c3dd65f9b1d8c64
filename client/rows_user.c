// SPDX-License-Identifier: Apache-2.0
/*
 * What a change to a user came to, and what a profile says.
 */
#include "client/rows.h"

static void get_changed_user(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    (void)maker;
    ret->kind = CELL_ROW;
    ret->rows = &rows_user;
    ret->first = &((const struct slate_user_changed *)row)->user;
}

static void get_changed_name(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const char *name = ((const struct slate_user_changed *)row)->user.name;

    (void)maker;
    ret->kind = name ? CELL_TEXT : CELL_ABSENT;
    ret->text = name;
}

#define CHANGED struct slate_user_changed

static const struct column user_changed_columns[] = {
    MADE("name", get_changed_name, NULL, IN_TSV),
    MEMBER(CHANGED, code, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    MEMBER(CHANGED, code_expires_at, FIELD_TIME, NULL, IN_TSV | IN_JSON),
    MADE("user", get_changed_user, NULL, IN_JSON),
};

const struct rows rows_user_changed = ROWS("change", "changes", user_changed_columns,
                                           struct slate_user_changed);

static const char *present(const char *s)
{
    return *s ? s : NULL;
}

static void get_profile_name(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const char *name = present(((const struct rows_profile_of *)row)->own.name);

    (void)maker;
    ret->kind = name ? CELL_TEXT : CELL_ABSENT;
    ret->text = name;
}

static void get_profile_server(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    (void)maker;
    ret->kind = CELL_TEXT;
    ret->text = ((const struct rows_profile_of *)row)->own.server;
}

static void get_profile_key(const void *row, const struct cell_maker *maker, struct cell *ret)
{
    const struct slate_own_certificate *own = &((const struct rows_profile_of *)row)->own;

    (void)maker;
    ret->kind = CELL_HEX;
    ret->bytes = own->key_sha256;
    ret->n = sizeof(own->key_sha256);
}

#define PROFILE struct rows_profile_of
#define OWN_TIME(member)                                                 \
    {                                                                    \
        .name = #member, .flags = IN_TSV | IN_JSON, .field = FIELD_TIME, \
        .offset = offsetof(struct rows_profile_of, own.member)           \
    }

static const struct column profile_columns[] = {
    MADE("name", get_profile_name, NULL, IN_TSV | IN_JSON),
    MADE("server", get_profile_server, NULL, IN_TSV | IN_JSON),
    MEMBER(PROFILE, file, FIELD_TEXT, NULL, IN_TSV | IN_JSON),
    OWN_TIME(begins_at),
    OWN_TIME(expires_at),
    OWN_TIME(renew_at),
    MADE("key_sha256", get_profile_key, NULL, IN_TSV | IN_JSON),
};

const struct rows rows_profile = ROWS("profile", "profiles", profile_columns,
                                      struct rows_profile_of);
