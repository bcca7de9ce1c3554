/* BLAKE3 of eight chunks at once, one a lane, for processors with vectors of eight words. Swift
   compiles all of a module for one kind of processor, and zbuild runs on each x86-64: only C can compile one function for
   another kind. What it computes, and on other processors too, is in CompressionState.swift. */
#ifndef ZBUILD_CBLAKE3_COMPRESS_H
#define ZBUILD_CBLAKE3_COMPRESS_H

#include <features.h>

#if defined(__x86_64__) && defined(__GLIBC__)
#if __GLIBC_PREREQ(2, 33)
#define ZBUILD_HAS_VECTORS 1
#endif
#endif

#ifdef ZBUILD_HAS_VECTORS
#include <sys/platform/x86.h>

typedef unsigned int zbuild_lanes __attribute__((vector_size(32)));
typedef unsigned int zbuild_unaligned_lanes __attribute__((vector_size(32), aligned(4)));

#define ZBUILD_INLINE static inline __attribute__((always_inline))

/* The bits of each lane moved `count` places to the right, those that fall out coming in on the left. */
#define ZBUILD_ROTATE(lanes, count) ((lanes) >> (count) | (lanes) << (32 - (count)))

/* Turns a matrix of eight vectors of eight words: word i of vector j becomes word j of vector i. All loops here are
   unrolled, for vectors to be in registers. */
ZBUILD_INLINE void zbuild_transpose(zbuild_lanes words[8]) {
    zbuild_lanes pairs[8], fours[8];
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
        zbuild_lanes low = words[2 * i], high = words[2 * i + 1];
        pairs[2 * i] = __builtin_shufflevector(low, high, 0, 8, 1, 9, 4, 12, 5, 13);
        pairs[2 * i + 1] = __builtin_shufflevector(low, high, 2, 10, 3, 11, 6, 14, 7, 15);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
        zbuild_lanes low = pairs[i / 2 * 4 + i % 2], high = pairs[i / 2 * 4 + i % 2 + 2];
        fours[i / 2 * 4 + i % 2 * 2] = __builtin_shufflevector(low, high, 0, 1, 8, 9, 4, 5, 12, 13);
        fours[i / 2 * 4 + i % 2 * 2 + 1] = __builtin_shufflevector(low, high, 2, 3, 10, 11, 6, 7, 14, 15);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
        words[i] = __builtin_shufflevector(fours[i], fours[4 + i], 0, 1, 2, 3, 8, 9, 10, 11);
        words[4 + i] = __builtin_shufflevector(fours[i], fours[4 + i], 4, 5, 6, 7, 12, 13, 14, 15);
    }
}

static const unsigned int zbuild_initial_value[8] = {
    0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
};

/* The function G. */
ZBUILD_INLINE void zbuild_quarter_round(
    zbuild_lanes v[16], int a, int b, int c, int d, const zbuild_lanes *x, const zbuild_lanes *y) {
    v[a] = v[a] + v[b] + *x;
    v[d] = ZBUILD_ROTATE(v[d] ^ v[a], 16);
    v[c] = v[c] + v[d];
    v[b] = ZBUILD_ROTATE(v[b] ^ v[c], 12);
    v[a] = v[a] + v[b] + *y;
    v[d] = ZBUILD_ROTATE(v[d] ^ v[a], 8);
    v[c] = v[c] + v[d];
    v[b] = ZBUILD_ROTATE(v[b] ^ v[c], 7);
}

/* Compresses a block of each lane. `counters` has the lower halves of its numbers, then the upper ones. */
ZBUILD_INLINE void zbuild_compress(
    zbuild_lanes chaining[8], const unsigned char *const blocks[8], const zbuild_lanes counters[2],
    zbuild_lanes lengths, zbuild_lanes flags) {
    /* The order in which each round takes the message's words: that of the one before, permuted (table 2 of the paper). */
    static const unsigned char order[7][16] = {
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
        {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8},
        {3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1},
        {10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6},
        {12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4},
        {9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7},
        {11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13},
    };
    zbuild_lanes m[16], v[16];
#pragma clang loop unroll(full)
    for (int lane = 0; lane < 8; lane++) {
        m[lane] = *(const zbuild_unaligned_lanes *)blocks[lane];
        m[8 + lane] = *(const zbuild_unaligned_lanes *)(blocks[lane] + 32);
    }
    zbuild_transpose(m);
    zbuild_transpose(m + 8);
#pragma clang loop unroll(full)
    for (int word = 0; word < 8; word++) v[word] = chaining[word];
#pragma clang loop unroll(full)
    for (int word = 0; word < 4; word++) v[8 + word] = (zbuild_lanes){} + zbuild_initial_value[word];
    v[12] = counters[0];
    v[13] = counters[1];
    v[14] = lengths;
    v[15] = flags;
#pragma clang loop unroll(full)
    for (int round = 0; round < 7; round++) {
        const unsigned char *o = order[round];
        zbuild_quarter_round(v, 0, 4, 8, 12, &m[o[0]], &m[o[1]]);
        zbuild_quarter_round(v, 1, 5, 9, 13, &m[o[2]], &m[o[3]]);
        zbuild_quarter_round(v, 2, 6, 10, 14, &m[o[4]], &m[o[5]]);
        zbuild_quarter_round(v, 3, 7, 11, 15, &m[o[6]], &m[o[7]]);
        zbuild_quarter_round(v, 0, 5, 10, 15, &m[o[8]], &m[o[9]]);
        zbuild_quarter_round(v, 1, 6, 11, 12, &m[o[10]], &m[o[11]]);
        zbuild_quarter_round(v, 2, 7, 8, 13, &m[o[12]], &m[o[13]]);
        zbuild_quarter_round(v, 3, 4, 9, 14, &m[o[14]], &m[o[15]]);
    }
#pragma clang loop unroll(full)
    for (int word = 0; word < 8; word++) chaining[word] = v[word] ^ v[8 + word];
}

