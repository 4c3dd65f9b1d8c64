// SPDX-License-Identifier: Apache-2.0
#include "core/life.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "t.h"

int64_t life_at(const char *text)
{
    const char *slash = strchr(text, '/');
    const int day = slash != NULL ? (int)strtol(text, NULL, 10) : 2;
    char full[32];

    (void)snprintf(full, sizeof(full), "2026-03-%02dT%.5s:00Z", day,
                   slash != NULL ? slash + 1 : text);
    return sample_at(full);
}

static const struct {
    const char *word;
    enum fact_kind kind;
} words[] = {
    {"opened", FACT_OPENED},     {"held", FACT_HELD},          {"resumed", FACT_RESUMED},
    {"replied", FACT_REPLIED},   {"asked", FACT_ASKED},        {"taken", FACT_ACKNOWLEDGED},
    {"resolved", FACT_RESOLVED}, {"dropped", FACT_RESOLVED},   {"reopened", FACT_REOPENED},
    {"closed", FACT_CLOSED},     {"priority", FACT_PRIORITY},  {"team", FACT_TEAM},
    {"category", FACT_CATEGORY}, {"tier", FACT_CUSTOMER_TIER}, {"language", FACT_LANGUAGE},
    {"merged", FACT_MERGED},     {"absorbed", FACT_ABSORBED},
};

static uint8_t reason(struct ticket *t, const char *name)
{
    int known = ticket_reason(t, name);

    if (known < 0) {
        known = t->n_reasons++;
        (void)snprintf(t->reasons[known], BOOK_NAME_BYTES, "%s", name);
    }
    return (uint8_t)known;
}

static void read_word(struct life *l, struct fact *f, const char *word, const char *what)
{
    size_t i = 0;

    while (i < sizeof(words) / sizeof(words[0]) && strcmp(words[i].word, word) != 0) {
        i++;
    }
    T_CHECK(i < sizeof(words) / sizeof(words[0]), "no such word: %s", word);
    f->kind = words[i].kind;
    f->by_human = strcmp(word, "resolved") == 0;
    if (f->kind == FACT_HELD || f->kind == FACT_RESUMED) {
        f->reason = reason(&l->ticket, what);
    } else if (f->kind == FACT_TEAM) {
        const struct book_team *team = book_team_named(&l->sample->book, what);
        T_CHECK(team != NULL, "%s", what);
        f->team = team->id;
    } else if (f->kind == FACT_ABSORBED) {
        f->since_at = life_at(what);
    } else {
        (void)snprintf(f->name, sizeof(f->name), "%s", what);
    }
}

void life_read(struct life *l, const struct sample *s, const char *text)
{
    char buf[2048];
    char *rest = buf;

    memset(l, 0, sizeof(*l));
    l->sample = s;
    l->ticket = (struct ticket){
        .contract = SAMPLE_CONTRACT, .number = 1, .team = 1, .opened_as = {.team = 1}};
    T_CHECK(strlen(text) < sizeof(buf));
    (void)snprintf(buf, sizeof(buf), "%s", text);
    for (char *entry = strsep(&rest, ","); entry != NULL; entry = strsep(&rest, ",")) {
        char when[16];
        char word[16];
        char what[64] = "";
        struct fact *f = &l->facts[l->ticket.n_facts++];

        T_CHECK(sscanf(entry, " %15s %15s %63s", when, word, what) >= 2, "%s", entry);
        f->seq = l->ticket.n_facts;
        if (strcmp(when, "&") == 0) {
            f->at = f[-1].at;
            f->seq = f[-1].seq;
        } else {
            f->at = life_at(when);
        }
        read_word(l, f, word, what);
    }
    l->ticket.facts = l->facts;
    l->ticket.opened_at = l->facts[0].at;
}

/* "10:30", "3/10:30", "" for none */
static const char *short_at(int64_t at, char buf[static 24])
{
    char full[INSTANT_TEXT_BYTES];
    int day;

    if (at == INSTANT_NONE || at == INSTANT_NEVER) {
        buf[0] = '\0';
        return buf;
    }
    instant_format(at, full);
    day = (int)strtol(full + 8, NULL, 10);
    if (day == 2) {
        (void)snprintf(buf, 24, "%.5s", full + 11);
    } else {
        (void)snprintf(buf, 24, "%d/%.5s", day, full + 11);
    }
    return buf;
}

static size_t tell(const struct sla_clock *now, char *to, size_t size)
{
    const struct ticket_clock *c = &now->clock;
    const bool live = c->state == CLOCK_RUNNING || c->state == CLOCK_PAUSED;
    char from[24];
    char until[24];
    char breached[24];
    char due[24];
    int n = snprintf(
        to, size, "#%u %s %s-%s %dm%s%s%s%s%s%s", (unsigned)c->cycle,
        ticket_verdict_name(c->verdict), short_at(c->started_at, from),
        short_at(c->stopped_at, until), (int)(c->elapsed_us / US_PER_MIN),
        c->state == CLOCK_PAUSED ? " held" : "", c->state == CLOCK_CANCELLED ? " cancelled" : "",
        c->breached_at != INSTANT_NONE ? " !" : "", short_at(c->breached_at, breached),
        live && c->breached_at == INSTANT_NONE && c->due_at != INSTANT_NEVER ? " due " : "",
        live && c->breached_at == INSTANT_NONE ? short_at(c->due_at, due) : "");

    T_CHECK(n > 0 && (size_t)n < size);
    return (size_t)n;
}

