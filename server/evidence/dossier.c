// SPDX-License-Identifier: Apache-2.0
#include "evidence/dossier_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "evidence/headproof.h"
#include "store/chain.h"

void *dossier_grown(void *array, size_t n, size_t *room, size_t size)
{
    const size_t more = *room == 0 ? 64 : 2 * *room;

    if (n < *room) {
        return array;
    }
    void *p = reallocarray(array, more, size);
    if (p != NULL) {
        *room = more;
    }
    return p;
}

int dossier_bad_line(struct walk *w, const char *what)
{
    return finding_set(w->finding, 0, "%s", what);
}

const char *dossier_keep(struct dossier *c, const char *s, size_t n)
{
    return arena_strndup(&c->keep, s, n);
}

/* -- tickets ------------------------------------------------------------------ */

static struct dossier_ticket *slot(struct dossier_ticket *table, size_t room, uint64_t number)
{
    size_t i = (size_t)(number * UINT64_C(0x9e3779b97f4a7c15)) & (room - 1);

    while (table[i].number != 0 && table[i].number != number) {
        i = (i + 1) & (room - 1);
    }
    return &table[i];
}

/* The ticket's row; a new one has last_seq 0. NULL without memory. */
static struct dossier_ticket *ticket(struct dossier *c, uint64_t number)
{
    if (4 * (c->n_tickets + 1) > 3 * c->tickets_room) {
        const size_t room = c->tickets_room == 0 ? 256 : 2 * c->tickets_room;
        struct dossier_ticket *table = calloc(room, sizeof(*table));
        if (table == NULL) {
            return NULL;
        }
        for (size_t i = 0; i < c->tickets_room; i++) {
            if (c->tickets[i].number != 0) {
                *slot(table, room, c->tickets[i].number) = c->tickets[i];
            }
        }
        free(c->tickets);
        c->tickets = table;
        c->tickets_room = room;
    }
    struct dossier_ticket *t = slot(c->tickets, c->tickets_room, number);
    if (t->number == 0) {
        t->number = number;
        c->n_tickets++;
    }
    return t;
}

/* -- what stands in front ------------------------------------------------------ */

static int take_header(struct walk *w, const struct chainline_header *h)
{
    struct dossier *c = w->c;
    uint8_t genesis[HASH_BYTES];

    if (w->number != 1) {
        return dossier_bad_line(w, "a second header");
    }
    c->header = *h;
    c->header.contract = dossier_keep(c, h->contract, strlen(h->contract));
    c->header.key = dossier_keep(c, h->key, strlen(h->key));
    c->header.buyer = dossier_keep(c, h->buyer, strlen(h->buyer));
    c->header.vendor = dossier_keep(c, h->vendor, strlen(h->vendor));
    if (c->header.contract == NULL || c->header.key == NULL || c->header.buyer == NULL ||
        c->header.vendor == NULL || hash_genesis(h->cluster, h->id, genesis) != 0) {
        return -1;
    }
    if (memcmp(genesis, h->genesis, sizeof(genesis)) != 0) {
        finding_set(w->finding, 0, "the genesis of this cluster and contract");
        return finding_hashes(w->finding, genesis, h->genesis);
    }
    if (h->from == 1 && memcmp(genesis, h->before, sizeof(genesis)) != 0) {
        finding_set(w->finding, 0, "what comes before entry 1");
        return finding_hashes(w->finding, genesis, h->before);
    }
    memcpy(c->hash, h->before, sizeof(c->hash));
    return 0;
}

/* -- entries ------------------------------------------------------------------- */

