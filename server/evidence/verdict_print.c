// SPDX-License-Identifier: Apache-2.0
/* A verdict as a page that a dispute can be settled with: what was proved, of what, and what not.
 */
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "core/instant.h"
#include "core/sla.h"
#include "evidence/base64.h"
#include "evidence/verdict.h"

void verdict_put(FILE *f, const char *s)
{
    for (; *s != '\0'; s++) {
        const unsigned char c = (unsigned char)*s;
        if (c >= 0x20 && c < 0x7f) {
            (void)fputc(c, f);
        } else {
            (void)fprintf(f, "\\x%02x", c);
        }
    }
}

static void put_finding(FILE *f, const struct finding *finding)
{
    if (finding->what[0] == '\0') {
        return;
    }
    if (finding->seq != 0) {
        (void)fprintf(f, "seq %" PRIu64 ": ", finding->seq);
    } else if (finding->line != 0) {
        (void)fprintf(f, "line %" PRIu64 ": ", finding->line);
    }
    verdict_put(f, finding->what);
    if (finding->expected[0] != '\0') {
        (void)fputs("\n  expected  ", f);
        verdict_put(f, finding->expected);
        (void)fputs("\n  found     ", f);
        verdict_put(f, finding->found);
    }
    (void)fputc('\n', f);
}

static const char *instant(int64_t at, char buf[static INSTANT_TEXT_BYTES])
{
    return at == INSTANT_NONE ? "none" : instant_format(at, buf);
}

/* The name of a party that is in the file, or "". */
static const char *party_name(const struct dossier *d, uint32_t id)
{
    for (size_t i = 0; i < d->n_objects; i++) {
        const struct book_object *o = &d->objects[i].object;
        if (o->kind == BOOK_PARTY && o->id == id) {
            return o->name;
        }
    }
    return "";
}

/* Always with the key: whoever has the CA's can make another certificate of that name. */
static void put_signed(FILE *f, const struct dossier *d)
{
    char hex[2 * BOOK_HASH_BYTES + 1];
    char at[INSTANT_TEXT_BYTES];

    for (size_t i = 0; i < d->n_heads; i++) {
        const struct dossier_signed *s = &d->heads[i];
        (void)fprintf(f, "signed    entry %" PRIu64 " is countersigned by ", s->seq);
        verdict_put(f, s->name);
        (void)fputs(" for ", f);
        verdict_put(f, party_name(d, s->party));
        (void)fprintf(f, " at %s (entry %" PRIu64 "), signed by key %s, %s%s\n",
                      instant(s->recorded_at, at), s->at_seq,
                      base64_hex(s->key_sha256, BOOK_HASH_BYTES, hex),
                      d->trusted != NULL ? "certified by a CA that was given"
                                         : "by a CA that was not looked at",
                      s->seq + 1 < d->header.from ? ", over a head that is not in this file" : "");
    }
}

static void put_contract(FILE *f, const struct verdict *v)
{
    const struct chainline_header *h = &v->dossier.header;

    (void)fputs("contract  ", f);
    verdict_put(f, h->contract);
    (void)fputs(": tickets ", f);
    verdict_put(f, h->key);
    (void)fputs("-1 and up, buyer ", f);
    verdict_put(f, h->buyer);
    (void)fputs(", vendor ", f);
    verdict_put(f, h->vendor);
    (void)fputs(v->judged.named ? "\n" : " (by the file's own words)\n", f);
}

/* What the numbers rest on. The release of zone data is not in the chain. */
static void put_versions(FILE *f, const struct dossier *d)
{
    char hex[2 * BOOK_HASH_BYTES + 1];
    size_t named = 0;

    for (size_t i = 0; i < d->n_objects; i++) {
        named += d->objects[i].used_seq != 0;
    }
    (void)fprintf(f, "versions  %zu of %zu texts are named in the chain by their hashes%s\n", named,
                  d->n_objects,
                  d->header.from > 1  ? ", in entries that are not in this file"
                  : d->teams_seq == 0 ? ", but for parties and teams"
                                      : "");
    for (size_t i = 0; i < d->n_zones; i++) {
        (void)fputs("zone      ", f);
        verdict_put(f, d->zones[i].name);
        (void)fprintf(f, " %s, said to be of tzdata ",
                      base64_hex(d->zones[i].sha256, BOOK_HASH_BYTES, hex));
        verdict_put(f, d->zones[i].release);
        (void)fputc('\n', f);
    }
}

