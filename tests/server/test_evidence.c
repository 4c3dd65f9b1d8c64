// SPDX-License-Identifier: Apache-2.0
/*
 * An exported chain holds, in whatever pieces it was sent; one byte of it that is another one is
 * found; and so is a store that was rewritten as a whole, with hashes and views that fit.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "config/digest.h"
#include "core/instant.h"
#include "proof.h"
#include "rewrite.h"
#include "story.h"
#include "t.h"

/* A life with a breach by the clock, a hold, and an end. */
static void live(struct service *s)
{
    static const struct story_step steps[] = {
        {0, S_LEAD, REQUEST_NEW_TICKET, 0, "P1", 0},
        {5, S_LEAD, REQUEST_NEW_TICKET, 0, "P2", 0},
        {6, S_MAIL, REQUEST_INTAKE, 0, "m-1", 0},
        {10, S_AGENT, REQUEST_TAKE_TICKET, 1, NULL, 0},
        {90, S_AGENT, REQUEST_ADD_MESSAGE, 1, "", 0},
        {100, S_AGENT, REQUEST_HOLD_TICKET, 1, "tool", 0},
        {120, S_AGENT, REQUEST_RESUME_TICKET, 1, "tool", 0},
        {200, S_LEAD, REQUEST_TRANSFER_TICKET, 2, "two", 0},
        {300, S_AGENT, REQUEST_RESOLVE_TICKET, 1, "words", 0},
    };

    story_init(s);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        story_until(s, steps[i].minute * US_PER_MIN);
        story_do(s, &steps[i]);
    }
    story_until(s, 2000 * US_PER_MIN);
}

static char *export(struct service *s, struct env *env, const struct proof_options *options,
                    size_t *ret_n)
{
    struct shared_book *shared = books_hold(&s->books);
    char *file = proof_export(env, shared->book, "con", options, ret_n);

    books_release(shared);
    return file;
}

T_TEST(evidence, holds_in_pieces_of_every_size)
{
    __attribute__((cleanup(service_fini))) struct service s;
    size_t n_small;

    live(&s);
    T_CHECK(proof_all(&s, "a life") > 10, "its clocks were looked at");
    for (size_t max = 300; max < 100000; max *= 5) {
        char *small = export(&s, s.env,
                             &(struct proof_options){
                                 .max = max,
                             },
                             &n_small);
        struct verdict v;
        T_EQ_INT(verdict_make(&v, small, n_small, NULL, 0, NULL), 0, "memory");
        T_CHECK(v.holds, "pieces of %zu: line %" PRIu64 " %s", max, v.finding.line, v.finding.what);
        verdict_fini(&v);
        free(small);
    }
}

T_TEST(evidence, holds_from_any_entry_on)
{
    __attribute__((cleanup(service_fini))) struct service s;
    size_t n;

    live(&s);
    for (uint64_t from = 1; from < 12; from++) {
        char *file = export(&s, s.env, &(struct proof_options){.from_seq = from, .to_seq = 12}, &n);
        struct verdict v;
        T_EQ_INT(verdict_make(&v, file, n, NULL, 0, NULL), 0, "memory");
        T_CHECK(v.holds, "from %" PRIu64 ": line %" PRIu64 " %s", from, v.finding.line,
                v.finding.what);
        T_EQ_INT(v.recomputed, from == 1, "from %" PRIu64, from);
        T_EQ_INT(v.dossier.n_places, 13 - from, "entries");
        verdict_fini(&v);
        free(file);
    }
}

