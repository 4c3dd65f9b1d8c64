// SPDX-License-Identifier: Apache-2.0
#include "reliance.h"

#include <string.h>

#include "books.h"
#include "store/bookobjects.h"
#include "store/zones.h"

/* -- zone data ---------------------------------------------------------------- */

/* A zone of the book beside what is recorded of its name. */
struct zone_news {
    uint64_t seq; /* of the newest entry, 0 if there is none */
    uint8_t sha256[BOOK_HASH_BYTES];
    char release[16];
    bool stored; /* the bytes that the book has, by whichever entry */
    const uint8_t *bytes;
    size_t n;
};

struct zone_search {
    const struct book *book;
    struct zone_news *news; /* per zone of the book */
};

static int find_zone(void *user, const struct zonedata *there)
{
    const struct zone_search *search = user;

    for (size_t i = 0; i < search->book->n_zones; i++) {
        const struct book_zone *zone = &search->book->zones[i];
        struct zone_news *news = &search->news[i];
        if (strcmp(zone->name, there->name) != 0) {
            continue;
        }
        news->stored = news->stored ||
                       memcmp(zone->sha256, there->sha256, sizeof(zone->sha256)) == 0;
        if (there->seq > news->seq) {
            news->seq = there->seq;
            memcpy(news->sha256, there->sha256, sizeof(news->sha256));
            memcpy(news->release, there->release, sizeof(news->release));
        }
    }
    return 0;
}

static int find_zones(struct call *call, const struct book *book, struct zone_news *news)
{
    struct zone_search search = {.book = book, .news = news};
    struct arena rows; /* every zone's every data */

    arena_init(&rows, BOOKS_ARENA_BYTES);
    int error = zones_walk(call->txn, &rows, find_zone, &search);
    arena_fini(&rows);
    return error == 0 ? 0 : call_store_failed(call, error);
}

static bool is_in_use(const struct book_zone *zone, const struct zone_news *news)
{
    return news->seq != 0 && memcmp(news->sha256, zone->sha256, sizeof(zone->sha256)) == 0;
}

/* The bytes that the book was made with, as far as they lie in the folder still. */
static int load_zone(struct call *call, const struct book_zone *zone, struct zone_news *news)
{
    const struct zone_source *source = &call->books->zones;
    uint8_t sha256[BOOK_HASH_BYTES];

    if (source->load(source->user, call->arena, zone->name, &news->bytes, &news->n, sha256) != 0 ||
        memcmp(sha256, zone->sha256, sizeof(sha256)) != 0) {
        return refuse(call->refusal, OUTCOME_UNAVAILABLE, NULL, "once it is still, ask again",
                      "the data of zone %s changed while it was read", zone->name);
    }
    return 0;
}

static int record_zone(struct call *call, const struct book *book, const struct book_zone *zone,
                       const struct zone_news *news)
{
    struct event event = {.kind = EVENT_ZONE_DATA,
                          .origin = ORIGIN_LIVE,
                          .effective_at = call->now_at,
                          .claimed_at = INSTANT_NONE};

    memcpy(event.u.zone.name, zone->name, strlen(zone->name) + 1);
    memcpy(event.u.zone.release, book->zone_release, sizeof(event.u.zone.release));
    memcpy(event.u.zone.sha256, zone->sha256, sizeof(event.u.zone.sha256));
    event.u.zone.bytes = news->bytes;
    event.u.zone.n = news->n;
    return call_append(call, &event, NULL);
}

static int record_zones(struct call *call, const struct book *book, struct reliance_news *ret)
{
    struct zone_news *news = arena_array(call->arena, book->n_zones, sizeof(*news));

    if (news == NULL) {
        return call_too_large(call);
    }
    int error = find_zones(call, book, news);
    for (size_t i = 0; error == 0 && i < book->n_zones; i++) {
        error = news[i].stored ? 0 : load_zone(call, &book->zones[i], &news[i]);
    }
    for (size_t i = 0; error == 0 && i < book->n_zones; i++) {
        if (is_in_use(&book->zones[i], &news[i])) {
            continue;
        }
        if (news[i].seq != 0) {
            ret->zones++;
            memcpy(ret->from, news[i].release, sizeof(ret->from));
        }
        error = record_zone(call, book, &book->zones[i], &news[i]);
    }
    return error;
}

