// SPDX-License-Identifier: Apache-2.0
#ifndef SLATE_H
#define SLATE_H

/*
 * libslate: talks to a slate server.
 *
 *     struct slate *s;
 *     struct slate_result *r;
 *     struct slate_error e;
 *
 *     if (slate_open_profile("/home/me/.config/slate/config.yaml", 0, &s, &e) != SLATE_OK) {
 *         fprintf(stderr, "%s\n%s\n", e.message, e.hint);
 *         return 1;
 *     }
 *     if (slate_show_ticket(s, &(struct slate_show_ticket){.ticket = "ACME-12"}, NULL, &r, &e) ==
 *         SLATE_OK) {
 *         puts(slate_name(SLATE_TICKET_STATES, (int)r->detail.ticket.state));
 *         slate_result_free(r);
 *     }
 *     slate_close(s);
 *
 * docs/examples/libslate has a whole program, and how it is built.
 *
 * Rules that hold for everything here:
 *
 * - Calls block until they have an answer or their time is up. A connection that is lost is made
 *   anew, and what was not answered is sent again with the same request id, so that a change is
 *   made once, however often it was sent. What can't be known in the end is said:
 *   SLATE_UNKNOWN_OUTCOME.
 * - One thread at a time per struct slate; several of them may be used by several threads. The one
 *   exception is slate_interrupt(). A SIGPIPE is never raised.
 * - Strings end with a NUL and should be UTF-8. Those in results and errors come from strangers and
 *   are not checked: escape them before they reach a terminal. In a request NULL and "" are both
 *   absent (but in struct slate_edit_ticket); in a result an absent string is NULL.
 * - Instants are microseconds since the Unix epoch, UTC, in int64_t whose names end in _at; 0 is
 *   absent. Durations carry their unit in their name.
 * - An enum may have a value in a result that this header doesn't know: servers may be newer.
 * - Outputs are written on success only; errors to *reterr (which may be NULL) on failure only.
 */

#include <slate_requests.h>
#include <slate_results.h>
#include <slate_words.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Version of the protocol that this library speaks. */
#define SLATE_PROTOCOL_VERSION 1

/** Port of a server whose address names none. */
#define SLATE_DEFAULT_PORT "7443"

/** What a call may take when nothing else is said. */
#define SLATE_DEFAULT_TIMEOUT_MS 10000u

/** Bytes of a request id as text, with its NUL. */
#define SLATE_REQUEST_ID_TEXT_BYTES 37

/* ---- outcomes -------------------------------------------------------------------------------- */

/** What became of a call. Below 100: said by the server, with the numbers and the names of
 * google.rpc.Code. From 100 on: said by this library. */
enum slate_status {
    SLATE_OK = 0,
    SLATE_CANCELLED = 1, /* also: slate_interrupt() was called before anything was sent */
    SLATE_UNKNOWN = 2,
    SLATE_INVALID_ARGUMENT = 3, /* also: refused here, before anything was sent */
    SLATE_DEADLINE_EXCEEDED = 4,
    SLATE_NOT_FOUND = 5, /* there is none, or it isn't yours to see */
    SLATE_ALREADY_EXISTS = 6,
    SLATE_PERMISSION_DENIED = 7,
    SLATE_RESOURCE_EXHAUSTED = 8,
    SLATE_FAILED_PRECONDITION = 9,
    SLATE_ABORTED = 10, /* if_version didn't match */
    SLATE_OUT_OF_RANGE = 11,
    SLATE_UNIMPLEMENTED = 12,
    SLATE_INTERNAL = 13,    /* a change may have been made all the same */
    SLATE_UNAVAILABLE = 14, /* so too: repeated with the same request id, it is made once */
    SLATE_DATA_LOSS = 15,
    SLATE_UNAUTHENTICATED = 16,

    SLATE_UNREACHABLE = 100, /* no connection; the request had no effect */
    SLATE_TLS = 101,         /* one end refused the other's certificate or protocol; no effect */
    SLATE_PROTOCOL = 102,    /* the server sent what makes no sense */
    SLATE_TIMEOUT = 103,     /* time was up; a read, or a change that was never sent */
    SLATE_UNKNOWN_OUTCOME = 104, /* a change was sent and its answer never came: it may have been
                                    made. Repeat it with the same request id to find out */
    SLATE_BAD_PROFILE = 105,     /* the profile, or a certificate or key file, can't be used */
    SLATE_NO_MEMORY = 106,
};

