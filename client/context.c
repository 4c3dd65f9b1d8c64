// SPDX-License-Identifier: Apache-2.0
#include "client/context.h"

#include <stdlib.h>
#include <string.h>

static const char *environment(const char *name)
{
    const char *value = getenv(name);

    return value && *value ? value : NULL;
}

/** The directory of profiles; nothing when there is no home. */
static void add_directory(struct text *to)
{
    const char *config = environment("XDG_CONFIG_HOME");
    const char *home = environment("HOME");

    if (config && *config == '/') { // a relative one is to be ignored, says the XDG specification
        text_add_f(to, "%s/slate/", config);
    } else if (home) {
        text_add_f(to, "%s/.config/slate/", home);
    }
}

const char *context_find(const char *file, const char *name, struct text *ret)
{
    if (file && name) {
        return "--profile and --context exclude each other";
    }
    if (!file && !name) {
        file = environment("SLATE_PROFILE");
    }
    if (!file && !name) {
        name = environment("SLATE_CONTEXT");
    }
    text_clear(ret);
    if (file) {
        text_add(ret, file);
        return NULL;
    }
    if (name && (*name == '.' || name[strcspn(name, "/")])) {
        return "a context is a name, not a path";
    }
    add_directory(ret);
    if (ret->n == 0) {
        return "there is no home directory to look for a profile in";
    }
    text_add_f(ret, "%s.yaml", name ? name : "config");
    return NULL;
}
