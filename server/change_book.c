// SPDX-License-Identifier: Apache-2.0
#include "change_book.h"

#include <stdlib.h>
#include <string.h>

#include "books.h"
#include "config/bookplan.h"
#include "store/bookobjects.h"
#include "store/entries.h"
#include "store/error.h"
#include "store/journal.h"
#include "store/tickets.h"
#include "store/zones.h"

/* New zone data are recorded in the stream of every contract and in stream 0, in one batch. */
enum { BOOK_CONTRACTS_MAX = JOURNAL_STREAMS_MAX - 1 };

/* -- what contracts rely on --------------------------------------------------- */

static int record_zone(struct call *call, const struct book_zone *zone)
{
    struct zonedata there;
    const struct zone_source *source = &call->books->zones;

    int error = zones_get(call->txn, zone->sha256, zone->name, call->arena, &there);
    if (error != STORE_NOT_FOUND) {
        return error == 0 ? 0 : call_store_failed(call, error);
    }
    struct event event = {.kind = EVENT_ZONE_DATA,
                          .origin = ORIGIN_LIVE,
                          .effective_at = call->now_at,
                          .claimed_at = INSTANT_NONE};
    memcpy(event.u.zone.name, zone->name, strlen(zone->name) + 1);
    memcpy(event.u.zone.release, source->release, sizeof(event.u.zone.release));
    if (source->load(source->user, call->arena, zone->name, &event.u.zone.bytes, &event.u.zone.n,
                     event.u.zone.sha256) != 0 ||
        memcmp(event.u.zone.sha256, zone->sha256, sizeof(zone->sha256)) != 0) {
        return refuse(call->refusal, OUTCOME_UNAVAILABLE, NULL, "apply it again",
                      "the data of zone %s changed while it was read", zone->name);
    }
    return call_append(call, &event, NULL);
}

static int record_use(struct call *call, const struct key_used *used, const char *name,
                      int64_t effective_at)
{
    bool recorded;

    int error = bookobjects_is_used(call->txn, used, &recorded);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    if (recorded) {
        return 0;
    }
    struct event event = {.kind = EVENT_VERSION_USED,
                          .origin = ORIGIN_LIVE,
                          .contract = used->contract,
                          .effective_at = call->now_at,
                          .claimed_at = INSTANT_NONE};
    event.u.object.kind = used->kind;
    event.u.object.id = used->id;
    event.u.object.version = used->version;
    event.u.object.effective_at = effective_at;
    memcpy(event.u.object.name, name, strlen(name) + 1);
    memcpy(event.u.object.sha256, used->sha256, sizeof(event.u.object.sha256));
    return call_append(call, &event, NULL);
}

static int record_calendar(struct call *call, uint32_t contract,
                           const struct book_calendar *calendar);

static int record_calendar_version(struct call *call, uint32_t contract,
                                   const struct book_calendar *calendar,
                                   const struct book_calendar_version *version)
{
    struct key_used used = {contract, BOOK_CALENDAR, calendar->id, version->version, {0}};

    memcpy(used.sha256, version->sha256, sizeof(used.sha256));
    int error = record_use(call, &used, calendar->name, version->effective_at);
    if (error == 0 && version->zone != NULL) {
        struct key_used zone = {contract, BOOK_ZONE, 0, 0, {0}};
        memcpy(zone.sha256, version->zone->sha256, sizeof(zone.sha256));
        error = record_use(call, &zone, version->zone->name, INSTANT_NONE);
    }
    /* A union has no hours and no zone of its own: it relies on its members. They nest a few deep,
     * checked. */
    for (size_t i = 0; error == 0 && i < version->n_members; i++) {
        error = record_calendar(call, contract, version->members[i]);
    }
    return error;
}

