// SPDX-License-Identifier: Apache-2.0
#include "log.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "t.h"

/* What one call writes to stderr. */
static void captured(char *ret, size_t size, void (*call)(void))
{
    int ends[2];
    T_EQ_INT(pipe(ends), 0);
    int saved = dup(STDERR_FILENO);
    (void)dup2(ends[1], STDERR_FILENO);
    (void)close(ends[1]);
    call();
    (void)dup2(saved, STDERR_FILENO);
    (void)close(saved);
    ssize_t n = read(ends[0], ret, size - 1);
    (void)close(ends[0]);
    ret[n > 0 ? n : 0] = '\0';
}

static void plain(void)
{
    log_write(LOG_INFO, "listening", "address=s port=u late_us=i", "127.0.0.1", 7443ULL, -5LL);
}

static void hostile(void)
{
    log_write(LOG_WARNING, "refused", "name=s none=s empty=s",
              "a\nlevel=error \"x\" \x1b[2J\xc3\xa9", NULL, "");
}

static void below(void)
{
    log_write(LOG_DEBUG, "chatter", "");
}

T_TEST(log, one_event_is_one_escaped_line)
{
    char line[4096];
    captured(line, sizeof(line), plain);
    T_EQ_STR(line, "level=info event=listening address=127.0.0.1 port=7443 late_us=-5\n");
    captured(line, sizeof(line), hostile);
    T_EQ_STR(line,
             "level=warning event=refused "
             "name=\"a\\x0alevel=error \\\"x\\\" \\x1b[2J\\xc3\\xa9\" none=\"\" empty=\"\"\n");
}

T_TEST(log, json_lines_say_the_same)
{
    char line[4096];
    log_set_format(LOG_JSON);
    captured(line, sizeof(line), plain);
    T_EQ_STR(line, "{\"level\":\"info\",\"event\":\"listening\",\"address\":\"127.0.0.1\","
                   "\"port\":7443,\"late_us\":-5}\n");
    captured(line, sizeof(line), hostile);
    T_EQ_STR(line, "{\"level\":\"warning\",\"event\":\"refused\","
                   "\"name\":\"a\\u000alevel=error \\\"x\\\" \\u001b[2J\\u00c3\\u00a9\","
                   "\"none\":\"\",\"empty\":\"\"}\n");
    log_set_format(LOG_LOGFMT);
}

/* A string of n bytes `c`, and a field after it. */
static char filler;
static size_t filled;
static void long_line(void)
{
    char text[3000];
    memset(text, filler, filled);
    text[filled] = '\0';
    log_write(LOG_ERROR, "long", "text=s after=u", text, 7ULL);
}

T_TEST(log, a_long_line_is_cut_and_stays_well_formed)
{
    /* Every length around the limit, so that the cut falls on each place of an escape. */
    for (int format = LOG_LOGFMT; format <= LOG_JSON; format++) {
        for (filled = 100; filled < 1100; filled++) {
            filler = filled % 2 == 0 ? '\n' : 'x';
            char line[4096];
            log_set_format((enum log_format)format);
            captured(line, sizeof(line), long_line);
            log_set_format(LOG_LOGFMT);
            size_t n = strlen(line);
            const char *end = format == LOG_JSON ? "}\n" : "\n";
            T_CHECK(n <= 1024, "%zu bytes of %d: %zu", filled, filler, n);
            T_CHECK(strchr(line, '\n') == line + n - 1, "%zu bytes: %s", filled, line);
            T_CHECK(strcmp(line + n - strlen(end), end) == 0, "%zu bytes: %s", filled, line);
            size_t quotes = 0;
            for (const char *p = line; *p != '\0'; p++) {
                quotes += *p == '"';
            }
            T_EQ_INT(quotes % 2, 0, "%zu bytes: %s", filled, line);
            if (filler == '\n') {
                const char *value = strchr(strstr(line, "text"), '\\');
                T_EQ_INT((size_t)(strchr(value, '"') - value) % (format == LOG_JSON ? 6 : 4), 0,
                         "%zu bytes: %s", filled, line);
            }
            T_CHECK(n > 1000 || strstr(line, "after") != NULL, "%zu bytes: %s", filled, line);
        }
    }
}

T_TEST(log, levels_have_names)
{
}

T_TEST(log, what_is_below_the_level_is_not_written)
{
    char line[4096];
    int ends[2];
    T_EQ_INT(pipe2(ends, O_NONBLOCK), 0);
    int saved = dup(STDERR_FILENO);
    (void)dup2(ends[1], STDERR_FILENO);
    below();
    (void)dup2(saved, STDERR_FILENO);
    (void)close(saved);
    T_CHECK(read(ends[0], line, sizeof(line)) < 0, "nothing was written");
    (void)close(ends[0]);
    (void)close(ends[1]);
}
