// SPDX-License-Identifier: Apache-2.0
/*
 * Tags: words that people put on tickets. The word is a text, erasable like every other; the ticket
 * knows the entry that put it on.
 */
#include <inttypes.h>
#include <stdint.h>

#include "core/decide_rule.h"

/*
 * Blocks of Unicode, or parts of them, in which there are no letters, digits or marks: blanks,
 * punctuation, symbols, pictures, what is private or no character. Everything else beyond ASCII may
 * be part of a word. Ascending.
 */
static const struct {
    uint32_t from, to;
} no_letters[] = {
    {0x0080, 0x00a9},   {0x00ab, 0x00b4},    {0x00b6, 0x00b9},   {0x00bb, 0x00bf},
    {0x00d7, 0x00d7},   {0x00f7, 0x00f7},    {0x1680, 0x1680},   {0x180e, 0x180e},
    {0x2000, 0x206f},   {0x20a0, 0x20cf},    {0x2190, 0x2bff},   {0x2e00, 0x2e7f},
    {0x2ff0, 0x3004},   {0x3008, 0x3020},    {0x3030, 0x3030},   {0xd800, 0xf8ff},
    {0xfe10, 0xfe6f},   {0xfeff, 0xff0f},    {0xff1a, 0xff20},   {0xff3b, 0xff40},
    {0xff5b, 0xff65},   {0xffe0, 0xffff},    {0x1d000, 0x1d24f}, {0x1f000, 0x1faff},
    {0xe0000, 0xe00ff}, {0xf0000, 0x10ffff},
};

static bool may_be_letter(uint32_t c)
{
    for (size_t i = 0; i < sizeof(no_letters) / sizeof(no_letters[0]); i++) {
        if (c >= no_letters[i].from && c <= no_letters[i].to) {
            return false;
        }
    }
    return true;
}

/* The character at *i of valid UTF-8, and steps behind it. */
static uint32_t next_character(const struct text *text, size_t *i)
{
    const unsigned char first = (unsigned char)text->bytes[(*i)++];
    uint32_t c = first < 0x80   ? first
                 : first < 0xe0 ? first & 0x1fu
                 : first < 0xf0 ? first & 0x0fu
                                : first & 0x07u;

    while (*i < text->n && ((unsigned char)text->bytes[*i] & 0xc0u) == 0x80) {
        c = c << 6 | ((unsigned char)text->bytes[(*i)++] & 0x3fu);
    }
    return c;
}

static bool is_word(const struct text *text)
{
    for (size_t i = 0; i < text->n;) {
        const bool first = i == 0;
        const uint32_t c = next_character(text, &i);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        const bool inner = c == '.' || c == '_' || c == '-';

        if (c < 0x80 ? !plain && (first || !inner) : !may_be_letter(c)) {
            return false;
        }
    }
    return true;
}

static int check_tag(struct work *w)
{
    const struct text *tag = &w->command->body;
    int rc = work_check_text(w, tag, TEXT_TAG_BYTES_MAX, true, "tags");

    if (rc != 0 || is_word(tag)) {
        return rc;
    }
    return refuse(w->refusal, OUTCOME_INVALID_ARGUMENT, "tags",
                  "small letters and digits, with . _ - between them", "\"%.*s\" is no tag",
                  (int)tag->n, tag->bytes);
}

int decide_tag(struct work *w)
{
    const struct command *command = w->command;
    struct event *e;
    int rc = work_require(w, TICKET_VERB_LINK, "ticket");

    if (rc == 0) {
        rc = check_tag(w);
    }
    if (rc != 0 || command->removed == (command->tag_seq == 0)) {
        return rc; // there already, or not there anyway
    }
    if (!command->removed && w->ticket.n_tags == TICKET_TAGS_MAX) {
        return refuse(w->refusal, OUTCOME_RESOURCE_EXHAUSTED, "tags",
                      "take one off: slate tag TICKET WORD --remove",
                      "%s-%" PRIu64 " has %d tags already; more are not taken", w->contract->key,
                      w->ticket.number, TICKET_TAGS_MAX);
    }
    e = work_next(w, EVENT_TAGGED);
    if (e == NULL) {
        return -1;
    }
    if (command->removed) {
        e->u.tagged.removed_seq = command->tag_seq;
    } else {
        work_text(e, TEXT_TAG, &command->body);
    }
    return work_add(w);
}
