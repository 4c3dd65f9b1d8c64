// SPDX-License-Identifier: Apache-2.0
#include "zonedesk.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/instant.h"
#include "store/entries.h"
#include "store/tickets.h"
#include "t.h"

#define HOURS "week: [{days: [mon, tue, wed, thu, fri], open: [\"09:00-18:00\"]}]"
#define CONTRACT(name_, key_, within_, calendar_)                                           \
    "  - {name: " name_ ", key: " key_ ", buyer: acme, vendor: vend, zone: Etc/UTC, "       \
    "effective: 2026-01-01,\n     hours: " calendar_                                        \
    ", teams: [{team: one}], default_team: one, priorities: [P1],\n     targets: [{clock: " \
    "resolution, match: {}, within: " within_ ", calendar: hours}]}\n"

static const char book[] = "calendars:\n"
                           "  - {name: office, zone: Africa/Casablanca, " HOURS "}\n"
                           "  - {name: utc, zone: Etc/UTC, " HOURS "}\n"
                           "  - {name: union, union: [office]}\n"
                           "parties: [{name: acme}, {name: vend}]\n"
                           "teams: [{name: one, party: vend}]\n"
                           "contracts:\n" CONTRACT("off", "OFF", "4h", "office")
                               CONTRACT("day", "DAY", "12h", "office")
                                   CONTRACT("uni", "UNI", "4h", "union")
                                       CONTRACT("utc", "UTC", "4h", "utc");

static const char *const names[Z_END] = {[Z_OFF] = "off", "day", "uni", "utc"};
static const char *const keys[Z_END] = {[Z_OFF] = "OFF", "DAY", "UNI", "UTC"};

static const struct service_person people[] = {
    {"admin", ROLE_ADMIN, 0, 0, ""},
    {"agent", ROLE_AGENT, 2, 1, ""},
    {"lead", ROLE_LEAD, 2, 1, ""},
    {"mail", ROLE_INTAKE, 1, 0, "mail"},
};

static void copy(const struct zonedesk *z, const char *place, const char *name)
{
    char path[400];
    char bytes[16384] = "TZif is no more";
    size_t n = strlen(bytes);

    if (place != NULL) {
        (void)snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", place);
        FILE *from = fopen(path, "rb");
        T_CHECK(from != NULL, "%s", path);
        n = fread(bytes, 1, sizeof(bytes), from);
        (void)fclose(from);
    }
    (void)snprintf(path, sizeof(path), "%s/%s", z->zones.path, name);
    FILE *to = fopen(path, "wb");
    T_CHECK(to != NULL, "%s", path);
    T_EQ_INT(fwrite(bytes, 1, n, to), n);
    (void)fclose(to);
}

void zonedesk_zone(struct zonedesk *z, const char *place, const char *release)
{
    char path[400];

    copy(z, place, "Africa/Casablanca");
    (void)snprintf(path, sizeof(path), "%s/+VERSION", z->zones.path);
    FILE *to = fopen(path, "w");
    T_CHECK(to != NULL);
    (void)fprintf(to, "%s\n", release);
    (void)fclose(to);
}

int64_t zonedesk_at(const struct zonedesk *z, int hour, int minute)
{
    return z->monday_at + hour * US_PER_HOUR + minute * US_PER_MIN;
}

void zonedesk_time(struct zonedesk *z, int hour, int minute)
{
    service_at(&z->s, zonedesk_at(z, hour, minute));
}

void zonedesk_init(struct zonedesk *z)
{
    char path[400];

    memset(z, 0, sizeof(*z));
    tmpdir_init(&z->zones);
    for (int i = 0; i < 2; i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", z->zones.path, i == 0 ? "Africa" : "Etc");
        T_EQ_INT(mkdir(path, 0700), 0);
    }
    copy(z, "Etc/UTC", "Etc/UTC");
    zonedesk_zone(z, ZONEDESK_PLUS_1, "2030a");
    const struct service_options options = {
        .book = book, .people = people, .n_people = 4, .zone_dir = z->zones.path};
    service_init(&z->s, &options);
    const int64_t today = instant_floor_div(stamp_now(&z->s.stamp), US_PER_DAY);
    z->monday_at = (today + 14 - instant_weekday(today)) * US_PER_DAY;
    zonedesk_time(z, 5, 0);
}

void zonedesk_fini(struct zonedesk *z)
{
    service_fini(&z->s);
    tmpdir_fini(&z->zones);
}

