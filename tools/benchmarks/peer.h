// What the peers of the examples share: ZIR's names of types, and the arguments of the command line.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
typedef size_t usize;

static inline usize argument(int count, char **words, int index, usize otherwise) {
    return index < count ? strtoul(words[index], NULL, 10) : otherwise;
}