/* Contract, calendars, parties, teams, the source that fed it: each is in the chain by its hash. */
T_TEST(evidence, names_all_that_verdicts_rest_on)
{
    __attribute__((cleanup(service_fini))) struct service s;
    struct verdict v;
    size_t n;

    live(&s);
    char *file = export(&s, s.env, NULL, &n);
    T_EQ_INT(verdict_make(&v, file, n, NULL, 0, NULL), 0, "memory");
    T_CHECK(v.holds, "line %" PRIu64 " %s", v.finding.line, v.finding.what);
    unsigned kinds = 0;
    for (size_t i = 0; i < v.dossier.n_objects; i++) {
        const struct dossier_object *o = &v.dossier.objects[i];
        T_CHECK(o->used_seq != 0, "%s %s is in the file and not in the chain",
                book_kind_name(o->object.kind), o->object.name);
        kinds |= 1u << o->object.kind;
    }
    T_EQ_INT(kinds,
             1u << BOOK_CONTRACT | 1u << BOOK_CALENDAR | 1u << BOOK_PARTY | 1u << BOOK_TEAM |
                 1u << BOOK_SOURCE,
             "kinds");
    T_EQ_INT(v.dossier.n_zone_uses, v.dossier.n_zones, "zones");
    verdict_fini(&v);
    free(file);
    struct shared_book *shared = books_hold(&s.books);
    file = proof_export(s.env, shared->book, "two", NULL, &n);
    books_release(shared);
    T_CHECK(strstr(file, "mail") == NULL, "a source that never fed the other contract");
    free(file);
}

/* What an exporter leaves out who has no right to texts. */
T_TEST(evidence, texts_only_where_asked_for_and_nothing_of_others)
{
    __attribute__((cleanup(service_fini))) struct service s;
    size_t n;

    live(&s);
    char *file = export(&s, s.env, NULL, &n);
    T_CHECK(strstr(file, "\"salt\"") == NULL, "no salts");
    T_CHECK(strstr(file, "key: TWO") == NULL, "nothing of contract two");
    T_CHECK(strstr(file, "\"three\"") == NULL && strstr(file, "stranger") == NULL,
            "nor of its people");
    free(file);
    file = export(&s, s.env, &(struct proof_options){.texts = true}, &n);
    T_CHECK(strstr(file, "\"salt\"") != NULL, "salts");
    free(file);
}

/* Every line changed in its middle, and every line left out or told twice. */
T_TEST(evidence, finds_what_was_changed_in_the_file)
{
    __attribute__((cleanup(service_fini))) struct service s;
    struct verdict v;
    size_t n;

    live(&s);
    char *file = export(&s, s.env, &(struct proof_options){.texts = true}, &n);
    char *other = malloc(2 * n);
    T_CHECK(other != NULL, "memory");
    for (size_t from = 0, line = 1; from < n; line++) {
        const size_t length = (size_t)(strchr(file + from, '\n') - (file + from)) + 1;
        const bool actor = strstr(file + from, "\"actor\"") == file + from + 8;
        memcpy(other, file, from);
        memcpy(other + from, file + from + length, n - from - length);
        T_EQ_INT(verdict_make(&v, other, n - length, NULL, 0, NULL), 0, "memory");
        const bool needless = actor || strstr(file + from, "\"party\"") != NULL;
        T_CHECK(!v.holds || needless, "without line %zu: %.60s", line, file + from);
        verdict_fini(&v);
        memcpy(other, file, n);
        char *p = other + from + length * 3 / 5;
        *p = *p == 'A' ? 'B' : *p == '0' ? '1' : *p >= '1' && *p <= '9' ? '0' : 'A';
        T_EQ_INT(verdict_make(&v, other, n, NULL, 0, NULL), 0, "memory");
        T_CHECK(!v.holds || actor, "line %zu changed: %.60s", line, file + from);
        verdict_fini(&v);
        from += length;
    }
    free(other);
    free(file);
}

