// SPDX-License-Identifier: Apache-2.0
#include "config/zonefile.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "t.h"
#include "tests/support/tmpdir.h"

enum { ARENA_BYTES = 4 * 1024 * 1024 };

static void path_in(char path[static 512], const struct tmpdir *dir, const char *name)
{
    (void)snprintf(path, 512, "%s/%s", dir->path, name);
}

static void write_file(const struct tmpdir *dir, const char *name, const void *bytes, size_t n)
{
    char path[512];
    path_in(path, dir, name);
    FILE *file = fopen(path, "we");
    T_CHECK(file, "%s", path);
    T_EQ_INT(fwrite(bytes, 1, n, file), n);
    T_EQ_INT(fclose(file), 0);
}

static int load(const char *dir, const char *name)
{
    struct arena arena;
    struct zone *z;

    arena_init(&arena, ARENA_BYTES);
    const int outcome = zonefile_load(&arena, dir, name, &z);
    arena_fini(&arena);
    return outcome;
}

T_TEST(zonefile, names_stay_within_the_folder)
{
    static const char *const bad[] = {
        "",
        "/",
        "/etc/passwd",
        "/Europe/Berlin",
        "..",
        "../etc/passwd",
        "Europe/../../etc/passwd",
        "Europe/..",
        "Europe//Berlin",
        "Europe/",
        "./Europe/Berlin",
        ".hidden",
        "-Europe",
        "+VERSION",
        "Europe/_x",
        "Europe/Ber lin",
        "Europe/Berlin\n",
        "Europe\\Berlin",
        "Europe/Berl\xc3\xadn",
        "tzdata.zi",
        "zone.tab",
        "localtime",
        "posixrules",
        "A123456789012345678901234567890123456789012345678901234567890123",
    };
    static const char *const good[] = {
        "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+12",
        "Etc/GMT-14",    "America/Port-au-Prince",         "EST5EDT",
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        T_EQ_INT(load(ZONEFILE_DIR, bad[i]), ZONEFILE_NAME, "%s", bad[i]);
    }
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        T_EQ_INT(load(ZONEFILE_DIR, good[i]), 0, "%s", good[i]);
    }
    T_EQ_INT(load(ZONEFILE_DIR, "A12345678901234567890123456789012345678901234567890123456789012"),
             ZONEFILE_ABSENT, "63 characters are a name");
}

T_TEST(zonefile, what_is_no_zone_is_told_apart)
{
    __attribute__((cleanup(tmpdir_fini))) struct tmpdir dir;
    static char large[ZONEFILE_BYTES_MAX + 1];
    char path[512];

    tmpdir_init(&dir);
    write_file(&dir, "Text", "BEGIN:VCALENDAR", 15);
    write_file(&dir, "Empty", "", 0);
    write_file(&dir, "Large", large, sizeof(large));
    path_in(path, &dir, "Pipe");
    T_EQ_INT(mkfifo(path, 0600), 0);
    path_in(path, &dir, "Folder");
    T_EQ_INT(mkdir(path, 0700), 0);
    path_in(path, &dir, "Loop");
    T_EQ_INT(symlink("Loop", path), 0);
    path_in(path, &dir, "Link");
    T_EQ_INT(symlink(ZONEFILE_DIR "/Europe/Berlin", path), 0);

    T_EQ_INT(load(dir.path, "Text"), ZONE_MAGIC);
    T_EQ_INT(load(dir.path, "Empty"), ZONE_TRUNCATED);
    T_EQ_INT(load(dir.path, "Large"), ZONEFILE_READ);
    T_EQ_INT(load(dir.path, "Pipe"), ZONEFILE_READ);
    T_EQ_INT(load(dir.path, "Folder"), ZONEFILE_ABSENT);
    T_EQ_INT(load(dir.path, "Loop"), ZONEFILE_READ);
    T_EQ_INT(load(dir.path, "Link"), 0, "distributors link names");
    T_EQ_INT(load(dir.path, "Nowhere"), ZONEFILE_ABSENT);
    T_EQ_INT(load(dir.path, "Text/Below"), ZONEFILE_ABSENT);
    T_EQ_INT(load("/nonexistent", "Text"), ZONEFILE_ABSENT);
}

