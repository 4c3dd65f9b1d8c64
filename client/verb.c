// SPDX-License-Identifier: Apache-2.0
#include "client/verb.h"

#include <string.h>

const struct verb_group *const verb_groups[VERB_GROUPS] = {
    &verbs_queue, &verbs_ticket,  &verbs_sla,  &verbs_privacy,
    &verbs_admin, &verbs_journal, &verbs_other};

const struct verb *verb_at(size_t i)
{
    for (size_t g = 0; g < VERB_GROUPS; g++) {
        if (i < verb_groups[g]->n) {
            return &verb_groups[g]->verbs[i];
        }
        i -= verb_groups[g]->n;
    }
    return NULL;
}

/** True if the words begin with a verb's name, of one word or two. */
static bool is_named(const char *name, const char *const *words, size_t n)
{
    const char *blank = strchr(name, ' ');

    if (n < (blank ? 2 : 1)) {
        return false;
    }
    if (!blank) {
        return strcmp(name, words[0]) == 0;
    }
    return strlen(words[0]) == (size_t)(blank - name) &&
           memcmp(name, words[0], (size_t)(blank - name)) == 0 && strcmp(blank + 1, words[1]) == 0;
}

const struct verb *verb_find(const char *const *words, size_t n, size_t *ret_words)
{
    const struct verb *verb;

    for (size_t i = 0; (verb = verb_at(i)); i++) {
        if (is_named(verb->name, words, n)) {
            *ret_words = strchr(verb->name, ' ') ? 2 : 1;
            return verb;
        }
    }
    return NULL;
}

bool verb_takes(const struct verb *verb, enum option option)
{
    if (option <= OPTION_TIMEOUT) {
        return true;
    }
    for (size_t i = 0; i < VERB_OPTIONS_MAX && verb->options[i]; i++) {
        if (verb->options[i] == option) {
            return true;
        }
    }
    return false;
}
