// SPDX-License-Identifier: Apache-2.0
/*
 * Stands in for libFuzzer's main where a fuzz target is only replayed: every file of a corpus
 * directory, whole and cut at each length, goes through LLVMFuzzerTestOneInput. A defect shows as
 * a failed assertion or a sanitizer's report; both end the program. Each input is copied into an
 * area of its exact size, so that AddressSanitizer sees a read past its end.
 *
 *     fuzz_frame DIRECTORY
 *
 * Prints TAP, one line per file.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    INPUT_BYTES_MAX = 1 << 20,
    CUTS_MAX = 512, // of a longer input, only some lengths are tried
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run(const uint8_t *data, size_t size)
{
    uint8_t *exact = malloc(size > 0 ? size : 1);
    if (exact == NULL) {
        abort();
    }
    memcpy(exact, data, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static void run_cuts(const uint8_t *data, size_t size)
{
    const size_t step = 1 + size / CUTS_MAX;
    for (size_t cut = 0; cut < size; cut += step) {
        run(data, cut);
    }
    run(data, size);
}

static int read_file(const char *path, uint8_t *ret, size_t *ret_size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return -1;
    }
    *ret_size = fread(ret, 1, INPUT_BYTES_MAX, file);
    const int failed = ferror(file) || !feof(file);
    fclose(file);
    return failed ? -1 : 0;
}

int main(int argc, char **argv)
{
    static uint8_t input[INPUT_BYTES_MAX];

    if (argc != 2) {
        fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
        return 2;
    }
    struct dirent **names;
    const int n = scandir(argv[1], &names, NULL, alphasort);
    if (n < 0) {
        perror(argv[1]);
        return 2;
    }
    int failed = 0;
    for (int i = 0; i < n; i++) {
        char path[4096];
        size_t size;
        snprintf(path, sizeof(path), "%s/%s", argv[1], names[i]->d_name);
        if (names[i]->d_name[0] != '.') {
            // Said before it runs: if this input ends the program, its name is the last word.
            printf("# %s\n", path);
            fflush(stdout);
            if (read_file(path, input, &size) == 0) {
                run_cuts(input, size);
                printf("ok - %s\n", names[i]->d_name);
            } else {
                printf("not ok - %s: cannot be read\n", names[i]->d_name);
                failed = 1;
            }
        }
        free(names[i]);
    }
    free(names);
    return failed;
}
