// SPDX-License-Identifier: Apache-2.0
#include "newfile.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/tmpdir.h"
#include "t.h"

static void expect(const char *path, const char *text, unsigned mode)
{
    char got[64] = "";
    struct stat st;
    FILE *f = fopen(path, "re");
    T_CHECK(f != NULL, "%s", path);
    size_t n = fread(got, 1, sizeof(got) - 1, f);
    (void)fclose(f);
    got[n] = '\0';
    T_EQ_STR(got, text, "%s", path);
    T_EQ_INT(stat(path, &st), 0);
    T_EQ_INT(st.st_mode & 07777, mode, "%s", path);
}

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

T_TEST(newfile, has_its_name_only_when_it_is_published)
{
    __attribute__((cleanup(tmpdir_fini))) struct tmpdir dir;
    char path[PATH_MAX];
    char error[NEWFILE_ERROR_BYTES];
    struct newfile f;
    tmpdir_init(&dir);
    (void)snprintf(path, sizeof(path), "%s/a", dir.path);

    T_EQ_INT(newfile_prepare(&f, path, "one\n", 0600, error), 0);
    T_CHECK(!is_there(path));
    expect(f.part, "one\n", 0600);
    /* A call that was cut off has left it: the next one replaces it. */
    T_EQ_INT(newfile_prepare(&f, path, "two\n", 0640, error), 0);
    expect(f.part, "two\n", 0640);
    T_EQ_INT(newfile_publish(&f, error), 0);
    expect(path, "two\n", 0640);
    T_CHECK(!is_there(f.part));

    T_EQ_INT(newfile_prepare(&f, path, "three\n", 0600, error), NEWFILE_EXISTS);
    T_CHECK(strstr(error, "/a: File exists") != NULL, "%s", error);
    expect(path, "two\n", 0640);
}

T_TEST(newfile, never_takes_a_name_that_came_into_use_meanwhile)
{
    __attribute__((cleanup(tmpdir_fini))) struct tmpdir dir;
    char path[PATH_MAX];
    char error[NEWFILE_ERROR_BYTES];
    struct newfile f;
    tmpdir_init(&dir);
    (void)snprintf(path, sizeof(path), "%s/a", dir.path);

    T_EQ_INT(newfile_prepare(&f, path, "ours\n", 0600, error), 0);
    T_EQ_INT(newfile_replace(path, "theirs\n", 0644, error), 0);
    T_EQ_INT(newfile_prepare(&f, path, "ours\n", 0600, error), NEWFILE_EXISTS);
    FILE *part = fopen(f.part, "we");
    T_CHECK(part != NULL && fputs("ours\n", part) >= 0 && fclose(part) == 0);
    T_EQ_INT(newfile_publish(&f, error), NEWFILE_EXISTS);
    expect(path, "theirs\n", 0644);
    T_CHECK(is_there(f.part), "it is still there");
    newfile_discard(&f);
    T_CHECK(!is_there(f.part));
    T_EQ_INT(newfile_replace(path, "later\n", 0600, error), 0);
    expect(path, "later\n", 0600);
}

T_TEST(newfile, follows_no_link_and_names_what_fails)
{
    __attribute__((cleanup(tmpdir_fini))) struct tmpdir dir;
    char path[PATH_MAX];
    char part[PATH_MAX];
    char victim[PATH_MAX];
    char error[NEWFILE_ERROR_BYTES];
    struct newfile f;
    tmpdir_init(&dir);
    (void)snprintf(path, sizeof(path), "%s/a", dir.path);
    (void)snprintf(part, sizeof(part), "%s/a.part", dir.path);
    (void)snprintf(victim, sizeof(victim), "%s/victim", dir.path);

    T_EQ_INT(newfile_replace(victim, "kept\n", 0600, error), 0);
    T_EQ_INT(symlink(victim, part), 0);
    T_EQ_INT(newfile_replace(path, "new\n", 0600, error), 0);
    expect(victim, "kept\n", 0600);
    expect(path, "new\n", 0600);
    T_EQ_INT(unlink(path), 0);
    T_EQ_INT(symlink("/nowhere/at/all", path), 0);
    T_EQ_INT(newfile_prepare(&f, path, "x", 0600, error), NEWFILE_EXISTS, "a dangling link is one");

    (void)snprintf(path, sizeof(path), "%s/absent/a", dir.path);
    T_CHECK(newfile_prepare(&f, path, "x", 0600, error) < 0);
    T_CHECK(strstr(error, "absent/a.part: No such file") != NULL, "%s", error);
}

T_TEST(newfile, a_name_without_a_folder_is_in_the_present_one)
{
    __attribute__((cleanup(tmpdir_fini))) struct tmpdir dir;
    char error[NEWFILE_ERROR_BYTES];
    char path[PATH_MAX];
    tmpdir_init(&dir);
    T_EQ_INT(chdir(dir.path), 0);
    T_EQ_INT(newfile_replace("b", "here\n", 0600, error), 0, "%s", error);
    (void)snprintf(path, sizeof(path), "%s/b", dir.path);
    expect(path, "here\n", 0600);
    T_EQ_INT(chdir("/"), 0);
}