struct slate_error {
    enum slate_status code;
    char message[512];       /* one line, without a full stop */
    char hint[512];          /* what to do about it, or "" */
    char field[256];         /* path of the offending field or key, or "" */
    uint32_t line;           /* of a text in the request, from 1; 0 = none */
    uint32_t retry_after_ms; /* trying again before that is in vain; 0 = not said */
    bool retryable;          /* trying the same again may help, and can't do harm */
    uint8_t request_id[SLATE_REQUEST_ID_BYTES]; /* of a change that was refused or is unknown; zeros
                                                   if there was none */
};

/** "not_found", "unknown_outcome", ...; NULL for a number without a name. */
SLATE_API const char *slate_status_name(enum slate_status status);

/** Version of the library, "0.1.0". */
SLATE_API const char *slate_version(void);

/* ---- the connection -------------------------------------------------------------------------- */

struct slate;

struct slate_options {
    const char *address; /* host:port, host, [v6]:port; the server's certificate must be for host */
    const char *ca_file; /* PEM: the CA that the server's certificate must come from */
    const char *cert_file; /* PEM: our certificate, intermediates after it */
    const char *key_file;  /* PEM, unencrypted, mode 0600 or stricter */
    uint32_t timeout_ms;   /* what a call may take; 0 = SLATE_DEFAULT_TIMEOUT_MS */
};

/**
 * Connect, and wait for the server's greeting: with TLS 1.3 a refused certificate shows only then.
 * The name lookup is the system's, and not bounded by the timeout. A server that says that we have
 * too many connections is asked again some times, when it says.
 *
 * Errors: SLATE_INVALID_ARGUMENT (the address), SLATE_BAD_PROFILE (the files), SLATE_UNREACHABLE,
 * SLATE_TLS, SLATE_TIMEOUT, SLATE_PROTOCOL, SLATE_UNAUTHENTICATED, SLATE_UNAVAILABLE and
 * SLATE_RESOURCE_EXHAUSTED (the server takes nobody now), SLATE_NO_MEMORY, SLATE_INTERNAL. The
 * caller owns *ret (slate_close).
 */
SLATE_API enum slate_status slate_open(const struct slate_options *options, struct slate **ret,
                                       struct slate_error *reterr);

/**
 * The same with what is in a profile: one file with address, certificates and key, readable by its
 * owner only. docs/profile.md describes its format.
 */
SLATE_API enum slate_status slate_open_profile(const char *path, uint32_t timeout_ms,
                                               struct slate **ret, struct slate_error *reterr);

/** Say goodbye and free; NULL is fine. What was submitted and not yet answered is given up. */
SLATE_API void slate_close(struct slate *s);

/** End the call that is under way, and every later one, with SLATE_CANCELLED or, where a change was
 * sent already, SLATE_UNKNOWN_OUTCOME. May be called from a signal handler and from any thread. */
SLATE_API void slate_interrupt(struct slate *s);

struct slate_limits {
    uint32_t frame_bytes;        /* largest request */
    uint32_t import_frame_bytes; /* the same for an import, a book or a subscription */
    uint32_t pipelined_requests; /* unanswered requests on one connection */
    uint32_t page_rows;          /* rows of one page of a list */
    uint32_t body_bytes;         /* of a message */
};

/** What the server said of itself and of us when it was last connected to. */
struct slate_server {
    const char *address; /* as it was given to slate_open */
    const char *version;
    uint8_t cluster_id[16];
    int64_t server_at;        /* its time when it greeted us */
    const char *zone_release; /* of its time zone data */
    const char *principal;    /* who our certificate says we are */
    size_t n_roles;
    const char *const *roles;
    const char *source; /* that we speak for in an intake; NULL = none */
    struct slate_limits limits;
};

/** Belongs to s, until the next call that takes s. */
SLATE_API const struct slate_server *slate_server(const struct slate *s);

/* ---- calls ----------------------------------------------------------------------------------- */

/** Frees a result with everything in it; NULL is fine. */
SLATE_API void slate_result_free(struct slate_result *r);

/**
 * Ask, and wait for the answer. The caller owns *ret (slate_result_free). Nothing may be submitted
 * and unanswered (SLATE_FAILED_PRECONDITION), and s may be no feed (so too).
 *
 * Errors: whatever the server says, after it was asked again as long as it wanted that and the time
 * was not up; SLATE_INVALID_ARGUMENT (too large for the server); SLATE_UNREACHABLE, SLATE_TIMEOUT,
 * SLATE_TLS, SLATE_PROTOCOL and SLATE_CANCELLED when a read, or a change that was never sent, got
 * no answer; SLATE_UNKNOWN_OUTCOME for a change that was sent; SLATE_NO_MEMORY; SLATE_INTERNAL.
 */