static int check_signed(struct walk *w, const struct entry *entry)
{
    struct dossier *c = w->c;
    const struct event *e = &entry->event;
    struct headproof_signer signer;
    uint8_t hash[HASH_BYTES];
    const struct headproof proof = {
        .cluster = c->header.cluster,
        .contract = c->header.contract,
        .seq = e->u.countersigned.seq,
        .hash = e->u.countersigned.sha256,
        .signature = e->u.countersigned.signature,
        .signature_bytes = e->u.countersigned.signature_bytes,
        .certificate = e->u.countersigned.certificate,
        .certificate_bytes = e->u.countersigned.certificate_bytes,
    };

    if (e->u.countersigned.seq >= entry->seq || e->u.countersigned.seq == 0) {
        return finding_set(w->finding, entry->seq, "a signature of a head that is not before it");
    }
    if (dossier_hash(c, e->u.countersigned.seq, hash) &&
        memcmp(hash, e->u.countersigned.sha256, sizeof(hash)) != 0) {
        finding_set(w->finding, entry->seq, "the countersigned head, entry %" PRIu64,
                    e->u.countersigned.seq);
        return finding_hashes(w->finding, e->u.countersigned.sha256, hash);
    }
    const int r = headproof_check(&proof, c->trusted, &signer);
    if (r < 0) {
        return r;
    }
    if (r != 0) {
        return finding_set(w->finding, entry->seq, "the countersignature of entry %" PRIu64 ": %s",
                           e->u.countersigned.seq,
                           r == HEADPROOF_BAD_CERTIFICATE ? "its certificate makes no sense"
                           : r == HEADPROOF_BAD_SIGNATURE ? "it is not of this head"
                                                          : "its certificate is from none of the "
                                                            "CAs given");
    }
    if (DOSSIER_GROW(c, heads) != 0) {
        return -1;
    }
    struct dossier_signed *head = &c->heads[c->n_heads++];
    *head = (struct dossier_signed){.at_seq = entry->seq,
                                    .recorded_at = entry->recorded_at,
                                    .seq = e->u.countersigned.seq,
                                    .party = e->u.countersigned.party};
    memcpy(head->name, signer.name, sizeof(head->name));
    memcpy(head->key_sha256, signer.key_sha256, sizeof(head->key_sha256));
    return 0;
}

static int check_texts(struct walk *w, const struct chainline_entry *line,
                       const struct entry *entry, const struct entry_proof *proof)
{
    uint8_t commitment[HASH_BYTES];

    if (line->n_texts > 0 && !w->c->header.texts) {
        return finding_set(w->finding, entry->seq, "a text in a file without texts");
    }
    w->c->n_commitments += proof->n_texts;
    for (size_t i = 0; i < line->n_texts; i++) {
        const struct chainline_text *text = &line->texts[i];
        size_t k = 0;
        while (k < proof->n_texts && proof->texts[k].field != text->field) {
            k++;
        }
        if (k == proof->n_texts) {
            return finding_set(w->finding, entry->seq, "a %s that the entry does not commit to",
                               chainline_field_name(text->field));
        }
        if (hash_commitment(text->salt, text->bytes, text->n, commitment) != 0) {
            return -1;
        }
        if (memcmp(commitment, proof->texts[k].commitment, sizeof(commitment)) != 0) {
            finding_set(w->finding, entry->seq, "the %s", chainline_field_name(text->field));
            return finding_hashes(w->finding, proof->texts[k].commitment, commitment);
        }
        w->c->n_texts++;
    }
    return 0;
}

/* Its place among the entries of its ticket, and in the file. */
static int place(struct walk *w, const struct entry *entry)
{
    struct dossier *c = w->c;
    uint64_t previous = 0;

    if (entry->event.ticket != 0 && entry->event.kind >= EVENT_TICKET_OPENED) {
        struct dossier_ticket *t = ticket(c, entry->event.ticket);
        if (t == NULL) {
            return -1;
        }
        previous = t->last_seq;
        t->last_seq = entry->seq;
        const bool within = c->header.from == 1 || previous != 0;
        if (within && previous != entry->ticket_prev_seq) {
            finding_set(w->finding, entry->seq, "the entry before it of ticket %s-%" PRIu64,
                        c->header.key, entry->event.ticket);
            return finding_numbers(w->finding, entry->ticket_prev_seq, previous);
        }
    }
    if (DOSSIER_GROW(c, places) != 0) {
        return -1;
    }
    c->places[c->n_places++] = (struct dossier_place){w->offset, previous};
    return 0;
}

