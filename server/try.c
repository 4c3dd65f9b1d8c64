// SPDX-License-Identifier: Apache-2.0
#include "try.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/instant.h"
#include "trycase.h"

/*
 * Answers are written as they are found, without a JSON value in between: there may be millions of
 * cases. Only what comes from outside (the id) or may hold it (an error) goes through jansson.
 */

enum { LINE_BYTES_MAX = 4 * 1024 * 1024 }; // a clock of ten thousand events

/* The instant in whole seconds, rounded up: what is reached in the midst of a second. */
static void put_instant(FILE *out, const char *key, int64_t at)
{
    char text[INSTANT_TEXT_BYTES];

    if (at == INSTANT_NONE || at == INSTANT_NEVER) {
        (void)fprintf(out, "\"%s\": null", key);
    } else {
        const int64_t up_at = instant_from_s(instant_s(at + US_PER_S - 1));
        (void)fprintf(out, "\"%s\": \"%s\"", key, instant_format(up_at, text));
    }
}

static void put_warnings(FILE *out, const struct clock_warn *warns, size_t n,
                         const struct clock_result *res)
{
    const char *comma = "";
    char key[32];

    (void)fputs(", \"warnings\": {", out);
    for (size_t i = 0; i < n; i++) {
        const struct clock_warn *w = &warns[i];
        bool again = false; // the same warning twice is one key
        for (size_t j = 0; j < i; j++) {
            again |= w->percent == warns[j].percent && w->before_us == warns[j].before_us;
        }
        if (again || res->warned_at[i] == INSTANT_NONE) {
            continue;
        }
        if (w->percent) {
            (void)snprintf(key, sizeof(key), "%" PRIu32 "%%", w->percent);
        } else {
            (void)snprintf(key, sizeof(key), "-%" PRId64 "m", w->before_us / US_PER_MIN);
        }
        (void)fputs(comma, out);
        put_instant(out, key, res->warned_at[i]);
        comma = ", ";
    }
    (void)fputs("}", out);
}

/*
 * In a case, a clock that a change brought back within its target reads as open until it stops;
 * clock_run keeps the breach in view.
 */
static void put_clock(FILE *out, const struct trycase *c)
{
    static const char *const states[] = {"idle", "running", "paused", "stopped", "cancelled"};
    const struct clock_warn *warns = c->rule.warns; // until a target brings its own
    size_t n_warns = c->rule.n_warns;
    struct clock_result res;

    clock_run(&c->rule, c->events, c->n_events, c->to_at, &res);

    const bool live = res.state == CLOCK_RUNNING || res.state == CLOCK_PAUSED;
    const bool breached = res.verdict == CLOCK_BREACHED &&
                          (res.state == CLOCK_STOPPED || res.elapsed_us > res.target_us);
    const char *verdict = breached                   ? "\"breached\""
                          : res.verdict == CLOCK_MET ? "\"met\""
                          : live                     ? "\"open\""
                                                     : "null";
    (void)fprintf(out,
                  "\"state\": \"%s\", \"elapsed_s\": %" PRId64 ", \"target_s\": %" PRId64
                  ", \"verdict\": %s, ",
                  states[res.state], res.elapsed_us / US_PER_S, res.target_us / US_PER_S, verdict);
    put_instant(out, "breached_at", breached ? res.breached_at : INSTANT_NONE);
    if (res.state == CLOCK_RUNNING && !breached) {
        (void)fputs(", ", out);
        put_instant(out, "due", res.due_at);
        (void)fputs(", ", out);
        put_instant(out, "limit", res.limit_at);
    } else if (res.state == CLOCK_PAUSED) {
        (void)fputs(", \"due\": null, ", out);
        put_instant(out, "due_if_resumed_now", res.due_if_resumed_at);
    }
    if (c->tells_cycle) {
        (void)fprintf(out, ", \"cycle\": %" PRIu32 ", ", res.cycle);
        put_instant(out, "since", res.started_at);
    }
    for (size_t i = 0; i < c->n_events && c->events[i].at <= c->to_at; i++) {
        if (c->events[i].rearm) {
            warns = c->events[i].warns;
            n_warns = c->events[i].n_warns;
        }
    }
    if (n_warns > 0) {
        put_warnings(out, warns, n_warns, &res);
    }
}

