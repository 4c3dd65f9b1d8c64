// SPDX-License-Identifier: Apache-2.0
/* Prints every warning and breach of an SLA as it happens: breaches PROFILE */
#include <stdio.h>
#include <slate.h>

static int failed(const struct slate_error *e)
{
    fprintf(stderr, "%s\n%s\n", e->message, e->hint);
    return 1;
}

int main(int argc, char **argv)
{
    static const enum slate_event_kind kinds[] = {SLATE_EVENT_WARNING, SLATE_EVENT_BREACH};
    struct slate_subscribe what = {.kinds = kinds, .n_kinds = 2};
    struct slate_error e;
    struct slate *s;

    if (argc != 2 || slate_open_profile(argv[1], 0, &s, &e) != SLATE_OK) {
        return argc == 2 ? failed(&e) : 2;
    }
    enum slate_status status = slate_subscribe(s, &what, &e);
    while (status == SLATE_OK || e.retryable) {
        struct slate_result *r;

        status = slate_next_event(s, 60000, &r, &e);
        if (status == SLATE_OK) {
            printf("%s %s\n", r->event.ticket, slate_name(SLATE_EVENT_KINDS, (int)r->event.kind));
            fflush(stdout);
            slate_result_free(r);
        }
    }
    slate_close(s);
    return failed(&e);
}
