// Examples/hashtable in C, function for function: hashtable COUNT ROUNDS
#include "peer.h"

#define MOST_SLOTS 2097152

static u64 keys[MOST_SLOTS];
static u32 values[MOST_SLOTS];
static usize slots, mask, count;
static u32 hash_shift;

static void clear(void) {
    usize size = slots;
    for (usize index = 0; index != size; index += 1) keys[index] = 0;
}

static void prepare(usize room) {
    usize enough = room + room / 2;
    usize size = 2;
    u32 shift = 63;
    while (size <= enough) {
        size *= 2;
        shift -= 1;
    }
    slots = size;
    mask = size - 1;
    hash_shift = shift;
    count = 0;
    clear();
}

static usize home(u64 key) { return key * 0x9e3779b97f4a7c15u >> hash_shift; }

static usize find(u64 key) {
    usize around = mask;
    usize slot = home(key);
    for (;;) {
        u64 other = keys[slot];
        if (other == key) return slot;
        if (other == 0) return slot;
        slot = (slot + 1) & around;
    }
}

static bool insert(u64 key, u32 value) {
    usize slot = find(key);
    values[slot] = value;
    if (keys[slot] == key) return false;
    keys[slot] = key;
    count += 1;
    return true;
}

static bool look_up(u64 key, u32 *value) {
    usize slot = find(key);
    bool is_there = keys[slot] == key;
    if (is_there) *value = values[slot];
    return is_there;
}

static usize distance(usize from, usize to) { return (to - from) & mask; }

static void move(usize from, usize to) {
    keys[to] = keys[from];
    values[to] = values[from];
}

static bool take_out(u64 key) {
    usize around = mask;
    usize slot = find(key);
    if (keys[slot] != key) return false;
    usize hole = slot;
    usize candidate = slot;
    for (;;) {
        candidate = (candidate + 1) & around;
        u64 other = keys[candidate];
        if (other == 0) break;
        usize from_home = distance(home(other), candidate);
        usize from_hole = distance(hole, candidate);
        if (from_home >= from_hole) {
            move(candidate, hole);
            hole = candidate;
        }
    }
    keys[hole] = 0;
    count -= 1;
    return true;
}

static usize measure(usize *farthest) {
    *farthest = 0;
    usize at_home = 0;
    for (usize index = 0; index != slots; index += 1) {
        u64 key = keys[index];
        if (key == 0) continue;
        usize steps = distance(home(key), index);
        if (steps == 0) at_home += 1;
        if (steps > *farthest) *farthest = steps;
    }
    return at_home;
}

static u64 number_key(usize index) {
    u64 a = (index + 1) * 0x9e3779b97f4a7c15u;
    u64 b = a ^ a >> 30;
    u64 c = b * 0xbf58476d1ce4e5b9u;
    u64 d = c ^ c >> 27;
    u64 e = d * 0x94d049bb133111ebu;
    return e ^ e >> 31;
}

static usize insert_all(usize number) {
    usize new = 0;
    for (usize index = 0; index != number; index += 1) {
        u64 key = number_key(index);
        if (insert(key, (u32)index)) new += 1;
    }
    return new;
}

static usize look_up_all(usize number, u64 *sum) {
    *sum = 0;
    usize twice = number * 2;
    usize found = 0;
    u32 value;
    for (usize index = 0; index != twice; index += 1) {
        u64 key = number_key(index);
        if (look_up(key, &value)) {
            found += 1;
            *sum += value;
        }
    }
    return found;
}

static usize remove_third(usize number) {
    usize gone = 0;
    for (usize index = 0; index < number; index += 3) {
        u64 key = number_key(index);
        if (take_out(key)) gone += 1;
    }
    return gone;
}

static usize inserted, found_before, removed, found_after;
static u64 sum_before, sum_after;

static void work(usize number) {
    prepare(number);
    inserted = insert_all(number);
    found_before = look_up_all(number, &sum_before);
    removed = remove_third(number);
    found_after = look_up_all(number, &sum_after);
}

int main(int words_count, char **words) {
    usize number = argument(words_count, words, 1, 300000);
    usize rounds = argument(words_count, words, 2, 1);
    if (number > 1000000) return 1;
    for (usize left = rounds; left != 0; left -= 1) work(number);
    printf("%zu keys inserted\n", inserted);
    printf("%zu keys found, %lu is the sum of their values\n", found_before, sum_before);
    printf("%zu keys removed\n", removed);
    printf("%zu keys found, %lu is the sum of their values\n", found_after, sum_after);
    usize farthest;
    usize at_home = measure(&farthest);
    printf("%zu keys are left in %zu slots, %zu of them at home, the others at most %zu steps away\n",
           count, slots, at_home, farthest);
    return 0;
}