T_TEST(evidence, finds_a_text_that_is_another_one)
{
    static const struct {
        const char *from;
        const char *to;
        const char *what;
    } rows[] = {
        {"\"text\":\"words\"", "\"text\":\"sword\"", "the body"},
        {"{\"field\":\"body\"", "{\"field\":\"tag\" ", "a tag that the entry does not commit to"},
        {"\"salt\":\"", "\"Salt\":\"", "the line: salt is missing"},
    };
    __attribute__((cleanup(service_fini))) struct service s;
    size_t n;

    live(&s);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct verdict v;
        char *file = export(&s, s.env, &(struct proof_options){.texts = true}, &n);
        char *at = strstr(file, rows[i].from);
        T_CHECK(at != NULL && strlen(rows[i].from) == strlen(rows[i].to), "row %zu", i);
        memcpy(at, rows[i].to, strlen(rows[i].to));
        T_EQ_INT(verdict_make(&v, file, n, NULL, 0, NULL), 0, "memory");
        T_CHECK(!v.holds && strcmp(v.finding.what, rows[i].what) == 0, "row %zu: %s", i,
                v.finding.what);
        verdict_fini(&v);
        free(file);
    }
}

/* -- a store that was rewritten as a whole ------------------------------------ */

struct change {
    const char *name;
    rewriter *change;
    const char *what; /* the finding contains it */
    bool done;
    uint64_t seq; /* of CON's stream: where it was changed */
    uint8_t old_sha256[BOOK_HASH_BYTES];
    uint8_t sha256[BOOK_HASH_BYTES];
    char text[8192];
};

static bool is_breach(const struct entry *entry)
{
    return entry->stream == 1 && entry->event.kind == EVENT_CLOCK_BREACHED &&
           entry->event.u.timer.kind == CLOCK_KIND_FIRST_RESPONSE && entry->event.ticket == 1;
}

static int no_breach(void *user, struct entry *entry)
{
    struct change *c = user;

    if (is_breach(entry)) {
        entry->event.kind = EVENT_CLOCK_RESCHEDULED;
        memset(&entry->event.u, 0, sizeof(entry->event.u));
        c->done = true;
        c->seq = entry->seq;
    }
    for (size_t i = 0; entry->stream == 1 && c->done && i < entry->event.n_clocks; i++) {
        struct ticket_clock *clock = &entry->event.clocks[i];
        if (clock->kind == CLOCK_KIND_FIRST_RESPONSE && entry->event.ticket == 1) {
            clock->breached_at = INSTANT_NONE;
            clock->verdict = clock->state == CLOCK_STOPPED ? TICKET_VERDICT_MET
                                                           : TICKET_VERDICT_OPEN;
        }
    }
    return REWRITE_KEEP;
}

static int drop_breach(void *user, struct entry *entry)
{
    struct change *c = user;

    if (!is_breach(entry)) {
        return REWRITE_KEEP;
    }
    c->done = true;
    c->seq = entry->seq;
    return REWRITE_DROP;
}

static int shift_instant(void *user, struct entry *entry)
{
    struct change *c = user;

    if (entry->stream == 1 && entry->event.kind == EVENT_RESOLVED) {
        entry->event.effective_at -= US_PER_S;
        c->done = true;
        c->seq = entry->seq;
    }
    return REWRITE_KEEP;
}

static int other_text(void *user, struct entry *entry)
{
    struct change *c = user;
    struct event *e = &entry->event;

    if (e->kind == EVENT_BOOK_OBJECT && e->u.object.kind == BOOK_CONTRACT &&
        strcmp(e->u.object.name, "con") == 0) {
        T_CHECK(e->u.object.body_bytes < sizeof(c->text), "its text");
        memcpy(c->text, e->u.object.body, e->u.object.body_bytes);
        char *at = memmem(c->text, e->u.object.body_bytes, "within: 6h", 10);
        T_CHECK(at != NULL, "%.*s", (int)e->u.object.body_bytes, c->text);
        at[8] = '9';
        memcpy(c->old_sha256, e->u.object.sha256, sizeof(c->old_sha256));
        digest_sha256(c->text, e->u.object.body_bytes, c->sha256);
        memcpy(e->u.object.sha256, c->sha256, sizeof(c->sha256));
        e->u.object.body = c->text;
        c->done = true;
    }
    if (e->kind == EVENT_VERSION_USED && c->done && c->change == other_text &&
        memcmp(e->u.object.sha256, c->old_sha256, sizeof(c->old_sha256)) == 0) {
        memcpy(e->u.object.sha256, c->sha256, sizeof(c->sha256));
        c->seq = entry->seq;
    }
    return REWRITE_KEEP;
}