static int decode(struct arena *arena, const struct chainline_entry *line, struct entry *ret,
                  struct entry_proof *ret_proof, struct finding *finding)
{
    char why[STORE_TEXT_BYTES];

    const int r = chain_decode(line->body, line->n, arena, ret, ret_proof, why);
    if (r > 0) {
        finding_set(finding, line->seq, "its bytes");
        return finding_texts(finding, "an entry", why);
    }
    return r;
}

/* What has no place in a contract's chain, and would be passed over; or NULL. */
static const char *misplaced(const struct event *e)
{
    const bool needless = e->kind == EVENT_INTAKE_KEPT || e->kind == EVENT_ERASED;

    if (e->kind < EVENT_VERSION_USED) {
        return "an entry of administration";
    }
    return e->kind >= EVENT_TICKET_OPENED && e->ticket == 0 && !needless
               ? "an entry of a ticket that names none"
               : NULL;
}

static int take_entry(struct walk *w, const struct chainline_entry *line)
{
    struct dossier *c = w->c;
    const uint64_t seq = c->header.from + c->n_places;
    struct entry_proof proof;
    struct entry entry;
    uint8_t hash[HASH_BYTES];

    w->entries = true;
    if (line->seq != seq) {
        finding_set(w->finding, line->seq, "the order of the entries");
        return finding_numbers(w->finding, seq, line->seq);
    }
    if (hash_entry(c->hash, line->body, line->n, hash) != 0) {
        return -1;
    }
    if (memcmp(hash, line->hash, sizeof(hash)) != 0) {
        finding_set(w->finding, seq, "the hash of the entry");
        return finding_hashes(w->finding, line->hash, hash);
    }
    int r = decode(&w->line, line, &entry, &proof, w->finding);
    if (r != 0) {
        return r;
    }
    if (entry.stream != c->header.id || entry.seq != seq) {
        return finding_set(w->finding, seq, "it is entry %" PRIu64 " of stream %u by its own words",
                           entry.seq, entry.stream);
    }
    const char *why = misplaced(&entry.event);
    if (why != NULL) {
        return finding_set(w->finding, seq, "%s", why);
    }
    if (entry.recorded_at == INSTANT_NONE || entry.recorded_at < c->recorded_at) {
        finding_set(w->finding, seq, "recorded before the entry in front of it");
        return finding_instants(w->finding, c->recorded_at, entry.recorded_at);
    }
    r = check_texts(w, line, &entry, &proof);
    if (r == 0) {
        r = place(w, &entry);
    }
    if (r == 0 && entry.event.kind == EVENT_VERSION_USED && c->header.from == 1) {
        r = dossier_use(w, &entry);
    }
    if (r == 0 && entry.event.kind == EVENT_COUNTERSIGNED) {
        r = check_signed(w, &entry);
    }
    if (entry.event.kind == EVENT_ERASED) {
        c->n_erased += (unsigned)__builtin_popcount(entry.event.u.erased.fields);
    }
    c->first_at = c->n_places == 1 ? entry.recorded_at : c->first_at;
    c->recorded_at = entry.recorded_at;
    memcpy(c->hash, hash, sizeof(c->hash));
    return r;
}

static int take_end(struct walk *w, const struct chainline_end *end)
{
    struct dossier *c = w->c;
    const uint64_t seq = c->header.from + c->n_places - 1;

    w->ended = true;
    if (end->seq != seq || c->header.to != seq) {
        finding_set(w->finding, seq, "the last entry of the file");
        return finding_numbers(w->finding, end->seq != seq ? end->seq : c->header.to, seq);
    }
    if (memcmp(end->hash, c->hash, sizeof(c->hash)) != 0) {
        finding_set(w->finding, seq, "the hash of the last entry");
        return finding_hashes(w->finding, end->hash, c->hash);
    }
    return 0;
}

/* -- lines --------------------------------------------------------------------- */