/* -- what is used ------------------------------------------------------------- */

static int append_use(struct call *call, const struct key_used *used, const char *name,
                      int64_t effective_at)
{
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

static int record_use(struct call *call, const struct key_used *used, const char *name,
                      int64_t effective_at)
{
    bool recorded;

    int error = bookobjects_is_used(call->txn, used, &recorded);
    if (error != 0) {
        return call_store_failed(call, error);
    }
    return recorded ? 0 : append_use(call, used, name, effective_at);
}

/* Data that were in use before others can be in use again: what counts is what was said last. */
static int record_zone_use(struct call *call, uint32_t contract, const struct book_zone *zone)
{
    struct key_used used = {contract, BOOK_ZONE, 0, 0, {0}};

    int error = bookobjects_zone_used(call->txn, contract, zone->name, used.sha256);
    if (error != 0 && error != STORE_NOT_FOUND) {
        return call_store_failed(call, error);
    }
    if (error == 0 && memcmp(used.sha256, zone->sha256, sizeof(used.sha256)) == 0) {
        return 0;
    }
    memcpy(used.sha256, zone->sha256, sizeof(used.sha256));
    return append_use(call, &used, zone->name, INSTANT_NONE);
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
        error = record_zone_use(call, contract, version->zone);
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
            return record_zone_use(call, contract, &book->zones[i]);
        }
    }
    return 0;
}

static int record_contract_version(struct call *call, const struct book *book,
                                   const struct book_contract *contract,
                                   const struct book_contract_version *version)
{
    struct key_used used = {contract->id, BOOK_CONTRACT, contract->id, version->version, {0}};

    memcpy(used.sha256, version->sha256, sizeof(used.sha256));
    int error = record_use(call, &used, contract->name, version->effective_at);
    if (error == 0) {
        error = record_zone_use(call, contract->id, version->zone);
    }
    if (error == 0) {
        error = record_calendar(call, contract->id, version->hours);
    }
    for (size_t i = 0; error == 0 && i < version->n_targets; i++) {
        error = record_calendar(call, contract->id, version->targets[i].calendar);
        if (error == 0) {
            error = record_cutoff_zone(call, book, contract->id, version->targets[i].cutoff_zone);
        }
    }
    for (size_t i = 0; error == 0 && i < version->n_holds; i++) {
        error = record_calendar(call, contract->id, version->holds[i].max.calendar);
    }
    if (error == 0) {
        error = record_calendar(call, contract->id, version->auto_close.calendar);
    }
    return error;
}

/* -- who is in it -------------------------------------------------------------- */

/* A version of a party or a team. */
struct member {
    struct key_used used; /* contract 0 */
    char name[BOOK_NAME_BYTES];
    int64_t effective_at;
};

/* All of them, parties first. */
struct members {
    struct call *call;
    struct member *list;
    size_t n;
    size_t room;
};

static int add_member(void *user, const struct bookobject *o)
{
    struct members *m = user;

    if (o->kind != BOOK_PARTY && o->kind != BOOK_TEAM) {
        return 0;
    }
    if (m->n == m->room) {
        const size_t room = m->room == 0 ? 64 : 2 * m->room;
        struct member *list = arena_array(m->call->arena, room, sizeof(*list));
        if (list == NULL) {
            return call_too_large(m->call);
        }
        if (m->n > 0) {
            memcpy(list, m->list, m->n * sizeof(*list));
        }
        m->list = list;
        m->room = room;
    }
    struct member *to = &m->list[m->n++];
    *to = (struct member){.used = {0, o->kind, o->id, o->version, {0}},
                          .effective_at = o->effective_at};
    memcpy(to->used.sha256, o->sha256, sizeof(to->used.sha256));
    memcpy(to->name, o->name, sizeof(to->name));
    return 0;
}

