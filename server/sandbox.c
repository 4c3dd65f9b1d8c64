// SPDX-License-Identifier: Apache-2.0
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <seccomp.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* Of newer kernels than the headers that we are built with. */
#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (UINT64_C(1) << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (UINT64_C(1) << 14)
#endif
#define ACCESS_NET_TCP (UINT64_C(1) << 0 | UINT64_C(1) << 1) /* bind, connect */

static int failed(char *reterr, const char *what)
{
    (void)snprintf(reterr, SANDBOX_ERROR_BYTES, "%s: %s", what, strerror(errno));
    return -1;
}

/*
 * Files
 */

enum {
    ABI_REFER = 2,
    ABI_TRUNCATE = 3,
    ABI_NET = 4,
};

/* The kernel's, which may be longer than that of our headers; a shorter one is an older kernel's.
 */
struct ruleset {
    uint64_t files;
    uint64_t net;
};

static const uint64_t read_file = LANDLOCK_ACCESS_FS_READ_FILE;
static const uint64_t read_folder = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

/* All that there is, by the kernel's version of landlock. */
static uint64_t all_files(int abi)
{
    const uint64_t first = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
    return first | (abi >= ABI_REFER ? LANDLOCK_ACCESS_FS_REFER : 0) |
           (abi >= ABI_TRUNCATE ? LANDLOCK_ACCESS_FS_TRUNCATE : 0);
}

static int allow(int ruleset, const char *path, uint64_t access, char *reterr)
{
    struct landlock_path_beneath_attr rule = {.allowed_access = access};

    rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (rule.parent_fd < 0) {
        return errno == ENOENT ? 0 : failed(reterr, path);
    }
    long result = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    if (result != 0 && errno == EINVAL) { /* no folder */
        rule.allowed_access &= read_file;
        result = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    }
    const int error = errno;
    (void)close(rule.parent_fd);
    errno = error;
    return result == 0 ? 0 : failed(reterr, path);
}

static int wall_off_files(const struct sandbox_wish *wish, bool *ret, char *reterr)
{
    const long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1) {
        *ret = false; /* ENOSYS, or switched off at boot */
        return 0;
    }
    const uint64_t all = all_files((int)abi);
    const struct ruleset rules = {.files = all, .net = abi >= ABI_NET ? ACCESS_NET_TCP : 0};
    const size_t bytes = abi >= ABI_NET ? sizeof(rules) : sizeof(rules.files);
    const int ruleset = (int)syscall(SYS_landlock_create_ruleset, &rules, bytes, 0);
    if (ruleset < 0) {
        return failed(reterr, "landlock");
    }
    const uint64_t store = all & (read_folder | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                  LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                                  LANDLOCK_ACCESS_FS_TRUNCATE);
    int result = allow(ruleset, wish->write, store, reterr);
    for (size_t i = 0; result == 0 && i < wish->n_read; i++) {
        result = allow(ruleset, wish->read[i], read_folder, reterr);
    }
    if (result == 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) {
        result = failed(reterr, "landlock");
    }
    (void)close(ruleset);
    *ret = result == 0;
    return result;
}

/*
 * Calls
 */

/* What serving needs: files of the store, sockets that are there, waiting, threads, time, memory.
 */