/* -- what happens ------------------------------------------------------------- */

unsigned zonedesk_rest(struct zonedesk *z)
{
    unsigned n = 0;

    while (service_round(&z->s) < 1000) {
        n++;
        T_CHECK(n < 10000, "there is no end");
    }
    return n + 1;
}

unsigned zonedesk_reread(struct zonedesk *z)
{
    writer_reread_zones(z->s.writer);
    return zonedesk_rest(z);
}

void zonedesk_open(struct zonedesk *z, enum zonedesk_contract contract, unsigned n)
{
    struct service *s = &z->s;
    const size_t first = s->n_jobs;

    for (unsigned i = 0; i < n; i++) {
        service_push(
            s, service_new(s, (enum who)Z_AGENT, names[contract], "P1", stamp_now(&s->stamp)));
    }
    (void)zonedesk_rest(z);
    for (size_t i = first; i < s->n_jobs; i++) {
        T_EQ_INT(service_code(s->jobs[i]), 0);
    }
}

struct job *zonedesk_resolving(struct zonedesk *z, enum zonedesk_contract contract, uint64_t number,
                               int64_t at)
{
    struct job *job = service_job(&z->s, (enum who)Z_AGENT, REQUEST_RESOLVE_TICKET, at);

    job->request.u.message = (struct request_message){
        .ticket = service_ticket(keys[contract], number),
        .visibility = MESSAGE_PUBLIC,
        .channel = "",
        .hold = "",
    };
    return job;
}

void zonedesk_resolve(struct zonedesk *z, enum zonedesk_contract contract, uint64_t number)
{
    struct job *job = zonedesk_resolving(z, contract, number, stamp_now(&z->s.stamp));

    service_write(&z->s, job);
    T_EQ_INT(service_code(job), 0);
}

struct ticket_clock zonedesk_clock(struct zonedesk *z, enum zonedesk_contract contract,
                                   uint64_t number)
{
    struct ticket ticket;
    struct arena arena;
    struct txn txn;

    arena_init(&arena, 1 << 22);
    T_EQ_INT(txn_begin(&txn, z->s.env, TXN_READ), 0);
    T_EQ_INT(tickets_get(&txn, contract, number, &arena, &ticket), 0);
    txn_abort(&txn);
    arena_fini(&arena);
    const struct ticket_clock *clock = ticket_clock(&ticket, CLOCK_KIND_RESOLUTION, 0);
    T_CHECK(clock != NULL);
    return *clock;
}

struct search {
    enum event_kind kind;
    unsigned n;
    struct entry *found;
};

static int look(void *user, const struct entry *entry, const struct entry_proof *proof)
{
    struct search *search = user;

    (void)proof;
    if (entry->event.kind == search->kind) {
        search->n++;
        if (search->found != NULL) {
            *search->found = *entry;
        }
    }
    return 0;
}

unsigned zonedesk_entries(struct zonedesk *z, uint32_t stream, enum event_kind kind,
                          struct entry *ret)
{
    struct search search = {.kind = kind, .found = ret};
    struct txn txn;

    T_EQ_INT(txn_begin(&txn, z->s.env, TXN_READ), 0);
    T_EQ_INT(entries_walk(&txn, stream, 1, SIZE_MAX, look, &search), 0);
    txn_abort(&txn);
    return search.n;
}

/* -- the book ----------------------------------------------------------------- */

const char *zonedesk_later(const struct zonedesk *z, const char *hours)
{
    static char text[512];
    char date[INSTANT_DATE_TEXT_BYTES];

    (void)instant_format_date((int32_t)(z->monday_at / US_PER_DAY) + 1, date);
    (void)snprintf(text, sizeof(text),
                   "calendars: [{name: office, zone: Africa/Casablanca, effective: %s, "
                   "week: [{days: [mon, tue, wed, thu, fri], open: [\"%s\"]}]}]",
                   date, hours);
    return text;
}

struct job *zonedesk_apply(struct zonedesk *z, const char *text, bool dry_run)
{
    struct service *s = &z->s;
    struct job *job = service_job(s, (enum who)Z_ADMIN, REQUEST_APPLY_BOOK, stamp_now(&s->stamp));

    job->request.u.apply_book = (struct request_apply_book){
        .text = text, .n = strlen(text), .file = ""};
    job->request.dry_run = dry_run;
    return job;
}