static void put_computed(FILE *f, const struct verdict *v)
{
    const struct judge_summary *j = &v->judged;

    if (!v->recomputed) {
        (void)fprintf(f, "computed  nothing: only of a file that begins with entry 1 are verdicts "
                         "computed; those of these entries are as whoever wrote them told them\n");
        return;
    }
    (void)fprintf(f,
                  "computed  anew, by engine %d: tickets %" PRIu64 ", clocks %" PRIu64
                  ", breaches %" PRIu64 ", taken back %" PRIu64 "; each is as the facts make it\n",
                  SLA_ENGINE, j->tickets, j->clocks, j->breaches, j->withdrawn);
    if (j->cut > 0) {
        (void)fprintf(f,
                      "cut       the file ends within a command, which does not tell all of the "
                      "clocks (tickets: %" PRIu64 "): export on to the head\n",
                      j->cut);
    }
}

static void print_text(const struct verdict *v, FILE *f)
{
    const struct dossier *d = &v->dossier;
    char hex[2 * HASH_BYTES + 1];
    char first[INSTANT_TEXT_BYTES];
    char last[INSTANT_TEXT_BYTES];

    put_finding(f, &v->finding);
    put_finding(f, &v->head);
    if (v->engine) {
        (void)fprintf(f, "judged by engine %u, this is engine %d: verify it with that version\n",
                      v->judged.engine, SLA_ENGINE);
    }
    if (!v->holds) {
        return;
    }
    put_contract(f, v);
    (void)fprintf(f, "entries   %" PRIu64 " to %" PRIu64 " hold, recorded %s to %s\n",
                  d->header.from, d->header.to, instant(d->first_at, first),
                  instant(d->recorded_at, last));
    (void)fprintf(f, "head      %s\n", base64_hex(d->hash, HASH_BYTES, hex));
    put_computed(f, v);
    put_versions(f, d);
    (void)fprintf(f, "texts     %" PRIu64 " of %" PRIu64 " are there, %" PRIu64 " were erased%s\n",
                  d->n_texts, d->n_commitments, d->n_erased,
                  d->header.texts ? "" : "; the file was asked for without");
    put_signed(f, d);
    (void)fprintf(f, "kept      %zu heads that were kept are in it%s\n", v->n_heads,
                  v->n_heads > 0 || d->n_heads > 0
                      ? ""
                      : ": who wrote all of it anew is not found by this file alone");
    (void)fputs("not told  whether what was recorded is true, and what nobody recorded; names of "
                "actors are the file's\n",
                f);
}

/* In ASCII, cut where it has to be: whatever strangers wrote, it is told of. */
static const char *plain(const char *s, char *buf, size_t size)
{
    size_t n = 0;

    for (; s[n] != '\0' && n + 1 < size; n++) {
        buf[n] = s[n] >= 0x20 && s[n] < 0x7f ? s[n] : '?';
    }
    buf[n] = '\0';
    return buf;
}

static json_t *finding_json(const struct finding *finding)
{
    char what[sizeof(finding->what)];
    char expected[sizeof(finding->expected)];
    char found[sizeof(finding->found)];

    if (finding->what[0] == '\0') {
        return json_null();
    }
    (void)plain(finding->expected, expected, sizeof(expected));
    (void)plain(finding->found, found, sizeof(found));
    return json_pack("{s:I,s:I,s:s,s:s*,s:s*}", "seq", (json_int_t)finding->seq, "line",
                     (json_int_t)finding->line, "what", plain(finding->what, what, sizeof(what)),
                     "expected", expected[0] != '\0' ? expected : NULL, "found",
                     found[0] != '\0' ? found : NULL);
}

