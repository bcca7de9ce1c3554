// Examples/quicksort in C, function for function: quicksort COUNT
#include "peer.h"

#define MOST 10000000
#define FEW 12

// What ZIR has built in: a slice.
typedef struct {
    u32 *pointer;
    usize count;
} numbers;

static u32 array[MOST];

static u32 median_of_three(numbers some) {
    u32 a = some.pointer[0];
    u32 b = some.pointer[some.count / 2];
    u32 c = some.pointer[some.count - 1];
    bool is_a_less = a < b;
    u32 low = is_a_less ? a : b;
    u32 high = is_a_less ? b : a;
    if (c < low) return low;
    if (c > high) return high;
    return c;
}

static void swap(numbers some, usize first, usize second) {
    u32 *first_place = &some.pointer[first];
    u32 *second_place = &some.pointer[second];
    u32 first_number = *first_place;
    u32 second_number = *second_place;
    *first_place = second_number;
    *second_place = first_number;
}

static usize partition(numbers some) {
    u32 pivot = median_of_three(some);
    usize low = 0;
    usize high = some.count;
    for (;;) {
        while (some.pointer[low] < pivot) low += 1;
        do high -= 1;
        while (some.pointer[high] > pivot);
        if (low >= high) return high + 1;
        swap(some, low, high);
        low += 1;
    }
}

static usize make_room(numbers some, usize index, u32 number) {
    usize free = index;
    while (free != 0) {
        usize before = free - 1;
        u32 other = some.pointer[before];
        if (other <= number) break;
        some.pointer[free] = other;
        free = before;
    }
    return free;
}

static void insertion_sort(numbers some) {
    for (usize index = 1; index < some.count; index += 1) {
        u32 number = some.pointer[index];
        usize free = make_room(some, index, number);
        some.pointer[free] = number;
    }
}

static void sort(numbers all) {
    numbers rest = all;
    while (rest.count > FEW) {
        usize middle = partition(rest);
        numbers low = {rest.pointer, middle};
        numbers high = {rest.pointer + middle, rest.count - middle};
        if (low.count < high.count) {
            sort(low);
            rest = high;
        } else {
            sort(high);
            rest = low;
        }
    }
    insertion_sort(rest);
}

static void generate(numbers some) {
    u64 state = 2020;
    for (usize index = 0; index < some.count; index += 1) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        some.pointer[index] = (u32)(state >> 32);
    }
}

static bool is_sorted(numbers some) {
    for (usize index = 1; index < some.count; index += 1) {
        if (some.pointer[index - 1] > some.pointer[index]) return false;
    }
    return true;
}

static u64 sum(numbers some) {
    u64 sum = 0;
    for (usize index = 0; index < some.count; index += 1) sum += some.pointer[index];
    return sum;
}

static void show(const char *title, numbers some) {
    const char *word = is_sorted(some) ? "sorted" : "not sorted";
    printf("%s%zu numbers, %s, sum %lu\n", title, some.count, word, sum(some));
}

int main(int words_count, char **words) {
    usize count = argument(words_count, words, 1, 1000000);
    if (count > MOST) return 1;
    numbers some = {array, count};
    generate(some);
    show("made ", some);
    sort(some);
    show("done ", some);
    return 0;
}
