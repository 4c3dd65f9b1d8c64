// SPDX-License-Identifier: Apache-2.0
/*
 * Writes seeds for the fuzzers of the decoders, one file each: every sample, and what the check
 * refuses for one reason each.
 *
 *     wire_seeds DIRECTORY         for corpus/decode
 *     wire_seeds DIRECTORY enrol   for corpus/enrol
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "raw.h"
#include "samples.h"

static void write_file(const char *directory, const char *name, const uint8_t *p, size_t n)
{
    char path[4096];
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s/%s", directory, name);
    file = fopen(path, "wb");
    if (file == NULL || fwrite(p, 1, n, file) != n || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

struct notation {
    const char *name;
    const char *notation;
};

static void write_notations(const char *directory, const struct notation *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct raw raw = raw_make(rows[i].notation);
        write_file(directory, rows[i].name, raw.p, raw.n);
        raw_free(&raw);
    }
}

static void write_requests(const char *directory)
{
    static const struct notation refused[] = {
        {"refused-two-operations", "2{1=1 22{1'A-1'} 23{1'A-1'}}"},
        {"refused-twice", "2{1=1 1=2 22{1'A-1'}}"},
        {"refused-no-operation", "2{1=1}"},
        {"refused-hello", "1{1=1}"},
        {"refused-group", "2{1=1 22{1'A-1'} !9b069c06}"},
        {"refused-overlong", "2{!088100 22{1'A-1'}}"},
        {"refused-enum", "2{1=1 21{3=7}}"},
        {"refused-packed", "2{1=1 21{3'%01%02%81'}}"},
        {"refused-utf8", "2{1=1 8'%ED%A0%80' 22{1'A-1'}}"},
        {"refused-control", "2{1=1 8'%C2%9B' 22{1'A-1'}}"},
        {"refused-unknown", "2{1=1 22{1'A-1'} [17 99=1]}"},
        {"unknown", "99'x' 2{1=1 22{1'A-1' 99=1} !c90c0000000000000000 !cd0c00000000}"},
        {"packed", "2{1=1 21{3'%01%02' 3=3}}"},
        {"packed-kinds", "2{1=1 42{4'%01%13' 4=3 1{1'a' 2=5}}}"},
        {"refused-tag", "2{1=1 9=1 37{1'A-1' 2'%C2%A0'}}"},
        {"refused-from", "2{1=1 42{1{1'a' 2=5} 1{1'a' 2=6}}}"},
        {"refused-cursor", "2{1=1 2*16x 60{1'x' 3'c'}}"},
        {"refused-scenario", "2{1=1 63{1'x' 3'%00'}}"},
        {"refused-role", "2{1=1 2*16x 70{1'u' 2'agent' 2'boss'}}"},
        {"refused-team", "2{1=1 2*16x 70{1'u' 2'agent' 4't' 4't'}}"},
        {"refused-hash", "2{1=1 2*16x 74{1=3 2*31h}}"},
        {"refused-range", "2{1=1 81{1'c' 2=5 3=4}}"},
        {"refused-erasure", "2{1=1 2*16x 84{1'A-1' 2=0}}"},
        {"refused-reason", "2{1=1 2*16x 8'why' 72{1'c'}}"},
        {"refused-line", "2{1=1 2*16x 51{1'c' 2's' 3'k' 5=2 14'b'}}"},
    };
    struct sample samples[SAMPLES];

    samples_make(samples);
    for (size_t i = 0; i < SAMPLES; i++) {
        write_file(directory, samples[i].name, samples[i].frame, samples[i].n);
    }
    samples_free(samples);
    write_notations(directory, refused, sizeof(refused) / sizeof(refused[0]));
}

static void write_enrols(const char *directory)
{
    static const struct notation rows[] = {
        {"other-order", "2'c' 1*16s"},
        {"unknown", "1*16s 99'x' 2'c' !c90c0000000000000000"},
        {"refused-empty", ""},
        {"refused-secret", "1*15s 2'c'"},
        {"refused-long-secret", "1*17s 2'c'"},
        {"refused-twice", "1*16s 2'c' 2'd'"},
        {"refused-csr", "1*16s 2*4097c"},
        {"refused-cut", "1*16s !12ff0163"},
        {"refused-unknown", "1*16s 2'c' [17 99=1]"},
        {"refused-request", "2{1=1 22{1'A-1'}}"},
    };
    size_t n;
    uint8_t *payload = samples_enrol(&n);

    write_file(directory, "enrol", payload, n);
    free(payload);
    write_notations(directory, rows, sizeof(rows) / sizeof(rows[0]));
}

int main(int argc, char **argv)
{
    if (argc == 2) {
        write_requests(argv[1]);
    } else if (argc == 3 && strcmp(argv[2], "enrol") == 0) {
        write_enrols(argv[1]);
    } else {
        fprintf(stderr, "usage: %s DIRECTORY [enrol]\n", argv[0]);
        return 2;
    }
    return 0;
}
