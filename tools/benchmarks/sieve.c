// Examples/sieve in C, function for function: sieve LIMIT ROUNDS
#include "peer.h"

#define LARGEST 100000000

static bool is_crossed_out[LARGEST / 2];

static void clear(usize limit) {
    usize size = limit / 2;
    for (usize index = 0; index < size; index += 1) is_crossed_out[index] = false;
}

static void cross_out_multiples(usize number, usize limit) {
    usize square = number * number;
    usize stride = number * 2;
    for (usize multiple = square; multiple < limit; multiple += stride) is_crossed_out[multiple / 2] = true;
}

static bool is_prime(usize number) { return !is_crossed_out[number / 2]; }

static void sieve(usize limit) {
    clear(limit);
    for (usize number = 3; number * number < limit; number += 2) {
        if (is_prime(number)) cross_out_multiples(number, limit);
    }
}

static usize count(usize limit) {
    if (limit <= 2) return 0;
    usize count = 1;
    for (usize number = 3; number < limit; number += 2) {
        if (is_prime(number)) count += 1;
    }
    return count;
}

int main(int words_count, char **words) {
    usize limit = argument(words_count, words, 1, 100);
    usize rounds = argument(words_count, words, 2, 1);
    if (limit > LARGEST) return 1;
    for (usize left = rounds; left != 0; left -= 1) sieve(limit);
    printf("%zu primes below %zu\n", count(limit), limit);
    return 0;
}
