// SPDX-License-Identifier: Apache-2.0
/*
 * slate_call() for each kind of request.
 */
#include <slate.h>

/** A request with a copy of the arguments under its own name. */
#define CALL(kind_, member_)                                                \
    do {                                                                    \
        struct slate_request request = {.kind = (kind_), .member_ = *args}; \
                                                                            \
        if (with) {                                                         \
            request.with = *with;                                           \
        }                                                                   \
        return slate_call(s, &request, ret, reterr);                        \
    } while (0)

enum slate_status slate_new_ticket(struct slate *s, const struct slate_new_ticket *args,
                                   const struct slate_with *with, struct slate_result **ret,
                                   struct slate_error *reterr)
{
    CALL(SLATE_NEW_TICKET, new_ticket);
}

enum slate_status slate_list_tickets(struct slate *s, const struct slate_list_tickets *args,
                                     const struct slate_with *with, struct slate_result **ret,
                                     struct slate_error *reterr)
{
    CALL(SLATE_LIST_TICKETS, list_tickets);
}

enum slate_status slate_show_ticket(struct slate *s, const struct slate_show_ticket *args,
                                    const struct slate_with *with, struct slate_result **ret,
                                    struct slate_error *reterr)
{
    CALL(SLATE_SHOW_TICKET, show_ticket);
}

enum slate_status slate_take_ticket(struct slate *s, const struct slate_take_ticket *args,
                                    const struct slate_with *with, struct slate_result **ret,
                                    struct slate_error *reterr)
{
    CALL(SLATE_TAKE_TICKET, take_ticket);
}

enum slate_status slate_add_message(struct slate *s, const struct slate_add_message *args,
                                    const struct slate_with *with, struct slate_result **ret,
                                    struct slate_error *reterr)
{
    CALL(SLATE_ADD_MESSAGE, add_message);
}

enum slate_status slate_hold_ticket(struct slate *s, const struct slate_hold_ticket *args,
                                    const struct slate_with *with, struct slate_result **ret,
                                    struct slate_error *reterr)
{
    CALL(SLATE_HOLD_TICKET, hold_ticket);
}

enum slate_status slate_resume_ticket(struct slate *s, const struct slate_resume_ticket *args,
                                      const struct slate_with *with, struct slate_result **ret,
                                      struct slate_error *reterr)
{
    CALL(SLATE_RESUME_TICKET, resume_ticket);
}

enum slate_status slate_resolve_ticket(struct slate *s, const struct slate_resolve_ticket *args,
                                       const struct slate_with *with, struct slate_result **ret,
                                       struct slate_error *reterr)
{
    CALL(SLATE_RESOLVE_TICKET, resolve_ticket);
}

enum slate_status slate_list_breaches(struct slate *s, const struct slate_list_breaches *args,
                                      const struct slate_with *with, struct slate_result **ret,
                                      struct slate_error *reterr)
{
    CALL(SLATE_LIST_BREACHES, list_breaches);
}

enum slate_status slate_explain(struct slate *s, const struct slate_explain *args,
                                const struct slate_with *with, struct slate_result **ret,
                                struct slate_error *reterr)
{
    CALL(SLATE_EXPLAIN, explain);
}

enum slate_status slate_import_ticket(struct slate *s, const struct slate_import_ticket *args,
                                      const struct slate_with *with, struct slate_result **ret,
                                      struct slate_error *reterr)
{
    CALL(SLATE_IMPORT_TICKET, import_ticket);
}

enum slate_status slate_apply_book(struct slate *s, const struct slate_apply_book *args,
                                   const struct slate_with *with, struct slate_result **ret,
                                   struct slate_error *reterr)
{
    CALL(SLATE_APPLY_BOOK, apply_book);
}

enum slate_status slate_show_book(struct slate *s, const struct slate_show_book *args,
                                  const struct slate_with *with, struct slate_result **ret,
                                  struct slate_error *reterr)
{
    CALL(SLATE_SHOW_BOOK, show_book);
}

enum slate_status slate_release_ticket(struct slate *s, const struct slate_release_ticket *args,
                                       const struct slate_with *with, struct slate_result **ret,
                                       struct slate_error *reterr)
{
    CALL(SLATE_RELEASE_TICKET, release_ticket);
}

enum slate_status slate_acknowledge_ticket(struct slate *s,
                                           const struct slate_acknowledge_ticket *args,
                                           const struct slate_with *with, struct slate_result **ret,
                                           struct slate_error *reterr)
{
    CALL(SLATE_ACKNOWLEDGE_TICKET, acknowledge_ticket);
}

enum slate_status slate_assign_ticket(struct slate *s, const struct slate_assign_ticket *args,
                                      const struct slate_with *with, struct slate_result **ret,
                                      struct slate_error *reterr)
{
    CALL(SLATE_ASSIGN_TICKET, assign_ticket);
}

enum slate_status slate_transfer_ticket(struct slate *s, const struct slate_transfer_ticket *args,
                                        const struct slate_with *with, struct slate_result **ret,
                                        struct slate_error *reterr)
{
    CALL(SLATE_TRANSFER_TICKET, transfer_ticket);
}

enum slate_status slate_set_priority(struct slate *s, const struct slate_set_priority *args,
                                     const struct slate_with *with, struct slate_result **ret,
                                     struct slate_error *reterr)
{
    CALL(SLATE_SET_PRIORITY, set_priority);
}

enum slate_status slate_close_ticket(struct slate *s, const struct slate_close_ticket *args,
                                     const struct slate_with *with, struct slate_result **ret,
                                     struct slate_error *reterr)
{
    CALL(SLATE_CLOSE_TICKET, close_ticket);
}