/* null where there is none. */
static json_t *instant_json(int64_t at)
{
    char text[INSTANT_TEXT_BYTES];

    return at == INSTANT_NONE ? json_null() : json_string(instant_format(at, text));
}

static json_t *signed_json(const struct dossier *d)
{
    json_t *heads = json_array();

    for (size_t i = 0; i < d->n_heads; i++) {
        const struct dossier_signed *s = &d->heads[i];
        char key[2 * BOOK_HASH_BYTES + 1];
        char name[sizeof(s->name)];
        json_array_append_new(heads, json_pack("{s:I,s:I,s:s,s:s,s:o,s:s,s:b}", "seq",
                                               (json_int_t)s->seq, "entry", (json_int_t)s->at_seq,
                                               "by", plain(s->name, name, sizeof(name)), "party",
                                               party_name(d, s->party), "recorded_at",
                                               instant_json(s->recorded_at), "key",
                                               base64_hex(s->key_sha256, BOOK_HASH_BYTES, key),
                                               "trusted", d->trusted != NULL));
    }
    return heads;
}

static json_t *zones_json(const struct dossier *d)
{
    json_t *zones = json_array();

    for (size_t i = 0; i < d->n_zones; i++) {
        char hex[2 * BOOK_HASH_BYTES + 1];
        json_array_append_new(zones, json_pack("{s:s,s:s,s:s}", "name", d->zones[i].name, "sha256",
                                               base64_hex(d->zones[i].sha256, BOOK_HASH_BYTES, hex),
                                               "release", d->zones[i].release));
    }
    return zones;
}

static void print_json(const struct verdict *v, FILE *f)
{
    const struct dossier *d = &v->dossier;
    const struct judge_summary *j = &v->judged;
    char hex[2 * HASH_BYTES + 1];
    json_t *all = json_pack("{s:b,s:s*,s:s*,s:s*,s:s*,s:b}", "holds", v->holds, "contract",
                            d->header.contract, "key", d->header.key, "buyer", d->header.buyer,
                            "vendor", d->header.vendor, "named", j->named);
    json_t *numbers = json_pack(
        "{s:I,s:I,s:o,s:o,s:s,s:b,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:b}", "from",
        (json_int_t)d->header.from, "to", (json_int_t)d->header.to, "first_at",
        instant_json(d->first_at), "last_at", instant_json(d->recorded_at), "head",
        base64_hex(d->hash, HASH_BYTES, hex), "recomputed", v->recomputed, "entries",
        (json_int_t)d->n_places, "tickets", (json_int_t)j->tickets, "clocks", (json_int_t)j->clocks,
        "breaches", (json_int_t)j->breaches, "withdrawn", (json_int_t)j->withdrawn, "cut",
        (json_int_t)j->cut, "engine_needed", (json_int_t)(v->engine ? j->engine : 0), "texts",
        (json_int_t)d->n_texts, "commitments", (json_int_t)d->n_commitments, "erased",
        (json_int_t)d->n_erased, "heads", (json_int_t)v->n_heads, "versions_named",
        d->teams_seq != 0);
    json_t *rest = json_pack("{s:o,s:o,s:o,s:o}", "finding", finding_json(&v->finding),
                             "head_finding", finding_json(&v->head), "countersigned",
                             signed_json(d), "zones", zones_json(d));

    if (all != NULL && json_object_update(all, numbers) == 0 &&
        json_object_update(all, rest) == 0) {
        (void)json_dumpf(all, f, JSON_COMPACT | JSON_ENSURE_ASCII);
        (void)fputc('\n', f);
    }
    json_decref(rest);
    json_decref(numbers);
    json_decref(all);
}

void verdict_print(const struct verdict *v, bool json, FILE *f)
{
    if (json) {
        print_json(v, f);
    } else {
        print_text(v, f);
    }
}