/* Each lane's word of `ones` where `mask` has all bits, of `others` where it has none. */
ZBUILD_INLINE zbuild_lanes zbuild_select(zbuild_lanes mask, zbuild_lanes ones, zbuild_lanes others) {
    return (mask & ones) | (~mask & others);
}

ZBUILD_INLINE void zbuild_hash_lanes(
    unsigned int values[64], const unsigned char *const starts[8], const unsigned long counts[8],
    unsigned long counter, unsigned long counter_step, unsigned int last_flags) {
    /* Of each input the number of its last block, and a copy of that with zeros behind. */
    unsigned long last[8], least = 15, most = 0;
    unsigned char last_blocks[8][64] = {};
    zbuild_lanes chaining[8], counters[2], last_numbers, last_lengths;
#pragma clang loop unroll(full)
    for (int lane = 0; lane < 8; lane++) {
        last[lane] = counts[lane] ? (counts[lane] - 1) / 64 : 0;
        unsigned long length = counts[lane] - last[lane] * 64;
        __builtin_memcpy(last_blocks[lane], starts[lane] + last[lane] * 64, length);
        least = last[lane] < least ? last[lane] : least;
        most = last[lane] > most ? last[lane] : most;
        last_numbers[lane] = (unsigned int)last[lane];
        last_lengths[lane] = (unsigned int)length;
        counters[0][lane] = (unsigned int)(counter + counter_step * lane);
        counters[1][lane] = (unsigned int)((counter + counter_step * lane) >> 32);
        chaining[lane] = (zbuild_lanes){} + zbuild_initial_value[lane];
    }
    for (unsigned long number = 0; number <= most; number++) {
        const unsigned char *blocks[8];
#pragma clang loop unroll(full)
        for (int lane = 0; lane < 8; lane++) {
            blocks[lane] = number < last[lane] ? starts[lane] + number * 64 : last_blocks[lane];
        }
        zbuild_lanes is_last = (zbuild_lanes)(last_numbers == (unsigned int)number);
        zbuild_lanes lengths = zbuild_select(is_last, last_lengths, (zbuild_lanes){} + 64);
        zbuild_lanes flags = (is_last & last_flags) | (number == 0 ? 1 : 0);
        if (number <= least) {
            zbuild_compress(chaining, blocks, counters, lengths, flags);
        } else {
            /* What an input came to that has ended stays. */
            zbuild_lanes before[8], has_ended = (zbuild_lanes)(last_numbers < (unsigned int)number);
            __builtin_memcpy(before, chaining, sizeof before);
            zbuild_compress(chaining, blocks, counters, lengths, flags);
#pragma clang loop unroll(full)
            for (int word = 0; word < 8; word++) {
                chaining[word] = zbuild_select(has_ended, before[word], chaining[word]);
            }
        }
    }
    zbuild_transpose(chaining);
    __builtin_memcpy(values, chaining, sizeof chaining);
}

/* With 32 registers, and instructions that rotate. */
__attribute__((target("avx2,avx512f,avx512vl"))) static inline void zbuild_hash_avx512(
    unsigned int values[64], const unsigned char *const starts[8], const unsigned long counts[8],
    unsigned long counter, unsigned long counter_step, unsigned int last_flags) {
    zbuild_hash_lanes(values, starts, counts, counter, counter_step, last_flags);
}

__attribute__((target("avx2"))) static inline void zbuild_hash_avx2(
    unsigned int values[64], const unsigned char *const starts[8], const unsigned long counts[8],
    unsigned long counter, unsigned long counter_step, unsigned int last_flags) {
    zbuild_hash_lanes(values, starts, counts, counter, counter_step, last_flags);
}
#endif

/* Hashes eight inputs of at most 1024 bytes each, if this processor has vectors; else does nothing and gives 0.

   Each is a chunk. `values` gets the eight words of each chaining value, one after the other. The number of each is
   `counter_step` more than that of the one before; its last block has the flags `last_flags`. The C library has asked the
   processor already what it can do: asking again takes long where there is a virtual one. */
static inline int zbuild_blake3_hash(
    unsigned int *values, const unsigned char *const *starts, const unsigned long *counts, unsigned long counter,
    unsigned long counter_step, unsigned int last_flags) {
#ifdef ZBUILD_HAS_VECTORS
    if (!CPU_FEATURE_ACTIVE(AVX2)) return 0;
    if (CPU_FEATURE_ACTIVE(AVX512VL) && CPU_FEATURE_ACTIVE(AVX512F)) {
        zbuild_hash_avx512(values, starts, counts, counter, counter_step, last_flags);
    } else {
        zbuild_hash_avx2(values, starts, counts, counter, counter_step, last_flags);
    }
    return 1;
#else
    return 0;
#endif
}

#endif
