// SPDX-License-Identifier: Apache-2.0
#include "client/when.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SECOND_US INT64_C(1000000)
#define MINUTE_S  60
#define HOUR_S    3600
#define DAY_S     86400

/** Longer names of zones don't exist. */
#define ZONE_BYTES 64

#define ZONES_DIR "/usr/share/zoneinfo"

static char zone_name[ZONE_BYTES] = "local";

int64_t when_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * SECOND_US + t.tv_nsec / 1000;
}

// ---- zones --------------------------------------------------------------------------------------

/** The part of a path or a TZ value that names a zone: after ".../zoneinfo/". */
static const char *zone_of_path(const char *path)
{
    const char *part = strstr(path, "/zoneinfo/");

    return part ? part + strlen("/zoneinfo/") : NULL;
}

/** The name of the system's zone; "local" when it can't be found out. */
static void name_local(void)
{
    const char *tz = getenv("TZ");
    char target[PATH_MAX];
    const char *name = NULL;

    if (tz && *tz) {
        tz += *tz == ':';
        name = *tz == '/' ? zone_of_path(tz) : tz;
    } else {
        ssize_t n = readlink("/etc/localtime", target, sizeof(target) - 1);

        if (n > 0) {
            target[n] = '\0';
            name = zone_of_path(target);
        }
    }
    if (!name || strlen(name) >= sizeof(zone_name) ||
        name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/")]) {
        name = "local";
    }
    memmove(zone_name, name, strlen(name) + 1);
}

