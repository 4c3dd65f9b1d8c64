// SPDX-License-Identifier: Apache-2.0
/**
 * rows: what each kind of result looks like. docs/json.md says the same in words.
 *
 * The names of columns, and the order of those in TSV, are permanent: new ones come last.
 */
#ifndef SLATE_CLIENT_ROWS_H
#define SLATE_CLIENT_ROWS_H

#include "client/cell.h"

/* rows_ticket.c */
extern const struct rows rows_ticket;  /* struct slate_ticket */
extern const struct rows rows_message; /* struct slate_message */
extern const struct rows rows_link;    /* struct slate_link */
extern const struct rows rows_risk;    /* struct slate_ticket, by its next deadline */

/** A whole ticket, and of when. */
struct rows_detail_of {
    struct slate_ticket_detail detail; /* the first, for its own columns */
    int64_t as_of_at;                  /* of the past that is shown; 0 = now */
    int64_t as_known_at;
};
extern const struct rows rows_detail;

/** What a change to a ticket came to. */
struct rows_changed_of {
    const struct slate_result *result;
    bool dry_run; /* it was only tried */
};
extern const struct rows rows_changed;

/* rows_event.c */
extern const struct rows rows_event; /* struct slate_event */
extern const struct rows rows_user;  /* struct slate_user */

/* rows_user.c */
extern const struct rows rows_user_changed; /* struct slate_user_changed */

/** A profile, and what is in it. */
struct rows_profile_of {
    const char *file;
    struct slate_own_certificate own;
};
extern const struct rows rows_profile;

/* rows_clock.c */
extern const struct rows rows_clock; /* struct slate_clock */

/* rows_breach.c */
extern const struct rows rows_breach; /* struct slate_breach */

/* rows_access.c */
extern const struct rows rows_access; /* struct slate_access */

/** What an erasure came to, of all its answers. */
struct rows_erased_of {
    uint64_t tickets;
    uint64_t texts;
    bool dry_run;       /* it was only counted */
    uint64_t keys_kept; /* of sources, that cannot be erased */
};
extern const struct rows rows_erased;

/* rows_explain.c: what explained.h makes, and */
extern const struct rows rows_calendar_used; /* struct slate_calendar_used */
extern const struct rows rows_span;          /* struct explained_span */
extern const struct rows rows_ahead;         /* struct explained_span */
extern const struct rows rows_mark;          /* struct explained_mark */
extern const struct rows rows_step;          /* struct explained_step */
extern const struct rows rows_explained;     /* struct explained_clock */
extern const struct rows rows_explanation;   /* struct explained */

/* rows_split.c: what shares.h makes */
extern const struct rows rows_share;  /* struct shares_share */
extern const struct rows rows_sum;    /* struct shares_sum */
extern const struct rows rows_split;  /* struct shares_clock */
extern const struct rows rows_splits; /* struct shares */

/* rows_try.c */
extern const struct rows rows_tried_event;  /* struct slate_event, in a time of its own */
extern const struct rows rows_tried_check;  /* struct slate_tried_check */
extern const struct rows rows_tried_ticket; /* struct slate_tried_ticket */
extern const struct rows rows_tried;        /* struct slate_tried_book */

/* rows_book.c */
extern const struct rows rows_book_change;  /* struct slate_book_change */
extern const struct rows rows_book_example; /* struct slate_book_example */
extern const struct rows rows_due_move;     /* struct slate_due_move */
extern const struct rows rows_book_diff;    /* struct slate_book_diff, of all pages */
extern const struct rows rows_book_object;  /* struct slate_book_object */
extern const struct rows rows_book_text;    /* struct slate_book_text, without its objects */

/* rows_proposal.c */
extern const struct rows rows_approval;      /* struct slate_approval */
extern const struct rows rows_proposal;      /* struct slate_proposal */
extern const struct rows rows_proposal_page; /* struct slate_proposal_page, without its rows */

/* rows_other.c */

/** What is said about one page of a list, or about all of them. */
struct rows_page_about {
    bool truncated;
    const char *cursor;  /* for --cursor; NULL at the end */
    int64_t snapshot_at; /* of the first page */
    int64_t as_of_at;    /* of the past that is shown; 0 = now */
    int64_t as_known_at;
};
extern const struct rows rows_page;
extern const struct rows rows_past_page; /* where the past can be asked for */

/** struct slate_journal_head. */
extern const struct rows rows_journal_head;

extern const struct rows rows_error;  /* struct slate_error */
extern const struct rows rows_server; /* struct slate_server */

/** `slate version`. */
struct rows_version_of {
    const char *version;
    uint32_t protocol;
    const struct slate_server *server; /* NULL = not asked */
};
extern const struct rows rows_version;

/* rows_line.c */

/** What became of a line of an import. */
struct rows_import_line {
    uint64_t line;
    const char *key;                       /* NULL = could not be read */
    const char *outcome;                   /* created, existing, refused */
    const struct slate_imported *imported; /* NULL = refused */
    const struct slate_error *error;       /* NULL = not refused */
};
extern const struct rows rows_import;

/** What became of a line of an intake. */
struct rows_intake_line {
    uint64_t line;
    const char *key;                      /* NULL = could not be read */
    const char *outcome;                  /* of an intake, refused, or the name of an error */
    const struct slate_intake_done *done; /* NULL = refused */
    const struct slate_error *error;      /* NULL = not refused */
};
extern const struct rows rows_intake;

/** What became of one ticket among several. */
struct rows_change_line {
    const char *ticket;
    const char *outcome; /* ok, existing, would, or the name of an error */
    const struct slate_ticket *changed;
    const struct slate_error *error;
};
extern const struct rows rows_change;

#endif