SLATE_API enum slate_status slate_call(struct slate *s, const struct slate_request *request,
                                       struct slate_result **ret, struct slate_error *reterr);

/** slate_call() for each kind of request. `with` may be NULL. */
SLATE_API enum slate_status slate_new_ticket(struct slate *s, const struct slate_new_ticket *args,
                                             const struct slate_with *with,
                                             struct slate_result **ret, struct slate_error *reterr);
SLATE_API enum slate_status slate_list_tickets(struct slate *s,
                                               const struct slate_list_tickets *args,
                                               const struct slate_with *with,
                                               struct slate_result **ret,
                                               struct slate_error *reterr);
SLATE_API enum slate_status slate_show_ticket(struct slate *s, const struct slate_show_ticket *args,
                                              const struct slate_with *with,
                                              struct slate_result **ret,
                                              struct slate_error *reterr);
SLATE_API enum slate_status slate_take_ticket(struct slate *s, const struct slate_take_ticket *args,
                                              const struct slate_with *with,
                                              struct slate_result **ret,
                                              struct slate_error *reterr);
SLATE_API enum slate_status slate_add_message(struct slate *s, const struct slate_add_message *args,
                                              const struct slate_with *with,
                                              struct slate_result **ret,
                                              struct slate_error *reterr);
SLATE_API enum slate_status slate_hold_ticket(struct slate *s, const struct slate_hold_ticket *args,
                                              const struct slate_with *with,
                                              struct slate_result **ret,
                                              struct slate_error *reterr);
SLATE_API enum slate_status slate_resume_ticket(struct slate *s,
                                                const struct slate_resume_ticket *args,
                                                const struct slate_with *with,
                                                struct slate_result **ret,
                                                struct slate_error *reterr);
SLATE_API enum slate_status slate_resolve_ticket(struct slate *s,
                                                 const struct slate_resolve_ticket *args,
                                                 const struct slate_with *with,
                                                 struct slate_result **ret,
                                                 struct slate_error *reterr);
SLATE_API enum slate_status slate_list_breaches(struct slate *s,
                                                const struct slate_list_breaches *args,
                                                const struct slate_with *with,
                                                struct slate_result **ret,
                                                struct slate_error *reterr);
SLATE_API enum slate_status slate_explain(struct slate *s, const struct slate_explain *args,
                                          const struct slate_with *with, struct slate_result **ret,
                                          struct slate_error *reterr);
SLATE_API enum slate_status slate_import_ticket(struct slate *s,
                                                const struct slate_import_ticket *args,
                                                const struct slate_with *with,
                                                struct slate_result **ret,
                                                struct slate_error *reterr);
SLATE_API enum slate_status slate_apply_book(struct slate *s, const struct slate_apply_book *args,
                                             const struct slate_with *with,
                                             struct slate_result **ret, struct slate_error *reterr);
SLATE_API enum slate_status slate_show_book(struct slate *s, const struct slate_show_book *args,
                                            const struct slate_with *with,
                                            struct slate_result **ret, struct slate_error *reterr);
SLATE_API enum slate_status slate_release_ticket(struct slate *s,
                                                 const struct slate_release_ticket *args,
                                                 const struct slate_with *with,
                                                 struct slate_result **ret,
                                                 struct slate_error *reterr);
SLATE_API enum slate_status slate_acknowledge_ticket(struct slate *s,
                                                     const struct slate_acknowledge_ticket *args,
                                                     const struct slate_with *with,
                                                     struct slate_result **ret,
                                                     struct slate_error *reterr);
SLATE_API enum slate_status slate_assign_ticket(struct slate *s,
                                                const struct slate_assign_ticket *args,
                                                const struct slate_with *with,
                                                struct slate_result **ret,
                                                struct slate_error *reterr);
SLATE_API enum slate_status slate_transfer_ticket(struct slate *s,
                                                  const struct slate_transfer_ticket *args,
                                                  const struct slate_with *with,
                                                  struct slate_result **ret,
                                                  struct slate_error *reterr);
