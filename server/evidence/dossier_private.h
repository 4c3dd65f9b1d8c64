// SPDX-License-Identifier: Apache-2.0
/** Between dossier.c (lines, entries and their tickets) and dossier_versions.c (what they rely on).
 */
#ifndef SLATE_EVIDENCE_DOSSIER_PRIVATE_H
#define SLATE_EVIDENCE_DOSSIER_PRIVATE_H

#include "evidence/dossier.h"

/** The walk over the lines. */
struct walk {
    struct dossier *c;
    struct finding *finding;
    struct arena line; /* one line, and the entry in it */
    uint64_t number;   /* of the line */
    size_t offset;     /* of it */
    bool entries;      /* have begun */
    bool ended;
};

/** The array with room for one more; NULL without memory, and then it is as it was. */
void *dossier_grown(void *array, size_t n, size_t *room, size_t size);

#define DOSSIER_GROW(c, a)                                                                 \
    ({                                                                                     \
        void *grown_ = dossier_grown((c)->a, (c)->n_##a, &(c)->a##_room, sizeof(*(c)->a)); \
        (c)->a = grown_ != NULL ? grown_ : (c)->a;                                         \
        grown_ != NULL ? 0 : -1;                                                           \
    })

/** Returns FINDING. */
int dossier_bad_line(struct walk *w, const char *what);
/** NULL without memory. */
const char *dossier_keep(struct dossier *c, const char *s, size_t n);

/** As the walk comes upon them. Return 0, FINDING or < 0. */
int dossier_take_object(struct walk *w, const struct chainline_object *o);
int dossier_take_zone(struct walk *w, const struct chainline_zone *z);
/** VERSION_USED: what it names is in the file, and is in use from here on. */
int dossier_use(struct walk *w, const struct entry *entry);

#endif
