/* What libFuzzer does, for compilers that have none: inputs DIRECTORY [COUNT] hands in each file of a corpus, and so many inputs
 * that are made of them by random changes. */
#include <dirent.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILES = 256, LONGEST = 4096 };
static struct {
    uint8_t data[LONGEST];
    size_t size;
} corpus[FILES];

static uint64_t random_number(void) {
    static uint64_t x = 88172645463325252U; /* xorshift64 */
    x ^= x << 13, x ^= x >> 7, x ^= x << 17;
    return x >> 16;
}

static size_t read_corpus(const char *path) {
    size_t count = 0;
    DIR *directory = opendir(path);
    for (const struct dirent *entry; directory && count < FILES && (entry = readdir(directory));) {
        char name[4096];
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        FILE *file = entry->d_name[0] == '.' ? NULL : fopen(name, "rb");
        if (file) {
            corpus[count].size = fread(corpus[count].data, 1, LONGEST, file);
            count++;
            fclose(file);
        }
    }
    if (directory) {
        closedir(directory);
    }
    return count;
}

int main(int argc, char **argv) {
    const size_t count = argc > 1 ? read_corpus(argv[1]) : 0;
    if (!count) {
        fprintf(stderr, "inputs DIRECTORY [COUNT]: there is no corpus\n");
        return 2;
    }
    for (size_t i = 0; i < count; i++) {
        LLVMFuzzerTestOneInput(corpus[i].data, corpus[i].size);
    }
    const size_t more = argc > 2 ? strtoul(argv[2], NULL, 0) : 0;
    for (size_t i = 0; i < more; i++) {
        uint8_t data[LONGEST];
        const size_t which = random_number() % count, from = random_number() % count;
        size_t size = corpus[which].size;
        memcpy(data, corpus[which].data, size);
        for (uint64_t changes = 1 + random_number() % 8; changes && size; changes--) {
            const size_t at = random_number() % size;
            switch (random_number() % 4) {
            case 0: data[at] = (uint8_t)random_number(); break;
            case 1: size = at + 1; break;
            case 2: data[at] ^= (uint8_t)(1U << random_number() % 8); break;
            default: /* a part of another */
                for (size_t n = 0; n < corpus[from].size && at + n < LONGEST && n < 16; n++) {
                    data[at + n] = corpus[from].data[n];
                    size = at + n >= size ? at + n + 1 : size;
                }
            }
        }
        LLVMFuzzerTestOneInput(data, size);
    }
    printf("%zu inputs of a corpus, %zu made of them\n", count, more);
    return 0;
}