static int take(struct walk *w, const char *text, size_t n)
{
    struct chainline line;
    char why[CHAINLINE_ERROR_BYTES];

    int r = chainline_read(text, n, &w->line, &line, why);
    if (r != 0) {
        return r < 0 ? r : finding_set(w->finding, 0, "the line: %s", why);
    }
    if ((w->number == 1) != (line.kind == CHAINLINE_HEADER) || w->ended) {
        return dossier_bad_line(w,
                                w->ended ? "a line behind the end" : "the first line is no header");
    }
    switch (line.kind) {
    case CHAINLINE_HEADER: return take_header(w, &line.u.header);
    case CHAINLINE_OBJECT: return dossier_take_object(w, &line.u.object);
    case CHAINLINE_ZONE: return dossier_take_zone(w, &line.u.zone);
    case CHAINLINE_ACTOR: return 0; // a name for people: the chain has the id
    case CHAINLINE_ENTRY: return take_entry(w, &line.u.entry);
    case CHAINLINE_END: return take_end(w, &line.u.end);
    }
    return 0;
}

int dossier_read(struct dossier *c, const char *text, size_t n, X509_STORE *trusted,
                 struct finding *ret_finding)
{
    struct walk w = {.c = c, .finding = ret_finding};
    int r = 0;

    *c = (struct dossier){.text = text,
                          .n = n,
                          .trusted = trusted,
                          .recorded_at = INSTANT_NONE,
                          .first_at = INSTANT_NONE};
    arena_init(&c->keep, DOSSIER_KEEP_BYTES);
    arena_init(&w.line, CHAIN_ARENA_BYTES);
    *ret_finding = (struct finding){0};
    while (r == 0 && w.offset < n) {
        const char *from = text + w.offset;
        const char *newline = memchr(from, '\n', n - w.offset);
        w.number++;
        if (newline == NULL) {
            r = dossier_bad_line(&w, "the last line is cut off");
            break;
        }
        r = take(&w, from, (size_t)(newline - from));
        w.offset = (size_t)(newline - text) + 1;
        arena_reset(&w.line);
    }
    if (r == 0 && !w.ended) {
        r = dossier_bad_line(&w, "the file has no end");
    }
    if (r == FINDING) {
        ret_finding->line = w.number;
    } else {
        *ret_finding = (struct finding){0};
    }
    arena_fini(&w.line);
    return r;
}

void dossier_fini(struct dossier *c)
{
    free(c->objects);
    free(c->zones);
    free(c->zone_uses);
    free(c->versions);
    free(c->places);
    free(c->tickets);
    free(c->heads);
    arena_fini(&c->keep);
}

/* The line of an entry that was read before. */
static int line_again(const struct dossier *c, uint64_t seq, struct arena *arena,
                      struct chainline *ret)
{
    const size_t offset = c->places[seq - c->header.from].offset;
    const char *from = c->text + offset;
    const char *newline = memchr(from, '\n', c->n - offset);
    char why[CHAINLINE_ERROR_BYTES];

    const int r = chainline_read(from, (size_t)(newline - from), arena, ret, why);
    return r > 0 ? -1 : r;
}

int dossier_entry(const struct dossier *c, uint64_t seq, struct arena *arena, struct entry *ret)
{
    struct entry_proof proof;
    struct chainline line;
    struct finding finding;

    int r = line_again(c, seq, arena, &line);
    if (r == 0) {
        r = decode(arena, &line.u.entry, ret, &proof, &finding);
    }
    return r > 0 ? -1 : r;
}

bool dossier_hash(const struct dossier *c, uint64_t seq, uint8_t ret[static HASH_BYTES])
{
    struct chainline line;
    struct arena arena;

    if (seq == c->header.from - 1) {
        memcpy(ret, c->header.before, HASH_BYTES);
        return true;
    }
    if (seq < c->header.from || seq - c->header.from >= c->n_places) {
        return false;
    }
    arena_init(&arena, CHAIN_ARENA_BYTES);
    const int r = line_again(c, seq, &arena, &line);
    if (r == 0) {
        memcpy(ret, line.u.entry.hash, HASH_BYTES);
    }
    arena_fini(&arena);
    return r == 0;
}