SLATE_API enum slate_status slate_set_priority(struct slate *s,
                                               const struct slate_set_priority *args,
                                               const struct slate_with *with,
                                               struct slate_result **ret,
                                               struct slate_error *reterr);
SLATE_API enum slate_status slate_close_ticket(struct slate *s,
                                               const struct slate_close_ticket *args,
                                               const struct slate_with *with,
                                               struct slate_result **ret,
                                               struct slate_error *reterr);
SLATE_API enum slate_status slate_reopen_ticket(struct slate *s,
                                                const struct slate_reopen_ticket *args,
                                                const struct slate_with *with,
                                                struct slate_result **ret,
                                                struct slate_error *reterr);
SLATE_API enum slate_status slate_merge_ticket(struct slate *s,
                                               const struct slate_merge_ticket *args,
                                               const struct slate_with *with,
                                               struct slate_result **ret,
                                               struct slate_error *reterr);
SLATE_API enum slate_status slate_link_ticket(struct slate *s, const struct slate_link_ticket *args,
                                              const struct slate_with *with,
                                              struct slate_result **ret,
                                              struct slate_error *reterr);
SLATE_API enum slate_status slate_tag_ticket(struct slate *s, const struct slate_tag_ticket *args,
                                             const struct slate_with *with,
                                             struct slate_result **ret, struct slate_error *reterr);
SLATE_API enum slate_status slate_edit_ticket(struct slate *s, const struct slate_edit_ticket *args,
                                              const struct slate_with *with,
                                              struct slate_result **ret,
                                              struct slate_error *reterr);
SLATE_API enum slate_status slate_show_log(struct slate *s, const struct slate_show_log *args,
                                           const struct slate_with *with, struct slate_result **ret,
                                           struct slate_error *reterr);
SLATE_API enum slate_status slate_intake(struct slate *s, const struct slate_intake *args,
                                         const struct slate_with *with, struct slate_result **ret,
                                         struct slate_error *reterr);
SLATE_API enum slate_status slate_list_users(struct slate *s, const struct slate_list_users *args,
                                             const struct slate_with *with,
                                             struct slate_result **ret, struct slate_error *reterr);
SLATE_API enum slate_status slate_split_clock(struct slate *s, const struct slate_split_clock *args,
                                              const struct slate_with *with,
                                              struct slate_result **ret,
                                              struct slate_error *reterr);
SLATE_API enum slate_status slate_try_book(struct slate *s, const struct slate_try_book *args,
                                           const struct slate_with *with, struct slate_result **ret,
                                           struct slate_error *reterr);
SLATE_API enum slate_status slate_add_user(struct slate *s, const struct slate_add_user *args,
                                           const struct slate_with *with, struct slate_result **ret,
                                           struct slate_error *reterr);
SLATE_API enum slate_status slate_set_user(struct slate *s, const struct slate_set_user *args,
                                           const struct slate_with *with, struct slate_result **ret,
                                           struct slate_error *reterr);
SLATE_API enum slate_status slate_renew_certificate(struct slate *s,
                                                    const struct slate_renew_certificate *args,
                                                    const struct slate_with *with,
                                                    struct slate_result **ret,
                                                    struct slate_error *reterr);
SLATE_API enum slate_status slate_propose_book(struct slate *s,
                                               const struct slate_propose_book *args,
                                               const struct slate_with *with,
                                               struct slate_result **ret,
                                               struct slate_error *reterr);
SLATE_API enum slate_status slate_approve_book(struct slate *s,
                                               const struct slate_approve_book *args,
                                               const struct slate_with *with,
                                               struct slate_result **ret,
                                               struct slate_error *reterr);
SLATE_API enum slate_status slate_list_proposals(struct slate *s,
                                                 const struct slate_list_proposals *args,
                                                 const struct slate_with *with,
                                                 struct slate_result **ret,
                                                 struct slate_error *reterr);
SLATE_API enum slate_status slate_list_access(struct slate *s, const struct slate_list_access *args,
                                              const struct slate_with *with,
                                              struct slate_result **ret,
                                              struct slate_error *reterr);
SLATE_API enum slate_status slate_export_journal(struct slate *s,
                                                 const struct slate_export_journal *args,
                                                 const struct slate_with *with,
                                                 struct slate_result **ret,
                                                 struct slate_error *reterr);
SLATE_API enum slate_status slate_show_head(struct slate *s, const struct slate_show_head *args,
                                            const struct slate_with *with,
                                            struct slate_result **ret, struct slate_error *reterr);