/* All cycles of a run; with the team's name where it is of one. */
static size_t tell_run(const struct book *book, const struct sla_run *run, const struct ticket *t,
                       int64_t at, char *to, size_t size)
{
    const struct book_team *team = book_team(book, run->team);
    struct sla_clock now;
    size_t used = 0;

    for (uint32_t cycle = run->cycle; sla_cycle(run, t, cycle, at, &now); cycle++) {
        used += (size_t)snprintf(to + used, size - used, "%s%s", used > 0 ? "; " : "",
                                 team != NULL ? team->name : "");
        used += tell(&now, to + used, size - used);
    }
    sla_clock(run, t, at, &now);
    T_CHECK(run->is_chain || now.clock.cycle == run->cycle, "one cycle");
    return used;
}

const char *life_story(const struct book *book, const struct ticket *t, enum clock_kind kind,
                       int64_t at)
{
    static char story[LIFE_STORY_BYTES];
    struct arena arena;
    const struct sla_run *runs;
    size_t n;
    size_t used = 0;

    story[0] = '\0';
    arena_init(&arena, 1 << 22);
    T_EQ_INT(sla_runs(book, t, &arena, &runs, &n), 0);
    for (size_t i = 0; i < n; i++) {
        if (runs[i].kind != kind) {
            continue;
        }
        used += (size_t)snprintf(story + used, sizeof(story) - used, "%s", used > 0 ? "; " : "");
        used += tell_run(book, &runs[i], t, at, story + used, sizeof(story) - used);
        T_EQ_INT(runs[i].present,
                 i + 1 == n || runs[i + 1].kind != kind || runs[i + 1].team != runs[i].team);
    }
    arena_fini(&arena);
    return story;
}

/*
 * At a desk
 */

static const struct {
    const char *word;
    enum command_kind kind;
} verbs[] = {
    {"open", COMMAND_OPEN},         {"look", COMMAND_EXPIRE},   {"take", COMMAND_TAKE},
    {"ack", COMMAND_ACK},           {"ask", COMMAND_REPLY},     {"reply", COMMAND_REPLY},
    {"note", COMMAND_NOTE},         {"hold", COMMAND_HOLD},     {"resume", COMMAND_RESUME},
    {"resolve", COMMAND_RESOLVE},   {"drop", COMMAND_RESOLVE},  {"close", COMMAND_CLOSE},
    {"reopen", COMMAND_REOPEN},     {"merge", COMMAND_MERGE},   {"team", COMMAND_TRANSFER},
    {"priority", COMMAND_PRIORITY}, {"category", COMMAND_EDIT}, {"tier", COMMAND_EDIT},
    {"absorb", COMMAND_ABSORB},
};

/* "10:30@10:10" */
static void read_instants(char *when, int64_t *ret_at, int64_t *ret_claimed_at)
{
    char *claim = strchr(when, '@');
    char *more;

    if (claim != NULL) {
        *claim++ = '\0';
    }
    more = strchr(when, '+');
    *ret_at = life_at(when) + (more != NULL ? strtol(more + 1, NULL, 10) : 0);
    *ret_claimed_at = claim != NULL ? life_at(claim) : INSTANT_NONE;
}

static struct command read_command(struct desk *d, char *when, const char *word, const char *what)
{
    struct command c;
    size_t i = 0;
    int64_t at;
    int64_t claimed_at;

    while (i < sizeof(verbs) / sizeof(verbs[0]) && strcmp(verbs[i].word, word) != 0) {
        i++;
    }
    T_CHECK(i < sizeof(verbs) / sizeof(verbs[0]), "no such verb: %s", word);
    read_instants(when, &at, &claimed_at);
    c = desk_command(d, verbs[i].kind, at);
    c.claimed_at = claimed_at;
    c.side = strcmp(word, "ask") == 0 ? SIDE_REQUESTER : SIDE_VENDOR;
    c.human = strcmp(word, "drop") != 0;
    c.roles = ~0u;
    if (c.kind == COMMAND_MERGE || c.kind == COMMAND_ABSORB) {
        c.other = 2;
        c.other_state = TICKET_OPEN;
        c.other_opened_at = c.kind == COMMAND_ABSORB ? life_at(what) : 0;
    }
    const char *copy = arena_strndup(&d->arena, what, strlen(what));
    *(c.kind == COMMAND_HOLD || c.kind == COMMAND_RESUME ? &c.reason
      : c.kind == COMMAND_TRANSFER                       ? &c.team
      : strcmp(word, "category") == 0                    ? &c.category
      : strcmp(word, "tier") == 0                        ? &c.customer_tier
                                                         : &c.priority) = copy;
    c.edits = strcmp(word, "category") == 0 ? EDIT_CATEGORY
              : strcmp(word, "tier") == 0   ? EDIT_CUSTOMER_TIER
                                            : 0;
    return c;
}

