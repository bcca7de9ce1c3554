// Examples/sha256 in C, function for function: sha256 < FILE
#include "peer.h"
#include <unistd.h>

#define BLOCK_SIZE 64
#define ROUNDS 64

// What ZIR has built in: a slice.
typedef struct {
    const u8 *pointer;
    usize count;
} bytes;

static u32 state[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

static const u32 round_constants[ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static u32 big_sigma_0(u32 x) { return (x >> 2 | x << 30) ^ (x >> 13 | x << 19) ^ (x >> 22 | x << 10); }
static u32 big_sigma_1(u32 x) { return (x >> 6 | x << 26) ^ (x >> 11 | x << 21) ^ (x >> 25 | x << 7); }
static u32 small_sigma_0(u32 x) { return (x >> 7 | x << 25) ^ (x >> 18 | x << 14) ^ x >> 3; }
static u32 small_sigma_1(u32 x) { return (x >> 17 | x << 15) ^ (x >> 19 | x << 13) ^ x >> 10; }

static void load(u32 *schedule, bytes some) {
    for (usize index = 0; index != 16; index += 1) {
        usize place = index * 4;
        u32 w0 = some.pointer[place];
        u32 w1 = some.pointer[place + 1];
        u32 w2 = some.pointer[place + 2];
        u32 w3 = some.pointer[place + 3];
        schedule[index] = (w0 << 24 | w1 << 16) | (w2 << 8 | w3);
    }
}

static void extend(u32 *schedule) {
    for (usize index = 16; index != ROUNDS; index += 1) {
        u32 w2 = schedule[index - 2];
        u32 w7 = schedule[index - 7];
        u32 w15 = schedule[index - 15];
        u32 w16 = schedule[index - 16];
        schedule[index] = (w16 + small_sigma_0(w15)) + (w7 + small_sigma_1(w2));
    }
}

static void add_to_state(usize index, u32 word) { state[index] += word; }

static void mix(const u32 *schedule) {
    u32 a = state[0], b = state[1], c = state[2], d = state[3];
    u32 e = state[4], f = state[5], g = state[6], h = state[7];
    for (usize index = 0; index != ROUNDS; index += 1) {
        u32 ch = g ^ (e & (f ^ g));
        u32 maj = (a & b) | (c & (a | b));
        u32 sigma_0 = big_sigma_0(a);
        u32 sigma_1 = big_sigma_1(e);
        u32 t1 = h + sigma_1 + ch + round_constants[index] + schedule[index];
        u32 t2 = sigma_0 + maj;
        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + t2;
    }
    add_to_state(0, a);
    add_to_state(1, b);
    add_to_state(2, c);
    add_to_state(3, d);
    add_to_state(4, e);
    add_to_state(5, f);
    add_to_state(6, g);
    add_to_state(7, h);
}

static void add_block(bytes some) {
    u32 schedule[ROUNDS];
    load(schedule, some);
    extend(schedule);
    mix(schedule);
}

static u8 waiting[BLOCK_SIZE];
static usize waiting_size;
static u64 message_size;

static void keep(u8 byte) {
    waiting[waiting_size] = byte;
    waiting_size += 1;
    if (waiting_size == BLOCK_SIZE) {
        bytes block = {waiting, BLOCK_SIZE};
        add_block(block);
        waiting_size = 0;
    }
}

static void add(bytes some) {
    message_size += some.count;
    bytes rest = some;
    for (;;) {
        if (waiting_size == 0 && rest.count >= BLOCK_SIZE) {
            add_block(rest);
            rest.pointer += BLOCK_SIZE;
            rest.count -= BLOCK_SIZE;
        } else {
            if (rest.count == 0) break;
            keep(rest.pointer[0]);
            rest.pointer += 1;
            rest.count -= 1;
        }
    }
}

static void finish(void) {
    u64 bits = message_size * 8;
    keep(0x80);
    while (waiting_size != BLOCK_SIZE - 8) keep(0);
    for (u64 shift = 64; shift != 0;) {
        shift -= 8;
        keep((u8)(bits >> shift));
    }
}

static u8 piece[1048576];

int main(void) {
    for (;;) {
        ssize_t count = read(0, piece, sizeof piece);
        if (count < 0) return 1;
        if (count == 0) break;
        bytes some = {piece, count};
        add(some);
    }
    finish();
    for (usize index = 0; index != 8; index += 1) printf("%08x", state[index]);
    printf("  -\n");
    return 0;
}