static bool has_zone(const char *name)
{
    char path[PATH_MAX];
    struct stat st;
    struct text t = {0};
    size_t n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/");

    if (n == 0 || n >= ZONE_BYTES || name[n] || *name == '/') {
        return false;
    }
    text_add_f(&t, "%s/%s", ZONES_DIR, name);
    bool fits = t.n < sizeof(path);
    if (fits) {
        memcpy(path, text_str(&t), t.n + 1);
    }
    text_fini(&t);
    return fits && stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool when_set_zone(const char *name)
{
    if (strcmp(name, "local") == 0) {
        name_local();
    } else if (strcmp(name, "UTC") == 0 || has_zone(name)) {
        char tz[ZONE_BYTES + 1] = ":";

        memcpy(tz + 1, name, strlen(name) + 1);
        setenv("TZ", strcmp(name, "UTC") == 0 ? "UTC0" : tz, 1);
        memcpy(zone_name, name, strlen(name) + 1);
    } else {
        return false;
    }
    tzset();
    return true;
}

/** Seconds since the epoch, rounded down, and the microseconds above them. */
static time_t seconds_of(int64_t at, int64_t *ret_us)
{
    int64_t us = at % SECOND_US;
    int64_t s = at / SECOND_US;

    if (us < 0) {
        us += SECOND_US;
        s--;
    }
    *ret_us = us;
    return (time_t)s;
}

static struct tm local_of(int64_t at)
{
    int64_t us;
    time_t t = seconds_of(at, &us);
    struct tm tm = {0};

    localtime_r(&t, &tm);
    return tm;
}

void when_add_zone(struct text *to, int64_t at)
{
    struct tm tm = local_of(at);
    long minutes = labs(tm.tm_gmtoff) / 60;

    text_add(to, zone_name);
    if (strcmp(zone_name, "UTC") != 0) {
        text_add_f(to, " (%c%02ld:%02ld)", tm.tm_gmtoff < 0 ? '-' : '+', minutes / 60,
                   minutes % 60);
    }
}

// ---- writing ------------------------------------------------------------------------------------

void when_add_rfc3339(struct text *to, int64_t at)
{
    int64_t us;
    time_t t = seconds_of(at, &us);
    struct tm tm = {0};

    gmtime_r(&t, &tm);
    text_add_f(to, "%04lld-%02d-%02dT%02d:%02d:%02d", (long long)tm.tm_year + 1900, tm.tm_mon + 1,
               tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
    if (us) {
        int digits = 6;

        for (; us % 10 == 0; us /= 10) {
            digits--;
        }
        text_add_f(to, ".%0*lld", digits, (long long)us);
    }
    text_add(to, "Z");
}

static void add_time(struct text *to, const struct tm *tm)
{
    text_add_f(to, "%02d:%02d", tm->tm_hour, tm->tm_min);
    if (tm->tm_sec) {
        text_add_f(to, ":%02d", tm->tm_sec);
    }
}

void when_add_clock(struct text *to, int64_t at)
{
    struct tm tm = local_of(at);

    add_time(to, &tm);
}

void when_add_full(struct text *to, int64_t at)
{
    struct tm tm = local_of(at);

    text_add_f(to, "%04lld-%02d-%02d ", (long long)tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
    add_time(to, &tm);
}

void when_add_day(struct text *to, int64_t at)
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

    text_add_f(to, "%s ", days[local_of(at).tm_wday % 7]);
    when_add_full(to, at);
}

bool when_same_day(int64_t a_at, int64_t b_at)
{
    struct tm a = local_of(a_at);
    struct tm b = local_of(b_at);

    return a.tm_year == b.tm_year && a.tm_yday == b.tm_yday;
}

void when_add_local(struct text *to, int64_t at, int64_t now_at)
{
    if (when_same_day(at, now_at)) {
        when_add_clock(to, at);
    } else {
        when_add_full(to, at);
    }
}

void when_add_relative(struct text *to, int64_t at, int64_t now_at)
{
    bool ahead = at > now_at;
    uint64_t us = ahead ? (uint64_t)at - (uint64_t)now_at : (uint64_t)now_at - (uint64_t)at;
    uint64_t s = us / (uint64_t)SECOND_US;

    if (s == 0) {
        text_add(to, "now");
        return;
    }
    text_add(to, ahead ? "in " : "");
    if (s < MINUTE_S) {
        text_add_f(to, "%llus", (unsigned long long)s);
    } else if (s < HOUR_S) {
        text_add_f(to, "%llum", (unsigned long long)s / MINUTE_S);
    } else if (s < DAY_S) {
        text_add_f(to, "%lluh", (unsigned long long)s / HOUR_S);
        if (s % HOUR_S >= MINUTE_S) {
            text_add_f(to, " %llum", (unsigned long long)s % HOUR_S / MINUTE_S);
        }
    } else {
        text_add_f(to, "%llud", (unsigned long long)s / DAY_S);
        if (s % DAY_S >= HOUR_S) {
            text_add_f(to, " %lluh", (unsigned long long)s % DAY_S / HOUR_S);
        }
    }
    text_add(to, ahead ? "" : " ago");
}

void when_add_both(struct text *to, int64_t at, int64_t now_at)
{
    when_add_local(to, at, now_at);
    text_add(to, " (");
    when_add_relative(to, at, now_at);
    text_add(to, ")");
}

void when_add_span(struct text *to, uint64_t us)
{
    uint64_t s = us / (uint64_t)SECOND_US;
    unsigned long long ms = us / 1000 % 1000;
    if (s < 10 && ms) { // what happens within seconds is told apart
        text_add_f(to, "%llu.%03llus", (unsigned long long)s, ms);
        return;
    }
    unsigned long long hours = s >= 2 * HOUR_S ? s / HOUR_S : 0; // up to two hours in minutes
    unsigned long long minutes = (s - hours * HOUR_S) / MINUTE_S;
    unsigned long long seconds = s % MINUTE_S;
    size_t start = to->n;

    if (hours) {
        text_add_f(to, "%lluh", hours);
    }
    if (minutes || (!hours && !seconds)) {
        text_add_f(to, "%s%llum", to->n > start ? " " : "", minutes);
    }
    if (seconds) {
        text_add_f(to, "%s%llus", to->n > start ? " " : "", seconds);
    }
}
