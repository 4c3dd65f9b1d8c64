// SPDX-License-Identifier: Apache-2.0
/*
 * Writes seeds for the fuzzer of the decoder, one file each: every sample, and what the check
 * refuses for one reason each.
 *
 *     wire_seeds DIRECTORY
 */
#include <stdio.h>
#include <stdlib.h>

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

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        const char *notation;
    } refused[] = {
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
        {"refused-line", "2{1=1 2*16x 51{1'c' 2's' 3'k' 5=2 14'b'}}"},
    };
    struct sample samples[SAMPLES];

    if (argc != 2) {
        fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
        return 2;
    }
    samples_make(samples);
    for (size_t i = 0; i < SAMPLES; i++) {
        write_file(argv[1], samples[i].name, samples[i].frame, samples[i].n);
    }
    samples_free(samples);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct raw raw = raw_make(refused[i].notation);
        write_file(argv[1], refused[i].name, raw.p, raw.n);
        raw_free(&raw);
    }
    return 0;
}