void life_tick(struct desk *d, int64_t until_at)
{
    for (size_t i = 0; d->ticket.number != 0 && ticket_next_at(&d->ticket) < until_at; i++) {
        struct command c = desk_command(d, COMMAND_EXPIRE, ticket_next_at(&d->ticket) + 1);
        T_EQ_INT(desk_do(d, &c), 0);
        T_CHECK(d->decision.n_events > 0, "a due row that does nothing");
        T_CHECK(i < 2 * CLOCK_CYCLES_MAX, "the ticker never ends");
    }
}

static void do_all(struct desk *d, const char *text, bool ticked)
{
    char buf[2048];
    char *rest = buf;

    T_CHECK(strlen(text) < sizeof(buf));
    (void)snprintf(buf, sizeof(buf), "%s", text);
    for (char *entry = strsep(&rest, ","); entry != NULL; entry = strsep(&rest, ",")) {
        char when[32];
        char word[16];
        char what[64] = "";

        T_CHECK(sscanf(entry, " %31s %15s %63s", when, word, what) >= 2, "%s", entry);
        const struct command c = read_command(d, when, word, what);
        if (ticked) {
            life_tick(d, c.at);
        }
        T_CHECK(desk_do(d, &c) == 0, "%s: %s", entry, d->refusal.message);
    }
}

void life_do(struct desk *d, const char *text)
{
    do_all(d, text, false);
}

void life_do_ticked(struct desk *d, const char *text)
{
    do_all(d, text, true);
}

const char *life_trace(const struct desk *d, size_t from)
{
    static char trace[LIFE_STORY_BYTES];
    size_t used = 0;

    trace[0] = '\0';
    for (size_t i = from; i < d->n_entries; i++) {
        const struct event *e = &d->entries[i]->event;
        const char *name = event_kind_name(e->kind);
        const bool timer = strncmp(name, "clock_", 6) == 0 && e->kind != EVENT_CLOCK_RESCHEDULED;
        char at[24];

        used += (size_t)snprintf(trace + used, sizeof(trace) - used, "%s%s %s%s",
                                 used > 0 ? ", " : "", short_at(e->effective_at, at),
                                 e->origin == ORIGIN_CLOCK ? "*" : "", timer ? name + 6 : name);
        T_CHECK(used < sizeof(trace));
        if (timer) {
            const struct book_team *team = book_team(d->book, e->u.timer.team);
            used += (size_t)snprintf(trace + used, sizeof(trace) - used, " %s%s%s#%u",
                                     clock_kind_name(e->u.timer.kind), team != NULL ? " " : "",
                                     team != NULL ? team->name : "", (unsigned)e->u.timer.cycle);
        }
        if (e->kind == EVENT_CLOCK_WARNED) {
            used += (size_t)snprintf(trace + used, sizeof(trace) - used, "/%u",
                                     (unsigned)e->u.timer.warning);
        }
        T_CHECK(used < sizeof(trace));
    }
    return trace;
}

static struct book_target row(const struct book_calendar *calendar, enum clock_kind clock,
                              int64_t minutes)
{
    return (struct book_target){
        .clock = clock,
        .within = "as written",
        .calendar = calendar,
        .rule = {.target_us = minutes * US_PER_MIN, .calendar = calendar->calendar},
    };
}

void life_sample(struct sample *s)
{
    static const struct clock_warn warns[] = {
        {.percent = 50}, {.percent = 75}, {.before_us = 20 * US_PER_MIN}};
    struct book_target *t = s->targets[0];

    sample_init(s);
    const struct book_names p1 = sample_names(s, "P1", NULL);
    const struct book_names net = sample_names(s, "net", NULL);
    t[0] = row(s->always, CLOCK_KIND_ACKNOWLEDGE, 30);
    t[0].match.priority = p1;
    t[1] = (struct book_target){.clock = CLOCK_KIND_NEXT_RESPONSE, .none = true, .within = "none"};
    t[1].match.priority = sample_names(s, "P4", NULL);
    t[2] = row(s->always, CLOCK_KIND_NEXT_RESPONSE, 60);
    t[2].match.priority = p1;
    t[3] = row(s->office, CLOCK_KIND_NEXT_RESPONSE, 240);
    t[4] = row(s->always, CLOCK_KIND_FIRST_RESPONSE, 120);
    t[5] = row(s->always, CLOCK_KIND_RESOLUTION, 480);
    t[5].match.category = net;
    t[5].match.customer_tier = sample_names(s, "gold", NULL);
    t[6] = row(s->always, CLOCK_KIND_RESOLUTION, 60);
    t[6].match.category = net;
    t[7] = row(s->always, CLOCK_KIND_RESOLUTION, 480);
    t[0].rule.warns = t[2].rule.warns = t[7].rule.warns = warns;
    t[0].rule.n_warns = t[7].rule.n_warns = 1;
    t[2].rule.n_warns = 3;
    s->versions[0].n_targets = 8;
    s->holds[0][1].pauses = ~0u; /* embargo */
    s->versions[0].max_backdate_us = 2 * US_PER_HOUR;
}
