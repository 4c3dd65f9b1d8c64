// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "verb.h"
#include "verb_initdir.h"

const char verb_init_help[] =
    "slated init DIR [--host NAME]... [--listen ADDRESS:PORT]...\n"
    "\n"
    "Makes DIR with all that a server needs: a private certificate authority and the server's\n"
    "certificate (DIR/tls), an empty store (DIR/data), settings (DIR/slated.yaml), and a profile\n"
    "for the first administrator (DIR/admin.profile).\n"
    "\n"
    "    --host NAME            a DNS name or address under which clients reach the server;\n"
    "                           127.0.0.1, ::1 and localhost are always among them\n"
    "    --listen ADDRESS:PORT  [ADDRESS]:PORT for IPv6. If not said: 127.0.0.1:7443, with --host\n"
    "                           0.0.0.0:7443 and [::]:7443\n"
    "\n"
    "    slated init /srv/slate --host slate.example.com\n"
    "\n"
    "A finished directory is never changed. If init was cut off, run it again.\n";

enum { HOSTS_MAX = VERB_LIST_MAX - 4 }; /* room for those that are always there */

/* "127.0.0.1:7443" or "[::1]:7443". Returns 0, or 1 if it is neither. */
static int parse_listen(const char *text, char host[INET6_ADDRSTRLEN], uint16_t *ret_port)
{
    unsigned char binary[sizeof(struct in6_addr)];
    const char *colon = strrchr(text, ':');
    bool v6 = text[0] == '[';
    unsigned port = 0;

    if (colon == NULL || (v6 && colon[-1] != ']')) {
        return 1;
    }
    size_t n = (size_t)(colon - text) - (v6 ? 2 : 0);
    if (n >= INET6_ADDRSTRLEN || strspn(colon + 1, "0123456789") != strlen(colon + 1) ||
        strlen(colon + 1) > 5) {
        return 1;
    }
    for (const char *p = colon + 1; *p != '\0'; p++) {
        port = port * 10 + (unsigned)(*p - '0');
    }
    (void)snprintf(host, INET6_ADDRSTRLEN, "%.*s", (int)n, text + (v6 ? 1 : 0));
    if (inet_pton(v6 ? AF_INET6 : AF_INET, host, binary) != 1 || port == 0 || port > UINT16_MAX) {
        return 1; /* port 0 is another one at each start: no profile could name it */
    }
    *ret_port = (uint16_t)port;
    return 0;
}

static bool has(const struct verb_list *list, const char *item)
{
    for (size_t i = 0; i < list->n; i++) {
        if (strcmp(list->items[i], item) == 0) {
            return true;
        }
    }
    return false;
}

static void add(struct verb_list *list, const char *item)
{
    if (!has(list, item) && list->n < VERB_LIST_MAX) {
        list->items[list->n++] = item;
    }
}

/* Names that the certificate is for, and addresses to listen on, as said and by default. */
static int settle_addresses(struct initdir *t, const char *verb, char first_host[INET6_ADDRSTRLEN])
{
    if (t->hosts.n > HOSTS_MAX || t->listen.n > CONFIG_LISTEN_MAX) {
        return verb_usage(verb, "more than %d hosts, or %d addresses", HOSTS_MAX,
                          CONFIG_LISTEN_MAX);
    }
    for (size_t i = 0; i < t->hosts.n; i++) {
        if (!pki_host_valid(t->hosts.items[i])) {
            return verb_usage(verb, "--host: \"%s\" is no host name and no numeric address",
                              t->hosts.items[i]);
        }
    }
    if (t->listen.n == 0 && t->hosts.n == 0) {
        add(&t->listen, "127.0.0.1:7443");
    } else if (t->listen.n == 0) {
        add(&t->listen, "0.0.0.0:7443");
        add(&t->listen, "[::]:7443");
    }
    for (size_t i = t->listen.n; i-- > 0;) {
        if (parse_listen(t->listen.items[i], first_host, &t->first.port) != 0) {
            return verb_usage(verb, "--listen: \"%s\" is not ADDRESS:PORT with a numeric address",
                              t->listen.items[i]);
        }
    }
    t->first.host = first_host;
    if (strcmp(first_host, "0.0.0.0") != 0 && strcmp(first_host, "::") != 0) {
        add(&t->hosts, first_host);
    }
    add(&t->hosts, "127.0.0.1");
    add(&t->hosts, "::1");
    add(&t->hosts, "localhost");
    return 0;
}

static void tell(const struct initdir *t)
{
    (void)printf(
        "made %s\n"
        "  data           the store, empty\n"
        "  tls            a private certificate authority, and the server's certificate for",
        t->dir);
    for (size_t i = 0; i < t->hosts.n; i++) {
        (void)printf(" %s", t->hosts.items[i]);
    }
    (void)printf("\n"
                 "  slated.yaml    settings\n"
                 "  admin.profile  makes whoever has it the administrator\n"
                 "next:\n"
                 "  slated --dir %s\n"
                 "  slate --profile %s book apply -f book.yaml\n",
                 t->dir, t->profile);
}

int verb_init(int argc, char **argv)
{
    struct initdir t = {.now_at = clock_wall_at()};
    char first_host[INET6_ADDRSTRLEN] = "";
    struct verb_list operands;
    const struct verb_option options[] = {{.name = "--host", .list = &t.hosts},
                                          {.name = "--listen", .list = &t.listen}};

    int result = verb_parse(argc, argv, options, 2, &operands);
    if (result != 0) {
        return result;
    }
    if (operands.n != 1) {
        return verb_usage(argv[0], operands.n == 0 ? "say which DIR" : "say one DIR");
    }
    t.dir = operands.items[0];
    if (strlen(t.dir) + sizeof("/admin.profile.part") > PATH_MAX) {
        return verb_usage(argv[0], "the name of DIR is too long");
    }
    result = settle_addresses(&t, argv[0], first_host);
    if (result == 0) {
        result = initdir_make(&t);
    }
    if (result == 0) {
        tell(&t);
    }
    initdir_fini(&t);
    return result;
}