static int record_calendar(struct call *call, uint32_t contract,
                           const struct book_calendar *calendar)
{
    for (size_t i = 0; calendar != NULL && i < calendar->n_versions; i++) {
        int error = record_calendar_version(call, contract, calendar, &calendar->versions[i]);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* The zone that a cut-off is read in, which is known by its pointer only. */
static int record_cutoff_zone(struct call *call, const struct book *book, uint32_t contract,
                              const struct zone *zone)
{
    for (size_t i = 0; zone != NULL && i < book->n_zones; i++) {
        if (book->zones[i].zone == zone) {
            struct key_used used = {contract, BOOK_ZONE, 0, 0, {0}};
            memcpy(used.sha256, book->zones[i].sha256, sizeof(used.sha256));
            return record_use(call, &used, book->zones[i].name, INSTANT_NONE);
        }
    }
    return 0;
}

/* A version that counts in its teams' calendars relies on all of them: any of them may have been
 * handed a ticket. */
static int record_team_calendars(struct call *call, const struct book *book, uint32_t contract,
                                 const struct book_contract_version *version)
{
    int error = 0;

    for (size_t i = 0; error == 0 && i < version->n_teams; i++) {
        const struct book_team *team = book_team(book, version->teams[i].team);
        error = record_calendar(call, contract, team->calendar);
    }
    return error;
}

static int record_contract_version(struct call *call, const struct book *book,
                                   const struct book_contract *contract, bool by_team,
                                   const struct book_contract_version *version)
{
    struct key_used used = {contract->id, BOOK_CONTRACT, contract->id, version->version, {0}};

    memcpy(used.sha256, version->sha256, sizeof(used.sha256));
    int error = record_use(call, &used, contract->name, version->effective_at);
    if (error == 0) {
        error = record_calendar(call, contract->id, version->hours);
    }
    for (size_t i = 0; error == 0 && i < version->n_targets; i++) {
        error = record_calendar(call, contract->id, version->targets[i].calendar);
        if (error == 0) {
            error = record_cutoff_zone(call, book, contract->id, version->targets[i].cutoff_zone);
        }
    }
    if (error == 0 && by_team) {
        error = record_team_calendars(call, book, contract->id, version);
    }
    for (size_t i = 0; error == 0 && i < version->n_holds; i++) {
        error = record_calendar(call, contract->id, version->holds[i].max.calendar);
    }
    if (error == 0) {
        error = record_calendar(call, contract->id, version->auto_close.calendar);
    }
    return error;
}

int change_record_reliance(struct call *call, const struct book *book)
{
    for (size_t i = 0; i < book->n_zones; i++) {
        int error = record_zone(call, &book->zones[i]);
        if (error != 0) {
            return error;
        }
    }
    for (size_t c = 0; c < book->n_contracts; c++) {
        const struct book_contract *contract = &book->contracts[c];
        bool by_team = false; /* this version or one before it: its clocks may still run */
        for (size_t v = 0; v < contract->n_versions; v++) {
            by_team = by_team || book_counts_in_teams(&contract->versions[v]);
            int error = record_contract_version(call, book, contract, by_team,
                                                &contract->versions[v]);
            if (error != 0) {
                return error;
            }
        }
    }
    return 0;
}

/* -- applying ----------------------------------------------------------------- */

static int record_object(struct call *call, const struct book_object *object, uint64_t *ret_seq)
{
    struct event event = {.kind = EVENT_BOOK_OBJECT,
                          .origin = ORIGIN_LIVE,
                          .effective_at = call->now_at,
                          .claimed_at = INSTANT_NONE};
    event.u.object.kind = object->kind;
    event.u.object.id = object->id;
    event.u.object.version = object->version;
    event.u.object.effective_at = object->effective_at;
    event.u.object.body = object->text;
    event.u.object.body_bytes = object->n;
    memcpy(event.u.object.name, object->name, strlen(object->name) + 1);
    memcpy(event.u.object.sha256, object->sha256, sizeof(event.u.object.sha256));
    return call_append(call, &event, ret_seq);
}

/* Open tickets of a contract, counted once per reply. */
static int open_tickets(struct call *call, uint32_t contract, uint64_t *ret)
{
    uint64_t counts[TICKET_CLASSES];

    int error = tickets_count(call->txn, contract, counts);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    *ret = counts[TICKET_CLASS_BREACHED] + counts[TICKET_CLASS_NEW] + counts[TICKET_CLASS_OPEN] +
           counts[TICKET_CLASS_HELD];
    return 0;
}

static bool is_used_by(const struct book *book, const struct book_contract *contract,
                       enum book_kind kind, uint32_t id)
{
    const struct book_contract_version *newest = &contract->versions[contract->n_versions - 1];

    switch (kind) {
    case BOOK_CONTRACT: return contract->id == id;
    case BOOK_PARTY: return contract->buyer == id || contract->vendor == id;
    case BOOK_TEAM: return book_has_team(newest, id);
    case BOOK_SOURCE: return false; /* it feeds tickets to come; those that are open stay */
    default: return book_counts_in(book, newest, id);
    }
}

/* counts[i]: open tickets of contract i of the book that would be. */
static int count_open(struct call *call, const struct book *book, uint64_t **ret_counts)
{
    uint64_t *counts = arena_array(call->arena, book->n_contracts, sizeof(*counts));

    if (counts == NULL) {
        return call_too_large(call);
    }
    for (size_t i = 0; i < book->n_contracts; i++) {
        int error = open_tickets(call, book->contracts[i].id, &counts[i]);
        if (error != 0) {
            return error;
        }
    }
    *ret_counts = counts;
    return 0;
}

static int split_lines(struct call *call, const struct book_plan_object *object,
                       struct reply_book_change *to)
{
    const char **removed = arena_array(call->arena, object->n_lines, sizeof(*removed));
    const char **added = arena_array(call->arena, object->n_lines, sizeof(*added));

    if (removed == NULL || added == NULL) {
        return call_too_large(call);
    }
    for (size_t i = 0; i < object->n_lines; i++) {
        const struct book_plan_line *line = &object->lines[i];
        if (line->mark == '-') {
            removed[to->n_removed++] = line->text;
        } else if (line->mark == '+') {
            added[to->n_added++] = line->text;
        }
    }
    to->removed = removed;
    to->added = added;
    return 0;
}

static int present_change(struct call *call, const struct book_plan *plan,
                          const struct book_plan_object *object, const uint64_t *counts,
                          bool *touched, struct reply_book_change *ret)
{
    static const enum reply_book_change_kind kinds[] = {
        [BOOK_SAME] = REPLY_BOOK_SAME,
        [BOOK_NEW] = REPLY_BOOK_NEW,
        [BOOK_VERSION] = REPLY_BOOK_VERSION,
    };
    *ret = (struct reply_book_change){
        .kind = object->kind,
        .name = object->name,
        .change = kinds[object->change],
        .version = object->version,
        .effective_at = object->effective_at,
    };
    for (size_t i = 0; object->change != BOOK_SAME && i < plan->book->n_contracts; i++) {
        if (is_used_by(plan->book, &plan->book->contracts[i], object->kind, object->id)) {
            ret->open_tickets += counts[i];
            touched[i] = true;
        }
    }
    return split_lines(call, object, ret);
}

static void present_examples(const struct book_plan *plan, struct reply_book_example *ret)
{
    for (size_t i = 0; i < plan->n_examples; i++) {
        const struct book_plan_example *e = &plan->examples[i];
        const struct book_contract *contract = book_contract_named(plan->book, e->contract);
        const struct book_contract_version *version = book_contract_version(contract, e->version);
        const struct book_target *target = &version->targets[e->target_row];
        ret[i] = (struct reply_book_example){
            .contract = e->contract,
            .clock = target->clock,
            .match = e->target,
            .within = target->within,
            .received_at = e->received_at,
            .due_at = e->due_at,
            .limit_at = e->limit_at,
            .zone = e->zone,
        };
    }
}

static int answer(struct call *call, const struct book_plan *plan, uint64_t seq)
{
    struct reply_book_change *changes = arena_array(call->arena, plan->n_objects, sizeof(*changes));
    struct reply_book_example *examples = arena_array(call->arena, plan->n_examples,
                                                      sizeof(*examples));
    bool *touched = arena_array(call->arena, plan->book->n_contracts, sizeof(*touched));
    uint64_t *counts;
    struct wire_token token = call_token(NULL, seq);

    if (changes == NULL || examples == NULL || touched == NULL) {
        return call_too_large(call);
    }
    int error = count_open(call, plan->book, &counts);
    for (size_t i = 0; error == 0 && i < plan->n_objects; i++) {
        error = present_change(call, plan, &plan->objects[i], counts, touched, &changes[i]);
    }
    if (error != 0) {
        return error;
    }
    present_examples(plan, examples);
    struct reply_book_diff diff = {
        .changes = changes,
        .n_changes = plan->n_objects,
        .examples = examples,
        .n_examples = plan->n_examples,
        .applied = !call->request->dry_run,
        .warnings = plan->warnings,
        .n_warnings = plan->n_warnings,
    };
    for (size_t i = 0; i < plan->book->n_contracts; i++) {
        diff.open_tickets += touched[i] ? counts[i] : 0;
    }
    return call_encoded(call, wire_encode_book_diff(call->arena, call->request->id,
                                                    seq == 0 ? NULL : &token, &diff, call->reply));
}

static int journal(struct call *call, const struct book_plan *plan, uint64_t *ret_seq)
{
    *ret_seq = 0;
    for (size_t i = 0; i < plan->n_added; i++) {
        int error = record_object(call, &plan->added[i], ret_seq);
        if (error != 0) {
            return error;
        }
    }
    return plan->n_added == 0 ? 0 : change_record_reliance(call, plan->book);
}

static int plan_book(struct call *call, struct arena *arena, struct book_plan **ret)
{
    const struct request_apply_book *a = &call->request->u.apply_book;
    const char *name = a->file[0] == '\0' ? "book.yaml" : a->file;
    const struct book_object *stored;
    struct bookfile *file;
    size_t n;

    int error = bookfile_parse(a->text, a->n, name, arena, &file, call->refusal);
    if (error == 0) {
        error = books_stored(call->txn, arena, &stored, &n);
    }
    if (error == 0) {
        error = book_plan(stored, n, file, call->now_at, &call->books->zones, arena, ret,
                          call->refusal);
    }
    if (error == 0 && (*ret)->book->n_contracts > BOOK_CONTRACTS_MAX) {
        error = refuse(call->refusal, OUTCOME_RESOURCE_EXHAUSTED, "contracts", NULL,
                       "the book would have %zu contracts; at most %d are taken",
                       (*ret)->book->n_contracts, BOOK_CONTRACTS_MAX);
    }
    return error < 0 ? call_too_large(call) : error;
}

int change_apply_book(struct call *call)
{
    const struct subject anything = {0, 0, 0, ""};
    struct book_plan *plan = NULL;
    struct arena arena; /* a book with a long history is larger than what a request may use */
    uint64_t seq = 0;

    if (policy_check(call->who, RIGHT_BOOK_WRITE, &anything) != POLICY_ALLOWED) {
        return refuse(call->refusal, OUTCOME_PERMISSION_DENIED, NULL, NULL,
                      "%s may not change the book", call->who->name);
    }
    arena_init(&arena, BOOKS_ARENA_BYTES);
    int error = plan_book(call, &arena, &plan);
    if (error == 0 && !call->request->dry_run) {
        error = journal(call, plan, &seq);
    }
    if (error == 0) {
        error = answer(call, plan, seq);
    }
    book_plan_free(plan);
    arena_fini(&arena);
    return error;
}
