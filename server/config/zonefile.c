// SPDX-License-Identifier: Apache-2.0
#include "config/zonefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * A name is made of parts as in "America/Argentina/La_Rioja": each begins with a letter or digit
 * and holds letters, digits, "_", "-" and "+". So there is no ".", and no way out of the folder.
 * Files may be symbolic links: distributors link old names to new ones.
 */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Beside zones, the folder holds the machine's own setting, which is nobody's agreement. */
static bool is_setting(const char *name)
{
    return strcmp(name, "localtime") == 0 || strcmp(name, "posixrules") == 0;
}

static bool is_name(const char *name)
{
    bool begins = true;
    size_t n = 0;

    for (; name[n]; n++) {
        const char c = name[n];
        const bool joins = c == '_' || c == '-' || c == '+' || c == '/';
        if (n + 1 == ZONEFILE_NAME_BYTES || (!is_word(c) && (begins || !joins))) {
            return false;
        }
        begins = c == '/';
    }
    return n > 0 && !begins && !is_setting(name);
}

static void close_fd(const int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
    }
}

/* Opens dir/name; negative where that is not possible, with errno. */
static int open_in(const char *dir, const char *name)
{
    __attribute__((cleanup(close_fd)))
    const int folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    // O_NONBLOCK: a pipe would be waited for.
    return folder < 0 ? -1 : openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

/* Reads n bytes; false at an error or an early end. */
static bool read_all(int fd, uint8_t *bytes, size_t n)
{
    while (n > 0) {
        const ssize_t got = read(fd, bytes, n);
        if (got <= 0 && !(got < 0 && errno == EINTR)) {
            return false;
        }
        bytes += got > 0 ? got : 0;
        n -= got > 0 ? (size_t)got : 0;
    }
    return true;
}

int zonefile_read(struct arena *arena, const char *dir, const char *name, const uint8_t **ret_bytes,
                  size_t *ret_n)
{
    struct stat status;
    uint8_t *bytes;

    if (!is_name(name)) {
        return ZONEFILE_NAME;
    }
    __attribute__((cleanup(close_fd))) const int fd = open_in(dir, name);
    if (fd < 0) {
        return errno == ENOENT || errno == ENOTDIR ? ZONEFILE_ABSENT : ZONEFILE_READ;
    }
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) ||
        status.st_size > ZONEFILE_BYTES_MAX) {
        return S_ISDIR(status.st_mode) ? ZONEFILE_ABSENT : ZONEFILE_READ;
    }
    bytes = arena_alloc(arena, (size_t)status.st_size);
    if (!bytes) {
        return ZONEFILE_MEMORY;
    }
    if (!read_all(fd, bytes, (size_t)status.st_size)) {
        return ZONEFILE_READ;
    }
    *ret_bytes = bytes;
    *ret_n = (size_t)status.st_size;
    return 0;
}

int zonefile_load(struct arena *arena, const char *dir, const char *name, struct zone **ret)
{
    const uint8_t *bytes;
    size_t n;
    const int bad = zonefile_read(arena, dir, name, &bytes, &n);
    return bad ? bad : zone_parse(arena, bytes, n, ret);
}

const char *zonefile_strerror(int outcome)
{
    switch (outcome) {
    case 0: return "no error";
    case ZONE_TRUNCATED: return "the zone file ends too early";
    case ZONE_MAGIC: return "not a zone file";
    case ZONE_VERSION: return "a zone file of an unknown or too old version";
    case ZONE_COUNTS: return "the zone file contradicts itself";
    case ZONE_DATA: return "the zone file holds impossible values";
    case ZONE_LEAP: return "a zone that counts leap seconds";
    case ZONE_FOOTER: return "the last line of the zone file is no rule";
    case ZONEFILE_NAME: return "not the name of a zone";
    case ZONEFILE_ABSENT: return "no such zone";
    case ZONEFILE_READ: return "the zone file cannot be read";
    case ZONE_MEMORY:
    case ZONEFILE_MEMORY: return "not enough memory for the zone";
    default: return "unknown outcome";
    }
}

/* The first line of dir/name after `lead`; false where there is none or it does not fit. */
static bool read_line(const char *dir, const char *name, const char *lead,
                      char ret[static ZONEFILE_RELEASE_BYTES])
{
    char head[64] = "";
    const size_t lead_n = strlen(lead);
    __attribute__((cleanup(close_fd))) const int fd = open_in(dir, name);
    const ssize_t got = fd < 0 ? -1 : read(fd, head, sizeof(head) - 1);
    size_t n = 0;

    if (got < 0 || strncmp(head, lead, lead_n) != 0) {
        return false;
    }
    while (is_word(head[lead_n + n]) || head[lead_n + n] == '-' || head[lead_n + n] == '.') {
        n++;
    }
    if (n == 0 || n >= ZONEFILE_RELEASE_BYTES ||
        (head[lead_n + n] != '\n' && head[lead_n + n] != '\0')) {
        return false;
    }
    memcpy(ret, head + lead_n, n);
    ret[n] = '\0';
    return true;
}

int zonefile_release(const char *dir, char ret_release[static ZONEFILE_RELEASE_BYTES])
{
    if (read_line(dir, "+VERSION", "", ret_release) ||
        read_line(dir, "tzdata.zi", "# version ", ret_release)) {
        return 0;
    }
    return ZONEFILE_ABSENT;
}