/* Of the book, but not of what the chain says of it. */
static int other_object(void *user, struct entry *entry)
{
    return other_text(user, entry);
}

/* A team that counts in another calendar than the chain says. */
static int other_team(void *user, struct entry *entry)
{
    struct change *c = user;
    struct event *e = &entry->event;

    if (e->kind != EVENT_BOOK_OBJECT || e->u.object.kind != BOOK_TEAM ||
        strcmp(e->u.object.name, "one") != 0) {
        return REWRITE_KEEP;
    }
    T_CHECK(e->u.object.body_bytes < sizeof(c->text), "its text");
    memcpy(c->text, e->u.object.body, e->u.object.body_bytes);
    char *at = memmem(c->text, e->u.object.body_bytes, "always", 6);
    T_CHECK(at != NULL, "%.*s", (int)e->u.object.body_bytes, c->text);
    memcpy(at, "office", 6);
    digest_sha256(c->text, e->u.object.body_bytes, e->u.object.sha256);
    e->u.object.body = c->text;
    c->done = true;
    return REWRITE_KEEP;
}

static void forget_clock(struct event *e, size_t i)
{
    memmove(&e->clocks[i], &e->clocks[i + 1], (e->n_clocks - i - 1) * sizeof(e->clocks[0]));
    e->n_clocks--;
}

/* The end of a clock is told by nobody. */
static int no_end(void *user, struct entry *entry)
{
    struct change *c = user;
    struct event *e = &entry->event;

    for (size_t i = 0; entry->stream == 1 && e->kind == EVENT_RESOLVED && i < e->n_clocks; i++) {
        if (e->clocks[i].kind == CLOCK_KIND_RESOLUTION) {
            forget_clock(e, i);
            c->done = true;
            c->seq = entry->seq;
        }
    }
    return REWRITE_KEEP;
}

/* Nor that it ever began. */
static int no_clock(void *user, struct entry *entry)
{
    struct change *c = user;
    struct event *e = &entry->event;

    for (size_t i = e->n_clocks; entry->stream == 1 && i-- > 0;) {
        if (e->clocks[i].kind == CLOCK_KIND_RESOLUTION && e->ticket == 1) {
            forget_clock(e, i);
            c->seq = c->done ? c->seq : entry->seq;
            c->done = true;
        }
    }
    return REWRITE_KEEP;
}

/* A breach of what was answered in time, told before its time came. */
static int early_breach(void *user, struct entry *entry)
{
    struct change *c = user;
    struct event *e = &entry->event;

    if (entry->stream != 1 || e->kind != EVENT_CLOCK_WARNED || c->done) {
        return REWRITE_KEEP;
    }
    struct ticket_clock *clock = &e->clocks[0];
    e->kind = EVENT_CLOCK_BREACHED;
    e->u.timer.warning = 0;
    e->effective_at = entry->recorded_at;
    clock->verdict = TICKET_VERDICT_BREACHED;
    clock->breached_at = clock->limit_at;
    clock->as_of_at = clock->limit_at + 1;
    clock->elapsed_us = clock->target_us + 1;
    e->effective_at = clock->breached_at;
    c->done = true;
    c->seq = entry->seq;
    return REWRITE_KEEP;
}

static int as_of_tomorrow(void *user, struct entry *entry)
{
    struct change *c = user;
    struct event *e = &entry->event;

    for (size_t i = 0; entry->stream == 1 && e->kind == EVENT_TICKET_OPENED && i < e->n_clocks;
         i++) {
        e->clocks[i].as_of_at += US_PER_MIN;
        c->seq = c->done ? c->seq : entry->seq;
        c->done = true;
    }
    return REWRITE_KEEP;
}