SLATE_API enum slate_status slate_countersign(struct slate *s, const struct slate_countersign *args,
                                              const struct slate_with *with,
                                              struct slate_result **ret,
                                              struct slate_error *reterr);
SLATE_API enum slate_status slate_erase_texts(struct slate *s, const struct slate_erase_texts *args,
                                              const struct slate_with *with,
                                              struct slate_result **ret,
                                              struct slate_error *reterr);

/* ---- certificates -----------------------------------------------------------------------------
 */

/**
 * With a one-time code to a working profile: makes a key here, which never leaves this machine,
 * gets a certificate for it, and writes the profile (mode 0600; a file that is there is not
 * replaced). The code names the server and the CA that it must show: another one is refused before
 * the secret is sent. A second call with the same profile_file after a lost answer goes on with the
 * key of the first.
 *
 * Errors: SLATE_INVALID_ARGUMENT (the code), SLATE_TLS (another CA), SLATE_UNAUTHENTICATED (a code
 * that is wrong, used up or too old), SLATE_RESOURCE_EXHAUSTED (too many wrong codes;
 * retry_after_ms), SLATE_BAD_PROFILE (the file), and those of slate_open().
 */
SLATE_API enum slate_status slate_enroll(const char *code, const char *profile_file,
                                         uint32_t timeout_ms, struct slate_error *reterr);

/**
 * A new key and certificate for the principal of a profile, written in its place at once, with all
 * CA certificates that the server then names. force: also when the present one lasts for long; else
 * nothing is done before the last third of its time. *ret_expires_at (may be NULL) is the end of
 * the one that is there afterwards.
 */
SLATE_API enum slate_status slate_renew(const char *profile_file, bool force, uint32_t timeout_ms,
                                        int64_t *ret_expires_at, struct slate_error *reterr);

/** What a profile says of its holder. */
struct slate_own_certificate {
    char name[64];    /* "" = the profile does not say */
    char server[272]; /* host:port */
    int64_t begins_at;
    int64_t expires_at;
    int64_t renew_at;       /* from then on slate_renew() does something */
    uint8_t key_sha256[32]; /* of SubjectPublicKeyInfo */
};

/** Reads a profile, and asks nobody. Errors: SLATE_BAD_PROFILE, SLATE_NO_MEMORY. */
SLATE_API enum slate_status slate_read_profile(const char *profile_file,
                                               struct slate_own_certificate *ret,
                                               struct slate_error *reterr);

/** A party's signature of a head: of "slate countersign v1" NUL, the cluster id, the contract's
 * name, NUL, seq as 8 bytes (big-endian) and the hash; ECDSA with SHA-256 (DER), or Ed25519. */
struct slate_head_signature {
    uint8_t signature[144];
    size_t signature_bytes;
    uint8_t certificate[8192]; /* ours, X.509, DER */
    size_t certificate_bytes;
};

/** The signature alone, with the key of the connection's certificate; nothing is sent. Errors:
 * SLATE_INVALID_ARGUMENT, SLATE_INTERNAL. */
SLATE_API enum slate_status slate_head_sign(struct slate *s, const struct slate_journal_head *head,
                                            struct slate_head_signature *ret,
                                            struct slate_error *reterr);

/** Signs the head of a contract's chain with the key of the connection's certificate, which the
 * server records. */
SLATE_API enum slate_status slate_sign_head(struct slate *s, const struct slate_journal_head *head,
                                            const struct slate_with *with,
                                            struct slate_result **ret, struct slate_error *reterr);

/* ---- many requests at once ------------------------------------------------------------------- */

/**
 * Send without waiting for the answer: the way to do much over one connection. *ret_tag names the
 * request in slate_next(). `request` and all that it points to may be gone afterwards.
 *
 * Requests are sent in the order of their submission, also over a new connection. But one that the
 * server asks to come back later is sent again by itself, and those behind it may be carried out
 * before it: where two must not change places, submit the second when the first has come out of
 * slate_next().
 *
 * Errors: SLATE_INVALID_ARGUMENT (too large for the server), SLATE_FAILED_PRECONDITION when
 * slate_window() requests are unanswered, SLATE_NO_MEMORY. Trouble with the connection shows in
 * slate_next(). Where many large requests are under way it waits until some are answered.
 */
SLATE_API enum slate_status slate_submit(struct slate *s, const struct slate_request *request,
                                         uint64_t *ret_tag, struct slate_error *reterr);

