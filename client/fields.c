// SPDX-License-Identifier: Apache-2.0
#include "client/fields.h"

#include "client/when.h"

void fields_put(struct cli *cli, const char *name, const char *value)
{
    if (value && *value) {
        render_put_f(&cli->render, TONE_DIM, "%-11s", name);
        render_put(&cli->render, TONE_PLAIN, value);
        render_newline(&cli->render);
    }
}

void fields_put_time(struct cli *cli, const char *name, int64_t at)
{
    struct text text = {0};

    if (at) {
        when_add_both(&text, at, cli->now_at);
        fields_put(cli, name, text_str(&text));
    }
    text_fini(&text);
}

void fields_put_list(struct cli *cli, const char *name, const char *const *items, size_t n)
{
    struct text text = {0};

    for (size_t i = 0; i < n; i++) {
        text_add(&text, i ? ", " : "");
        text_add(&text, items[i]);
    }
    fields_put(cli, name, text_str(&text));
    text_fini(&text);
}
