// SPDX-License-Identifier: Apache-2.0
#include "store/sample.h"

#include <string.h>

#include "t.h"

#define SAME(field)     T_EQ_INT(a->field, b->field, "%s: " #field, what)
#define SAME_STR(field) T_EQ_STR(a->field, b->field, "%s: " #field, what)
#define SAME_MEM(field) T_EQ_MEM(a->field, b->field, sizeof(a->field), "%s: " #field, what)

static void same_clock(const struct ticket_clock *a, const struct ticket_clock *b, const char *what)
{
    SAME(kind);
    SAME(team);
    SAME(cycle);
    SAME(state);
    SAME(verdict);
    SAME(contract_version);
    SAME(target_row);
    SAME(target_us);
    SAME(started_at);
    SAME(stopped_at);
    SAME(as_of_at);
    SAME(elapsed_us);
    SAME(due_at);
    SAME(limit_at);
    SAME(next_warn_at);
    SAME(breached_at);
    SAME(breach_seq);
    SAME(warned);
    SAME(ended_seq);
}

void sample_same_entry(const struct entry *a, const struct entry *b, const char *what)
{
    SAME(stream);
    SAME(seq);
    SAME(epoch);
    SAME_MEM(batch_id);
    SAME(ticket_prev_seq);
    SAME(recorded_at);
    SAME(actor);
    SAME_STR(via);
    SAME_MEM(line_id);
    SAME_MEM(request_id);
    SAME_MEM(request_hash);
    SAME(event.kind);
    SAME(event.origin);
    SAME(event.contract);
    SAME(event.ticket);
    SAME(event.team);
    SAME(event.engine);
    SAME(event.effective_at);
    SAME(event.claimed_at);
    SAME(event.n_texts);
    for (size_t i = 0; i < a->event.n_texts; i++) {
        SAME(event.texts[i].field);
    }
    SAME(event.n_clocks);
    for (size_t i = 0; i < a->event.n_clocks; i++) {
        same_clock(&a->event.clocks[i], &b->event.clocks[i], what);
    }
    if (a->event.kind == EVENT_BOOK_OBJECT) {
        SAME(event.u.object.body_bytes);
        T_EQ_MEM(a->event.u.object.body, b->event.u.object.body, a->event.u.object.body_bytes);
        T_EQ_MEM(&a->event.u, &b->event.u,
                 offsetof(struct event, u.object.body) - offsetof(struct event, u));
    } else if (a->event.kind == EVENT_ZONE_DATA) {
        SAME(event.u.zone.n);
        T_CHECK((a->event.u.zone.bytes == NULL) == (b->event.u.zone.bytes == NULL), "%s", what);
        T_EQ_MEM(a->event.u.zone.bytes, b->event.u.zone.bytes, a->event.u.zone.n);
        SAME_STR(event.u.zone.name);
        SAME_STR(event.u.zone.release);
        SAME_MEM(event.u.zone.sha256);
    } else if (a->event.kind == EVENT_BOOK_PROPOSED) {
        SAME(event.u.proposal.id);
        SAME_MEM(event.u.proposal.sha256);
        SAME(event.u.proposal.body_bytes);
        T_EQ_MEM(a->event.u.proposal.body, b->event.u.proposal.body,
                 a->event.u.proposal.body_bytes);
        SAME(event.u.proposal.refused);
    } else if (a->event.kind == EVENT_COUNTERSIGNED) {
        SAME(event.u.countersigned.seq);
        SAME_MEM(event.u.countersigned.sha256);
        SAME(event.u.countersigned.party);
        SAME(event.u.countersigned.signature_bytes);
        T_EQ_MEM(a->event.u.countersigned.signature, b->event.u.countersigned.signature,
                 a->event.u.countersigned.signature_bytes);
        SAME(event.u.countersigned.certificate_bytes);
        T_EQ_MEM(a->event.u.countersigned.certificate, b->event.u.countersigned.certificate,
                 a->event.u.countersigned.certificate_bytes);
    } else {
        // Both were zeroed before they were filled, padding included
        T_EQ_MEM(&a->event.u, &b->event.u, sizeof(a->event.u), "%s: the kind's own", what);
    }
}

void sample_same_ticket(const struct ticket *a, const struct ticket *b, const char *what)
{
    SAME(contract);
    SAME(number);
    SAME(version);
    SAME(last_seq);
    SAME(state);
    SAME(state_before_hold);
    SAME(imported);
    SAME(team);
    SAME(assignee);
    SAME(requester);
    SAME_STR(priority);
    SAME_STR(function);
    SAME_STR(category);
    SAME_STR(customer_tier);
    SAME_STR(language);
    SAME_STR(source);
    SAME_STR(source_key);
    SAME(received_at);
    SAME(occurred_at);
    SAME(opened_at);
    SAME(updated_at);
    SAME(resolved_at);
    SAME(subject_seq);
    SAME(n_messages);
    SAME(spoken_at);
    SAME(spoken_by);
    SAME(clocks_absent);
    SAME(silent_until_at);
    SAME(merged_into);
    SAME(close_at);
    SAME(opened_as.team);
    SAME_STR(opened_as.category);
    SAME_STR(opened_as.customer_tier);
    SAME_STR(opened_as.language);
    SAME(n_links);
    for (size_t i = 0; i < a->n_links; i++) {
        SAME(links[i].number);
        SAME(links[i].kind);
    }
    SAME(n_tags);
    for (size_t i = 0; i < a->n_tags; i++) {
        SAME(tags[i]);
    }
    SAME(n_reasons);
    for (size_t i = 0; i < a->n_reasons; i++) {
        SAME_STR(reasons[i]);
    }
    SAME(n_holds);
    for (size_t i = 0; i < a->n_holds; i++) {
        SAME(holds[i].reason);
        SAME(holds[i].party);
        SAME(holds[i].since_at);
        SAME(holds[i].ends_at);
    }
    SAME(n_clocks);
    for (size_t i = 0; i < a->n_clocks; i++) {
        same_clock(&a->clocks[i], &b->clocks[i], what);
    }
    SAME(n_facts);
    for (size_t i = 0; i < a->n_facts; i++) {
        SAME(facts[i].at);
        SAME(facts[i].seq);
        SAME(facts[i].kind);
        SAME(facts[i].reason);
        SAME(facts[i].by_human);
        SAME(facts[i].team);
        SAME(facts[i].since_at);
        SAME_STR(facts[i].name);
    }
}