static int breach_again(void *user, struct entry *entry)
{
    static struct event told;
    struct change *c = user;
    struct event *e = &entry->event;

    if (is_breach(entry)) {
        told = *e;
    } else if (told.ticket == e->ticket && entry->stream == 1 && !c->done &&
               e->kind == EVENT_CLOCK_BREACHED) {
        *e = told;
        c->done = true;
        c->seq = entry->seq;
    }
    return REWRITE_KEEP;
}

static int nothing(void *user, struct entry *entry)
{
    (void)entry;
    ((struct change *)user)->done = true;
    return REWRITE_KEEP;
}

T_TEST(evidence, finds_a_store_that_was_rewritten)
{
    static struct change changes[] = {
        {.name = "nothing", .change = nothing, .what = ""},
        {.name = "a breach that is none",
         .change = no_breach,
         .what = "the verdict of clock first"},
        {.name = "an entry less", .change = drop_breach, .what = "no entry tells the breach"},
        {.name = "a second earlier", .change = shift_instant, .what = "the end of clock"},
        {.name = "an end that nobody tells", .change = no_end, .what = "no entry tells the state"},
        {.name = "a clock that nobody tells", .change = no_clock, .what = "no entry tells the c"},
        {.name = "a breach ahead of its time",
         .change = early_breach,
         .what = "it took place after it was recorded"},
        {.name = "as of tomorrow",
         .change = as_of_tomorrow,
         .what = "told as it would be, not as it was"},
        {.name = "a breach told twice", .change = breach_again, .what = "told before: the breach"},
        {.name = "another target", .change = other_text, .what = "the target in us"},
        {.name = "another book",
         .change = other_object,
         .what = "contract con version 1, which the chain relies on"},
        {.name = "another team",
         .change = other_team,
         .what = "team one version 1, which the chain relies on"},
    };
    __attribute__((cleanup(service_fini))) struct service s;
    struct verdict kept;
    struct verdict_head head;
    size_t n;

    live(&s);
    char *file = export(&s, s.env, NULL, &n);
    T_EQ_INT(verdict_make(&kept, file, n, NULL, 0, NULL), 0, "memory");
    T_CHECK(kept.holds, "as it is: %s", kept.finding.what);
    head = (struct verdict_head){.seq = kept.dossier.header.to - 2};
    T_CHECK(dossier_hash(&kept.dossier, head.seq, head.hash), "the head that is kept");
    verdict_fini(&kept);
    free(file);

    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        struct change *c = &changes[i];
        struct tmpdir dir = {0};
        struct verdict v;
        tmpdir_init(&dir);
        struct env *env = rewrite(s.env, dir.path, c->change, c);
        T_CHECK(c->done, "%s: there was nothing to change", c->name);
        file = export(&s, env, NULL, &n);
        T_EQ_INT(verdict_make(&v, file, n, &head, 1, NULL), 0, "memory");
        T_EQ_INT(v.holds, i == 0, "%s: %s, %s", c->name, v.finding.what, v.head.what);
        T_CHECK(strstr(v.finding.what, c->what) != NULL, "%s: seq %" PRIu64 " %s", c->name,
                v.finding.seq, v.finding.what);
        // A chain that was left as it is has its heads; what it relies on is another one.
        T_EQ_INT(v.head.what[0] != '\0',
                 i != 0 && c->change != other_object && c->change != other_team,
                 "%s: the head that was kept", c->name);
        T_CHECK(v.finding.seq >= c->seq &&
                    (c->seq == 0 || c->change == other_text || v.finding.seq <= c->seq + 2),
                "%s at %" PRIu64 ", found at %" PRIu64, c->name, c->seq, v.finding.seq);
        verdict_fini(&v);
        free(file);
        env_close(env);
        tmpdir_fini(&dir);
    }
}