static const int calls[] = {
    SCMP_SYS(accept4),
    SCMP_SYS(brk),
    SCMP_SYS(clock_getres),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(close),
    SCMP_SYS(dup),
    SCMP_SYS(epoll_create1),
    SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_pwait),
    SCMP_SYS(epoll_wait),
    SCMP_SYS(eventfd2),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(fallocate),
    SCMP_SYS(fcntl),
    SCMP_SYS(fdatasync),
    SCMP_SYS(fstat),
    SCMP_SYS(fstatfs),
    SCMP_SYS(fsync),
    SCMP_SYS(ftruncate),
    SCMP_SYS(futex),
    SCMP_SYS(getdents64),
    SCMP_SYS(getegid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getpeername),
    SCMP_SYS(getpid),
    SCMP_SYS(getrandom),
    SCMP_SYS(getsockname),
    SCMP_SYS(getrlimit),
    SCMP_SYS(getsockopt),
    SCMP_SYS(gettid),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(getuid),
    SCMP_SYS(listen),
    SCMP_SYS(lseek),
    SCMP_SYS(madvise),
    SCMP_SYS(membarrier),
    SCMP_SYS(mremap),
    SCMP_SYS(msync),
    SCMP_SYS(munmap),
    SCMP_SYS(nanosleep),
    SCMP_SYS(newfstatat),
    SCMP_SYS(open),
    SCMP_SYS(openat),
    SCMP_SYS(pipe2),
    SCMP_SYS(poll),
    SCMP_SYS(pread64),
    SCMP_SYS(pwrite64),
    SCMP_SYS(pwritev),
    SCMP_SYS(read),
    SCMP_SYS(readlink),
    SCMP_SYS(readv),
    SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(rseq),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sendmsg),
    SCMP_SYS(sendto),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(setsockopt),
    SCMP_SYS(shutdown),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(stat),
    SCMP_SYS(statfs),
    SCMP_SYS(statx),
    SCMP_SYS(sysinfo),
    SCMP_SYS(timerfd_create),
    SCMP_SYS(timerfd_settime),
    SCMP_SYS(uname),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(write),
    SCMP_SYS(writev),
};

/* Calls of which only a part is harmless: memory of ours never becomes code, and no signal goes to
 * another process. */
static int allow_parts(scmp_filter_ctx filter)
{
    static const int maps[] = {SCMP_SYS(mmap), SCMP_SYS(mprotect)};
    int result = 0;

    for (size_t i = 0; result == 0 && i < sizeof(maps) / sizeof(maps[0]); i++) {
        result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, maps[i], 1,
                                  (struct scmp_arg_cmp){2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0});
    }
    if (result == 0) { /* limits are read, not set */
        result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1,
                                  (struct scmp_arg_cmp){2, SCMP_CMP_EQ, 0, 0});
    }
    if (result == 0) { /* abort() */
        result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                                  (struct scmp_arg_cmp){0, SCMP_CMP_EQ, (uint64_t)getpid(), 0});
    }
    if (result == 0) {
        result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
                                  (struct scmp_arg_cmp){1, SCMP_CMP_EQ, FIONBIO, 0});
    }
    return result;
}

/* A new thread may be started, a new process may not. */
static int allow_threads(scmp_filter_ctx filter)
{
    const uint64_t thread = 0x00010000; /* CLONE_THREAD */
    int result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                                  (struct scmp_arg_cmp){0, SCMP_CMP_MASKED_EQ, thread, thread});
    /* Its flags lie in memory, which a filter cannot read: who asks is told to use clone. */
    if (result == 0) {
        result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    }
    return result;
}

static int wall_off_calls(bool *ret, char *reterr)
{
    if (prctl(PR_GET_SECCOMP) < 0) {
        *ret = false;
        return 0;
    }
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    int result = filter == NULL ? -ENOMEM : allow_threads(filter);
    result = result == 0 ? allow_parts(filter) : result;
    for (size_t i = 0; result == 0 && i < sizeof(calls) / sizeof(calls[0]); i++) {
        result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
    }
    if (result == 0) {
        result = seccomp_load(filter);
    }
    seccomp_release(filter);
    *ret = result == 0;
    errno = -result;
    return result == 0 ? 0 : failed(reterr, "seccomp");
}

bool sandbox_is_sanitized(void)
{
    return SANITIZED;
}

int sandbox_enter(const struct sandbox_wish *wish, struct sandbox *ret, char *reterr)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return failed(reterr, "no_new_privs");
    }
    int result = wall_off_files(wish, &ret->files, reterr);
    ret->calls = false;
    return result == 0 ? wall_off_calls(&ret->calls, reterr) : result;
}