/**
 * The outcome of one submitted request, in whatever order they are answered. Returns what
 * slate_call() would have returned for it; *ret_tag is set whenever the outcome belongs to a
 * request, also to one that failed, and is 0 when nothing was submitted
 * (SLATE_FAILED_PRECONDITION).
 *
 * After a failure of the connection that can't be mended each of the others still comes out here,
 * with its own outcome.
 */
SLATE_API enum slate_status slate_next(struct slate *s, uint64_t *ret_tag,
                                       struct slate_result **ret, struct slate_error *reterr);

/** Requests that are submitted and whose outcome hasn't come out of slate_next(). */
SLATE_API size_t slate_pending(const struct slate *s);

/** How many may be pending. */
SLATE_API size_t slate_window(const struct slate *s);

/* ---- live events ----------------------------------------------------------------------------- */

/**
 * Turn the connection into a feed of what happens: from now on it gives events (slate_next_event())
 * and takes no other call (SLATE_FAILED_PRECONDITION), until slate_close(). Whoever wants to ask
 * something meanwhile opens a second one.
 *
 * Without args->from it begins now: what is committed after this has returned is given. `args` and
 * all that it points to may be gone afterwards.
 *
 * Errors: SLATE_FAILED_PRECONDITION (it is a feed already, or requests are unanswered),
 * SLATE_NOT_FOUND (also for a contract in args->from that is not there, or no longer yours to see),
 * SLATE_UNAVAILABLE (also for a position that the server hasn't reached, as after a backup was put
 * back), and those of slate_call(); the connection is no feed then.
 */
SLATE_API enum slate_status slate_subscribe(struct slate *s, const struct slate_subscribe *args,
                                            struct slate_error *reterr);

/**
 * The next event; result kind SLATE_EVENT, its position in `token`. Waits for it for timeout_ms (0
 * = what a call on this connection may take). The caller owns *ret (slate_result_free).
 *
 * Events of one contract come in order; each comes once. A connection that is lost, or that the
 * server ended (because it stops, or because events were not fetched for too long), is made anew
 * and the feed goes on after the last event that was handed over: nothing is lost and nothing comes
 * twice. slate_reconnects() tells how often that was.
 *
 * An attempt to connect that has begun is not cut short when the time is up: it may take as long as
 * a call on this connection may.
 *
 * Errors: SLATE_TIMEOUT when nothing happened; SLATE_UNREACHABLE, SLATE_UNAVAILABLE or
 * SLATE_RESOURCE_EXHAUSTED when the time was up without a connection (retryable is set); what else
 * slate_subscribe() may give, or the server's word for why it ended the feed, when it doesn't want
 * us any more; SLATE_CANCELLED after slate_interrupt(); SLATE_FAILED_PRECONDITION when this is no
 * feed. After each of them, but for the last two, the next call goes on where this one ended.
 */
SLATE_API enum slate_status slate_next_event(struct slate *s, uint32_t timeout_ms,
                                             struct slate_result **ret, struct slate_error *reterr);

/** Where a feed stands. */
struct slate_positions {
    size_t n;
    const struct slate_token *tokens; /* by contract, ascending */
};

/**
 * The positions behind everything that slate_next_event() has handed over, and behind nothing that
 * it hasn't: given as slate_subscribe.from, also by another process later, the feed goes on exactly
 * there. Keep them together with what was made of the events. They may also move on when no event
 * comes, past what the filter leaves out. None when this is no feed.
 *
 * Belongs to s, until the next call that takes s.
 */
SLATE_API struct slate_positions slate_positions(const struct slate *s);

/** How often a feed lost its connection and found it again: a change between two events tells that
 * there was a break between them, not that something was lost. */
SLATE_API uint64_t slate_reconnects(const struct slate *s);

/* ---- request ids ----------------------------------------------------------------------------- */

/** A new request id: a UUID of version 7. Returns false when there is no randomness. */
SLATE_API bool slate_request_id_new(uint8_t ret[SLATE_REQUEST_ID_BYTES]);

/** As text, "0192f0c1-...". */
SLATE_API void slate_request_id_format(const uint8_t id[SLATE_REQUEST_ID_BYTES],
                                       char ret[SLATE_REQUEST_ID_TEXT_BYTES]);

/** From text. Returns false when it is none. */
SLATE_API bool slate_request_id_parse(const char *text, uint8_t ret[SLATE_REQUEST_ID_BYTES]);

#ifdef __cplusplus
}
#endif

#endif
