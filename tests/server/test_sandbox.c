// SPDX-License-Identifier: Apache-2.0
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/tmpdir.h"
#include "t.h"

/* What a child does behind the walls; its result is the exit status. Raw calls, so that a sanitizer
 * has no part in it. */
struct trial {
    const char *name;
    int (*run)(const char *dir);
    int status; // exit status that is right; -SIGNAL: ended by it
};

static int open_raw(const char *dir, const char *name, int flags)
{
    char path[512];

    (void)snprintf(path, sizeof(path), "%s%s%s", dir, dir[0] == '\0' ? "" : "/", name);
    const long fd = syscall(SYS_openat, AT_FDCWD, path, flags, 0600);
    return fd < 0 ? errno : 0;
}

static int make_in_store(const char *dir)
{
    return open_raw(dir, "write/new", O_CREAT | O_RDWR);
}

static int remove_in_store(const char *dir)
{
    char path[512];

    (void)snprintf(path, sizeof(path), "%s/write/old", dir);
    return syscall(SYS_unlink, path) == 0 ? 0 : errno;
}

static int read_settings(const char *dir)
{
    return open_raw(dir, "read/file", O_RDONLY);
}

static int change_settings(const char *dir)
{
    return open_raw(dir, "read/file", O_WRONLY);
}

static int read_elsewhere(const char *dir)
{
    (void)dir;
    return open_raw("", "/etc/passwd", O_RDONLY);
}

static int list_elsewhere(const char *dir)
{
    return open_raw(dir, ".", O_RDONLY | O_DIRECTORY);
}

static int execute(const char *dir)
{
    (void)dir;
    char *const argv[] = {(char *)"true", NULL};
    return (int)syscall(SYS_execve, "/bin/true", argv, argv + 1);
}

static int connect_out(const char *dir)
{
    (void)dir;
    return (int)syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
}

static int trace(const char *dir)
{
    (void)dir;
    return (int)syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0);
}

static int fork_off(const char *dir)
{
    (void)dir;
    return (int)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

static int make_code(const char *dir)
{
    (void)dir;
    return (int)syscall(SYS_mmap, 0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static int raise_limit(const char *dir)
{
    const unsigned long long limit[2] = {1, 1};
    (void)dir;
    return (int)syscall(SYS_prlimit64, 0, 7, limit, NULL);
}

static int signal_parent(const char *dir)
{
    (void)dir;
    return (int)syscall(SYS_tgkill, getppid(), getppid(), 0);
}

static int give_up(const char *dir)
{
    (void)dir;
    abort();
}

static void make_files(const char *dir)
{
    static const char *const folders[] = {"write", "read"};
    static const char *const files[] = {"write/old", "read/file"};
    char path[512];

    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", dir, folders[i]);
        T_EQ_INT(mkdir(path, 0700), 0);
        (void)snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
        const int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        T_CHECK(fd >= 0, "%s", path);
        (void)close(fd);
    }
}

enum { NOT_SANDBOXED = 99 };

/* Its wait status. */
static int try_behind_walls(const char *dir, const struct trial *trial)
{
    const pid_t child = fork();
    int status = 0;

    if (child == 0) {
        char write_dir[512];
        char read_dir[512];
        char error[SANDBOX_ERROR_BYTES];
        struct sandbox walls;
        (void)snprintf(write_dir, sizeof(write_dir), "%s/write", dir);
        (void)snprintf(read_dir, sizeof(read_dir), "%s/read", dir);
        const char *const read[] = {read_dir, "/there/is/no/such/folder"};
        const struct sandbox_wish wish = {.write = write_dir, .read = read, .n_read = 2};
        const int result = sandbox_enter(&wish, &walls, error);
        syscall(SYS_exit_group,
                result != 0 || !walls.files || !walls.calls ? NOT_SANDBOXED : trial->run(dir));
    }
    T_CHECK(child > 0 && waitpid(child, &status, 0) == child, "fork");
    return status;
}

T_TEST(sandbox, what_serving_needs_works_and_nothing_else)
{
    static const struct trial trials[] = {
        {"a file made in the store", make_in_store, 0},
        {"a file removed from the store", remove_in_store, 0},
        {"a file of the settings read", read_settings, 0},
        {"a file of the settings changed", change_settings, EACCES},
        {"another file read", read_elsewhere, EACCES},
        {"another folder listed", list_elsewhere, EACCES},
        {"a program run", execute, -SIGSYS},
        {"a socket made", connect_out, -SIGSYS},
        {"a process traced", trace, -SIGSYS},
        {"a process made", fork_off, -SIGSYS},
        {"memory made code", make_code, -SIGSYS},
        {"a limit raised", raise_limit, -SIGSYS},
        {"another process sent a signal", signal_parent, -SIGSYS},
        {"an end by abort()", give_up, -SIGABRT},
    };
    __attribute__((cleanup(tmpdir_fini))) struct tmpdir dir;

    tmpdir_init(&dir);
    make_files(dir.path);
    for (size_t i = 0; i < sizeof(trials) / sizeof(trials[0]); i++) {
        const int status = try_behind_walls(dir.path, &trials[i]);
        const int got = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
        T_CHECK(got == trials[i].status, "%s: %d instead of %d", trials[i].name, got,
                trials[i].status);
    }
}