enum slate_status slate_reopen_ticket(struct slate *s, const struct slate_reopen_ticket *args,
                                      const struct slate_with *with, struct slate_result **ret,
                                      struct slate_error *reterr)
{
    CALL(SLATE_REOPEN_TICKET, reopen_ticket);
}

enum slate_status slate_merge_ticket(struct slate *s, const struct slate_merge_ticket *args,
                                     const struct slate_with *with, struct slate_result **ret,
                                     struct slate_error *reterr)
{
    CALL(SLATE_MERGE_TICKET, merge_ticket);
}

enum slate_status slate_link_ticket(struct slate *s, const struct slate_link_ticket *args,
                                    const struct slate_with *with, struct slate_result **ret,
                                    struct slate_error *reterr)
{
    CALL(SLATE_LINK_TICKET, link_ticket);
}

enum slate_status slate_tag_ticket(struct slate *s, const struct slate_tag_ticket *args,
                                   const struct slate_with *with, struct slate_result **ret,
                                   struct slate_error *reterr)
{
    CALL(SLATE_TAG_TICKET, tag_ticket);
}

enum slate_status slate_edit_ticket(struct slate *s, const struct slate_edit_ticket *args,
                                    const struct slate_with *with, struct slate_result **ret,
                                    struct slate_error *reterr)
{
    CALL(SLATE_EDIT_TICKET, edit_ticket);
}

enum slate_status slate_show_log(struct slate *s, const struct slate_show_log *args,
                                 const struct slate_with *with, struct slate_result **ret,
                                 struct slate_error *reterr)
{
    CALL(SLATE_SHOW_LOG, show_log);
}

enum slate_status slate_intake(struct slate *s, const struct slate_intake *args,
                               const struct slate_with *with, struct slate_result **ret,
                               struct slate_error *reterr)
{
    CALL(SLATE_INTAKE, intake);
}

enum slate_status slate_list_users(struct slate *s, const struct slate_list_users *args,
                                   const struct slate_with *with, struct slate_result **ret,
                                   struct slate_error *reterr)
{
    CALL(SLATE_LIST_USERS, list_users);
}

enum slate_status slate_split_clock(struct slate *s, const struct slate_split_clock *args,
                                    const struct slate_with *with, struct slate_result **ret,
                                    struct slate_error *reterr)
{
    CALL(SLATE_SPLIT_CLOCK, split_clock);
}

enum slate_status slate_try_book(struct slate *s, const struct slate_try_book *args,
                                 const struct slate_with *with, struct slate_result **ret,
                                 struct slate_error *reterr)
{
    CALL(SLATE_TRY_BOOK, try_book);
}

enum slate_status slate_add_user(struct slate *s, const struct slate_add_user *args,
                                 const struct slate_with *with, struct slate_result **ret,
                                 struct slate_error *reterr)
{
    CALL(SLATE_ADD_USER, add_user);
}

enum slate_status slate_set_user(struct slate *s, const struct slate_set_user *args,
                                 const struct slate_with *with, struct slate_result **ret,
                                 struct slate_error *reterr)
{
    CALL(SLATE_SET_USER, set_user);
}

enum slate_status slate_renew_certificate(struct slate *s,
                                          const struct slate_renew_certificate *args,
                                          const struct slate_with *with, struct slate_result **ret,
                                          struct slate_error *reterr)
{
    CALL(SLATE_RENEW_CERTIFICATE, renew_certificate);
}

enum slate_status slate_propose_book(struct slate *s, const struct slate_propose_book *args,
                                     const struct slate_with *with, struct slate_result **ret,
                                     struct slate_error *reterr)
{
    CALL(SLATE_PROPOSE_BOOK, propose_book);
}

enum slate_status slate_approve_book(struct slate *s, const struct slate_approve_book *args,
                                     const struct slate_with *with, struct slate_result **ret,
                                     struct slate_error *reterr)
{
    CALL(SLATE_APPROVE_BOOK, approve_book);
}

enum slate_status slate_list_proposals(struct slate *s, const struct slate_list_proposals *args,
                                       const struct slate_with *with, struct slate_result **ret,
                                       struct slate_error *reterr)
{
    CALL(SLATE_LIST_PROPOSALS, list_proposals);
}

enum slate_status slate_list_access(struct slate *s, const struct slate_list_access *args,
                                    const struct slate_with *with, struct slate_result **ret,
                                    struct slate_error *reterr)
{
    CALL(SLATE_LIST_ACCESS, list_access);
}

enum slate_status slate_export_journal(struct slate *s, const struct slate_export_journal *args,
                                       const struct slate_with *with, struct slate_result **ret,
                                       struct slate_error *reterr)
{
    CALL(SLATE_EXPORT_JOURNAL, export_journal);
}

enum slate_status slate_show_head(struct slate *s, const struct slate_show_head *args,
                                  const struct slate_with *with, struct slate_result **ret,
                                  struct slate_error *reterr)
{
    CALL(SLATE_SHOW_HEAD, show_head);
}

enum slate_status slate_countersign(struct slate *s, const struct slate_countersign *args,
                                    const struct slate_with *with, struct slate_result **ret,
                                    struct slate_error *reterr)
{
    CALL(SLATE_COUNTERSIGN, countersign);
}

enum slate_status slate_erase_texts(struct slate *s, const struct slate_erase_texts *args,
                                    const struct slate_with *with, struct slate_result **ret,
                                    struct slate_error *reterr)
{
    CALL(SLATE_ERASE_TEXTS, erase_texts);
}