static int find_members(struct call *call, struct members *ret)
{
    struct arena rows;

    *ret = (struct members){.call = call};
    arena_init(&rows, BOOKS_ARENA_BYTES);
    const int error = bookobjects_walk(call->txn, &rows, add_member, ret);
    arena_fini(&rows);
    return error == 0 || error == OUTCOME_RESOURCE_EXHAUSTED ? error
                                                             : call_store_failed(call, error);
}

static bool has_party(const struct book *book, const struct book_contract *contract, uint32_t party)
{
    bool found = contract->buyer == party || contract->vendor == party;

    for (size_t i = 0; !found && i < book->n_teams; i++) {
        found = book->teams[i].party == party && call_ever_had_team(contract, book->teams[i].id);
    }
    return found;
}

/* What a team counts in, and what it cannot be read without. Whether a clock counts in it is for
 * who computes. */
static int record_team(struct call *call, const struct book *book, uint32_t contract,
                       const struct book_team *team)
{
    int error = record_calendar(call, contract, team->calendar);

    for (size_t i = 0; error == 0 && i < book->n_zones; i++) {
        if (strcmp(book->zones[i].name, team->zone_name) == 0) {
            error = record_zone_use(call, contract, &book->zones[i]);
        }
    }
    return error;
}

/* Who tickets are with, and whose side that is. */
static int record_members(struct call *call, const struct book *book,
                          const struct book_contract *contract, const struct members *members)
{
    int error = 0;

    for (size_t i = 0; error == 0 && i < members->n; i++) {
        const struct member *m = &members->list[i];
        struct key_used used = m->used;
        used.contract = contract->id;
        if (used.kind == BOOK_PARTY ? has_party(book, contract, used.id)
                                    : call_ever_had_team(contract, used.id)) {
            error = record_use(call, &used, m->name, m->effective_at);
        }
    }
    for (size_t i = 0; error == 0 && i < book->n_teams; i++) {
        if (call_ever_had_team(contract, book->teams[i].id)) {
            error = record_team(call, book, contract->id, &book->teams[i]);
        }
    }
    return error;
}

/* The newest is recorded last, so that it stands for all. */
int reliance_record_source(struct call *call, uint32_t contract, const struct book_source *source)
{
    struct call own = call_by_clock(call, call->refusal); /* the request has not begun with it */
    int error = 0;

    for (uint32_t version = 1; error == 0 && version <= source->version; version++) {
        struct bookobject object;
        error = bookobjects_get(call->txn, BOOK_SOURCE, source->id, version, call->arena, &object);
        if (error != 0) {
            return call_store_failed(call, error);
        }
        struct key_used used = {contract, BOOK_SOURCE, source->id, version, {0}};
        memcpy(used.sha256, object.sha256, sizeof(used.sha256));
        error = record_use(&own, &used, object.name, object.effective_at);
    }
    return error;
}

/* -- all of it ----------------------------------------------------------------- */

int reliance_record(struct call *call, const struct book *book, struct reliance_news *ret)
{
    struct members members;

    *ret = (struct reliance_news){.zones = 0};
    int error = record_zones(call, book, ret);
    if (error == 0) {
        error = find_members(call, &members);
    }
    for (size_t c = 0; error == 0 && c < book->n_contracts; c++) {
        const struct book_contract *contract = &book->contracts[c];
        error = record_members(call, book, contract, &members);
        for (size_t v = 0; error == 0 && v < contract->n_versions; v++) {
            error = record_contract_version(call, book, contract, &contract->versions[v]);
        }
    }
    return error;
}

/* -- what changes ------------------------------------------------------------- */