T_TEST(zonefile, bytes_are_those_of_the_file)
{
    __attribute__((cleanup(tmpdir_fini))) struct tmpdir dir;
    struct arena arena;
    const uint8_t *bytes;
    size_t n;

    tmpdir_init(&dir);
    write_file(&dir, "Zone", "TZif and more", 13);
    arena_init(&arena, ARENA_BYTES);
    T_EQ_INT(zonefile_read(&arena, dir.path, "Zone", &bytes, &n), 0);
    T_EQ_INT(n, 13);
    T_EQ_MEM(bytes, "TZif and more", 13);
    arena_fini(&arena);
    arena_init(&arena, 16);
    T_EQ_INT(zonefile_read(&arena, dir.path, "Zone", &bytes, &n), ZONEFILE_MEMORY);
    arena_fini(&arena);
}

/* Files whose size says more than can be read end too early. */
T_TEST(zonefile, a_file_that_ends_early_is_not_taken)
{
    struct stat status;

    if (stat("/sys/kernel/uevent_seqnum", &status) == 0 && status.st_size > 100) {
        T_EQ_INT(load("/sys/kernel", "uevent_seqnum"), ZONEFILE_READ);
    } else {
        T_EQ_INT(load("/proc/self", "status"), ZONE_TRUNCATED, "its size is said to be 0");
    }
}

T_TEST(zonefile, the_release_is_read_where_it_is_told)
{
    static const struct {
        const char *version; // +VERSION, NULL: absent
        const char *zi;      // tzdata.zi
        const char *release; // NULL: none
    } rows[] = {
        {"2026f\n", NULL, "2026f"},
        {"2026f", NULL, "2026f"},
        {"2026f-1\n", "# version 2025b\n", "2026f-1"},
        {NULL, "# version 2025b\n# redo posix_only\nR d 1916 o - Jun 14 23s 1 S\n", "2025b"},
        {"\n", "# version 2025b\n", "2025b"},
        {"2026f and more\n", NULL, NULL},
        {"0123456789012345\n", NULL, NULL},
        {"012345678901234\n", NULL, "012345678901234"},
        {NULL, "# versio", NULL},
        {NULL, "R d 1916 o - Jun 14 23s 1 S\n", NULL},
        {NULL, "# version \n", NULL},
        {NULL, NULL, NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct tmpdir dir;
        char release[ZONEFILE_RELEASE_BYTES] = "untouched";
        tmpdir_init(&dir);
        if (rows[i].version) {
            write_file(&dir, "+VERSION", rows[i].version, strlen(rows[i].version));
        }
        if (rows[i].zi) {
            write_file(&dir, "tzdata.zi", rows[i].zi, strlen(rows[i].zi));
        }
        T_EQ_INT(zonefile_release(dir.path, release), rows[i].release ? 0 : ZONEFILE_ABSENT,
                 "row %zu", i);
        T_EQ_STR(release, rows[i].release ? rows[i].release : "untouched", "row %zu", i);
        tmpdir_fini(&dir);
    }
}

T_TEST(zonefile, every_outcome_has_its_words)
{
    static const int outcomes[] = {
        0,         ZONE_TRUNCATED, ZONE_MAGIC,  ZONE_VERSION,  ZONE_COUNTS,     ZONE_DATA,
        ZONE_LEAP, ZONE_FOOTER,    ZONE_MEMORY, ZONEFILE_NAME, ZONEFILE_ABSENT, ZONEFILE_READ,
    };
    const char *unknown = zonefile_strerror(4711);

    for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
        const char *words = zonefile_strerror(outcomes[i]);
        T_CHECK(words[0] && strcmp(words, unknown) != 0, "%d", outcomes[i]);
        for (size_t j = 0; j < i; j++) {
            T_CHECK(strcmp(words, zonefile_strerror(outcomes[j])) != 0, "%s", words);
        }
    }
    T_EQ_STR(zonefile_strerror(ZONEFILE_MEMORY), zonefile_strerror(ZONE_MEMORY));
}