static void put_answer(FILE *out, const struct trycase *c)
{
    int64_t due_at;
    int64_t limit_at;

    switch (c->kind) {
    case TRYCASE_ADD:
        calendar_add(c->calendar, c->from_at, c->duration_us, &due_at, &limit_at);
        put_instant(out, "due", due_at);
        (void)fputs(", ", out);
        put_instant(out, "limit", limit_at);
        break;
    case TRYCASE_BETWEEN:
        (void)fprintf(out, "\"elapsed_s\": %" PRId64,
                      calendar_between(c->calendar, c->from_at, c->to_at) / US_PER_S);
        break;
    case TRYCASE_BDAYS:
        put_instant(
            out, "due",
            calendar_business_days(c->calendar, c->cutoff_zone, c->from_at, c->days, c->cutoff_s));
        break;
    case TRYCASE_CLOCK: put_clock(out, c); break;
    }
}

static void put_id(FILE *out, const json_t *id)
{
    (void)fputs("{\"id\": ", out);
    if (!id || json_dumpf(id, out, JSON_ENCODE_ANY | JSON_COMPACT | JSON_ENSURE_ASCII) != 0) {
        (void)fputs("null", out);
    }
    (void)fputs(", ", out);
}

static void put_error(FILE *out, const json_t *id, const char *error)
{
    char text[TRYREAD_ERROR_BYTES];
    size_t n = 0;
    json_t *value;

    // What is quoted may be cut in the midst of a character.
    for (; error[n] && n < sizeof(text) - 1; n++) {
        text[n] = (unsigned char)error[n] < 0x80 ? error[n] : '?';
    }
    text[n] = '\0';
    value = json_string(text);
    put_id(out, id);
    (void)fputs("\"error\": ", out);
    (void)json_dumpf(value, out, JSON_ENCODE_ANY);
    (void)fputs("}\n", out);
    json_decref(value);
}

/* Answers one line; false where the case cannot be used. */
static bool answer(FILE *out, const char *line, size_t n, struct trycase *c)
{
    json_error_t error;
    json_t *root = NULL;
    char text[JSON_ERROR_TEXT_LENGTH + 32];
    bool good = false;

    if (n > LINE_BYTES_MAX) {
        put_error(out, NULL, "the line is too long");
        return false;
    }
    root = json_loadb(line, n, JSON_REJECT_DUPLICATES, &error);
    if (!root) {
        (void)snprintf(text, sizeof(text), "column %d: %s", error.column, error.text);
        put_error(out, NULL, text);
    } else if (!json_is_object(root)) {
        put_error(out, NULL, "not an object");
    } else if (trycase_read(c, root) != 0) {
        put_error(out, json_object_get(root, "id"), c->read.error);
    } else {
        put_id(out, json_object_get(root, "id"));
        put_answer(out, c);
        (void)fputs("}\n", out);
        good = true;
    }
    json_decref(root);
    trycase_reset(c);
    return good;
}

int try_run(FILE *in, FILE *out, const char *tzdir)
{
    struct trycase *c = malloc(sizeof(*c));
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    bool all_good = true;
    bool broken;

    if (!c) {
        return -1;
    }
    trycase_init(c, tzdir);
    while (!ferror(out) && (n = getline(&line, &room, in)) > 0) {
        if (strspn(line, " \t\r\n") != (size_t)n) {
            all_good &= answer(out, line, (size_t)n, c);
        }
    }
    broken = !feof(in) || fflush(out) != 0 || ferror(out);
    free(line);
    trycase_fini(c);
    free(c);
    return broken ? -1 : !all_good;
}
