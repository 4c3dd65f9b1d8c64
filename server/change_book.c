// SPDX-License-Identifier: Apache-2.0
#include "change_book.h"

#include <stdlib.h>
#include <string.h>

#include "agreement.h"
#include "bookmoves.h"
#include "books.h"
#include "config/bookplan.h"
#include "config/zonesource.h"
#include "reliance.h"
#include "store/journal.h"
#include "store/tickets.h"

/* New zone data are recorded in the stream of every contract and in stream 0, in one batch. */
enum { BOOK_CONTRACTS_MAX = JOURNAL_STREAMS_MAX - 1 };

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

int change_book_answer(struct call *call, const struct book_plan *plan,
                       const struct wire_token *token, bool applied)
{
    struct reply_book_change *changes = arena_array(call->arena, plan->n_objects, sizeof(*changes));
    struct reply_book_example *examples = arena_array(call->arena, plan->n_examples,
                                                      sizeof(*examples));
    bool *touched = arena_array(call->arena, plan->book->n_contracts, sizeof(*touched));
    uint64_t *counts;

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
        .applied = applied,
        .warnings = plan->warnings,
        .n_warnings = plan->n_warnings,
    };
    for (size_t i = 0; i < plan->book->n_contracts; i++) {
        diff.open_tickets += touched[i] ? counts[i] : 0;
    }
    if (call->request->dry_run) {
        error = bookmoves_page(call, plan->book, &diff);
    }
    if (error != 0) {
        return error;
    }
    return call_encoded(
        call, wire_encode_book_diff(call->arena, call->request->id, token, &diff, call->reply));
}

int change_book_journal(struct call *call, const struct book_plan *plan, uint64_t *ret_seq)
{
    struct reliance_news news;

    *ret_seq = 0;
    for (size_t i = 0; i < plan->n_added; i++) {
        int error = record_object(call, &plan->added[i], ret_seq);
        if (error != 0) {
            return error;
        }
    }
    return plan->n_added == 0 ? 0 : reliance_record(call, plan->book, &news);
}

int change_book_parse(struct call *call, const char *text, size_t n, const char *name,
                      struct arena *arena, struct bookfile **ret)
{
    int error = bookfile_parse(text, n, name[0] == '\0' ? "book.yaml" : name, arena, ret,
                               call->refusal);

    return error < 0 ? call_too_large(call) : error;
}

int change_book_plan(struct call *call, const struct bookfile *file, bool agreed,
                     struct arena *arena, struct book_plan **ret)
{
    const struct zone_source zones = zonesource_folder(call->books->zones.user);
    const struct book_object *stored;
    size_t n;

    int error = books_stored(call->txn, arena, &stored, &n);
    if (error == 0 && agreed) {
        error = book_plan_agreed(stored, n, file, call->now_at, &zones, arena, ret, call->refusal);
    } else if (error == 0) {
        error = book_plan(stored, n, file, call->now_at, &zones, arena, ret, call->refusal);
    }
    if (error == 0 && (*ret)->book->n_contracts > BOOK_CONTRACTS_MAX) {
        error = refuse(call->refusal, OUTCOME_RESOURCE_EXHAUSTED, "contracts", NULL,
                       "the book would have %zu contracts; at most %d are taken",
                       (*ret)->book->n_contracts, BOOK_CONTRACTS_MAX);
    }
    return error < 0 ? call_too_large(call) : error;
}

/* A dry run says by a warning what an apply is refused for. */
static int warn_agreed(struct call *call, struct book_plan *plan)
{
    const char **warnings = arena_array(call->arena, plan->n_warnings + 1, sizeof(*warnings));

    int error = agreement_refuse(call, plan);
    if (error != OUTCOME_FAILED_PRECONDITION) {
        return error;
    }
    const char *text = arena_strndup(call->arena, call->refusal->message,
                                     strlen(call->refusal->message));
    if (warnings == NULL || text == NULL) {
        return call_too_large(call);
    }
    for (size_t i = 0; i < plan->n_warnings; i++) {
        warnings[i] = plan->warnings[i];
    }
    warnings[plan->n_warnings++] = text;
    plan->warnings = warnings;
    return 0;
}

static int apply(struct call *call, struct book_plan *plan)
{
    uint64_t seq = 0;

    if (call->request->dry_run) {
        int error = warn_agreed(call, plan);
        return error != 0 ? error : change_book_answer(call, plan, NULL, false);
    }
    int error = agreement_refuse(call, plan);
    if (error == 0) {
        error = change_book_journal(call, plan, &seq);
    }
    if (error != 0) {
        return error;
    }
    const struct wire_token token = call_token(NULL, seq);
    return change_book_answer(call, plan, seq == 0 ? NULL : &token, true);
}

int change_apply_book(struct call *call)
{
    const struct request_apply_book *a = &call->request->u.apply_book;
    const struct subject anything = {0, 0, 0, ""};
    struct book_plan *plan = NULL;
    struct bookfile *file;
    struct arena arena; /* a book with a long history is larger than what a request may use */

    if (policy_check(call->who, RIGHT_BOOK_WRITE, &anything) != POLICY_ALLOWED) {
        return refuse(call->refusal, OUTCOME_PERMISSION_DENIED, NULL, NULL,
                      "%s may not change the book", call->who->name);
    }
    arena_init(&arena, BOOKS_ARENA_BYTES);
    int error = change_book_parse(call, a->text, a->n, a->file, &arena, &file);
    if (error == 0) {
        error = change_book_plan(call, file, false, &arena, &plan);
    }
    if (error == 0) {
        error = apply(call, plan);
    }
    book_plan_free(plan);
    arena_fini(&arena);
    return error;
}
