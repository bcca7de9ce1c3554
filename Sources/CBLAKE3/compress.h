/* BLAKE3's compression function for eight blocks at once, one a lane, for processors with vectors of eight words. Swift
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

/* Eight neighbouring words of each of eight blocks, turned from a vector a block into a vector a word. */
ZBUILD_INLINE void zbuild_transpose(const unsigned char *const starts[8], unsigned long offset, zbuild_lanes words[8]) {
    zbuild_lanes r[8], pairs[8], fours[8];
    for (int lane = 0; lane < 8; lane++) r[lane] = *(const zbuild_unaligned_lanes *)(starts[lane] + offset);
    for (int i = 0; i < 4; i++) {
        pairs[2 * i] = __builtin_shufflevector(r[2 * i], r[2 * i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
        pairs[2 * i + 1] = __builtin_shufflevector(r[2 * i], r[2 * i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
    }
    for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 2; j++) {
            zbuild_lanes low = pairs[4 * i + j], high = pairs[4 * i + 2 + j];
            fours[4 * i + 2 * j] = __builtin_shufflevector(low, high, 0, 1, 8, 9, 4, 5, 12, 13);
            fours[4 * i + 2 * j + 1] = __builtin_shufflevector(low, high, 2, 3, 10, 11, 6, 7, 14, 15);
        }
    }
    for (int i = 0; i < 4; i++) {
        words[i] = __builtin_shufflevector(fours[i], fours[4 + i], 0, 1, 2, 3, 8, 9, 10, 11);
        words[4 + i] = __builtin_shufflevector(fours[i], fours[4 + i], 4, 5, 6, 7, 12, 13, 14, 15);
    }
}

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

ZBUILD_INLINE void zbuild_compress_lanes(
    void *chaining, const void *const *starts, unsigned long offset, unsigned long counter,
    unsigned long counter_step, const void *lengths, const void *flags) {
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
    static const unsigned int initial_value[4] = {0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A};
    zbuild_unaligned_lanes *words = (zbuild_unaligned_lanes *)chaining;
    zbuild_lanes m[16], v[16];
    zbuild_transpose((const unsigned char *const *)starts, offset, m);
    zbuild_transpose((const unsigned char *const *)starts, offset + 32, m + 8);
    for (int word = 0; word < 8; word++) v[word] = words[word];
    for (int word = 0; word < 4; word++) v[8 + word] = (zbuild_lanes){} + initial_value[word];
    for (int lane = 0; lane < 8; lane++) {
        unsigned long number = counter + counter_step * lane;
        v[12][lane] = (unsigned int)number;
        v[13][lane] = (unsigned int)(number >> 32);
    }
    v[14] = *(const zbuild_unaligned_lanes *)lengths;
    v[15] = *(const zbuild_unaligned_lanes *)flags;
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
    for (int word = 0; word < 8; word++) words[word] = v[word] ^ v[8 + word];
}

/* With 32 registers, and instructions that rotate. */
__attribute__((target("avx2,avx512f,avx512vl"))) static inline void zbuild_compress_avx512(
    void *chaining, const void *const *starts, unsigned long offset, unsigned long counter,
    unsigned long counter_step, const void *lengths, const void *flags) {
    zbuild_compress_lanes(chaining, starts, offset, counter, counter_step, lengths, flags);
}

__attribute__((target("avx2"))) static inline void zbuild_compress_avx2(
    void *chaining, const void *const *starts, unsigned long offset, unsigned long counter,
    unsigned long counter_step, const void *lengths, const void *flags) {
    zbuild_compress_lanes(chaining, starts, offset, counter, counter_step, lengths, flags);
}
#endif

/* Compresses the blocks of 64 bytes that are `offset` bytes behind `starts`, if this processor has vectors; else does nothing and gives 0.

   `chaining` has eight vectors of eight words: of word after word the lanes. `lengths` and `flags` have a word a lane.
   The counter of each lane is `counter_step` more than that of the one before. The C library has asked the processor
   already what it can do: asking again takes long where there is a virtual one. */
static inline int zbuild_blake3_compress(
    void *chaining, const void *const *starts, unsigned long offset, unsigned long counter,
    unsigned long counter_step, const void *lengths, const void *flags) {
#ifdef ZBUILD_HAS_VECTORS
    if (!CPU_FEATURE_ACTIVE(AVX2)) return 0;
    if (CPU_FEATURE_ACTIVE(AVX512VL) && CPU_FEATURE_ACTIVE(AVX512F)) {
        zbuild_compress_avx512(chaining, starts, offset, counter, counter_step, lengths, flags);
    } else {
        zbuild_compress_avx2(chaining, starts, offset, counter, counter_step, lengths, flags);
    }
    return 1;
#else
    return 0;
#endif
}

#endif