static const struct book_zone *zone_named(const struct book *book, const char *name)
{
    for (size_t i = 0; i < book->n_zones; i++) {
        if (strcmp(book->zones[i].name, name) == 0) {
            return &book->zones[i];
        }
    }
    return NULL;
}

/* `zone` (of another book) has other data in `before`. */
static bool is_other_zone(const struct book *before, const struct book_zone *zone)
{
    const struct book_zone *was = zone_named(before, zone->name);
    return was != NULL && memcmp(was->sha256, zone->sha256, sizeof(zone->sha256)) != 0;
}

size_t reliance_zones_changed(const struct book *before, const struct book *now)
{
    size_t n = 0;

    for (size_t i = 0; i < now->n_zones; i++) {
        n += is_other_zone(before, &now->zones[i]);
    }
    return n;
}

static bool counts_in_team(const struct book *book, const struct book_contract_version *version,
                           uint32_t calendar)
{
    for (size_t i = 0; i < version->n_teams; i++) {
        const struct book_team *team = book_team(book, version->teams[i].team);
        if (team->calendar != NULL && book_calendar_joins(team->calendar, calendar)) {
            return true;
        }
    }
    return false;
}

/* Any version: running clocks are pinned to the one that they began with. */
static bool counts_in(const struct book *book, const struct book_contract *contract,
                      uint32_t calendar)
{
    bool by_team = false; /* this version or one before it: its clocks may still run */

    for (size_t i = 0; i < contract->n_versions; i++) {
        const struct book_contract_version *version = &contract->versions[i];
        by_team = by_team || book_counts_in_teams(version);
        if (book_counts_in(book, version, calendar) ||
            (by_team && counts_in_team(book, version, calendar))) {
            return true;
        }
    }
    return false;
}

static enum moved_by calendar_moved(const struct book *before, const struct book_calendar *calendar)
{
    const struct book_calendar *was = book_calendar_named(before, calendar->name);

    if (was == NULL) {
        return MOVED_BY_NONE; /* nothing counts in it yet */
    }
    for (size_t i = 0; i < calendar->n_versions; i++) {
        const struct book_zone *zone = calendar->versions[i].zone;
        if (zone != NULL && is_other_zone(before, zone)) {
            return MOVED_BY_ZONE_DATA;
        }
    }
    return calendar->n_versions != was->n_versions ? MOVED_BY_CALENDAR : MOVED_BY_NONE;
}

/* A zone that a cut-off of the contract is read in has other data. */
static bool is_cutoff_moved(const struct book *before, const struct book *now,
                            const struct book_contract *contract)
{
    for (size_t z = 0; z < now->n_zones; z++) {
        if (!is_other_zone(before, &now->zones[z])) {
            continue;
        }
        for (size_t v = 0; v < contract->n_versions; v++) {
            const struct book_contract_version *version = &contract->versions[v];
            for (size_t i = 0; i < version->n_targets; i++) {
                if (version->targets[i].cutoff_zone == now->zones[z].zone) {
                    return true;
                }
            }
        }
    }
    return false;
}

size_t reliance_moved(const struct book *before, const struct book *now, enum moved_by *ret_by)
{
    size_t n = 0;

    for (size_t i = 0; i < now->n_contracts; i++) {
        ret_by[i] = is_cutoff_moved(before, now, &now->contracts[i]) ? MOVED_BY_ZONE_DATA
                                                                     : MOVED_BY_NONE;
    }
    for (size_t c = 0; c < now->n_calendars; c++) {
        const enum moved_by by = calendar_moved(before, &now->calendars[c]);
        for (size_t i = 0; by != MOVED_BY_NONE && i < now->n_contracts; i++) {
            if (ret_by[i] != MOVED_BY_ZONE_DATA &&
                counts_in(now, &now->contracts[i], now->calendars[c].id)) {
                ret_by[i] = by;
            }
        }
    }
    for (size_t i = 0; i < now->n_contracts; i++) {
        n += ret_by[i] != MOVED_BY_NONE;
    }
    return n;
}
