/* Linux system calls and C library functions that Swift's Glibc module does not import. The declarations stand here
   themselves, since the headers that have them define types of that module a second time. */
#ifndef ZBUILD_CSYSTEM_SHIM_H
#define ZBUILD_CSYSTEM_SHIM_H

#include <errno.h>
#include <sys/syscall.h>

extern long syscall(long number, ...);
extern unsigned long getauxval(unsigned long type);
extern void *malloc(unsigned long size);
extern void free(void *block);
extern int madvise(void *start, unsigned long size, int advice);
extern int mallopt(int parameter, int value);
extern int sched_getcpu(void);
extern int pthread_attr_setaffinity_np(void *attributes, unsigned long size, const void *processors);

/* fallocate(2); `mode` is a set of FALLOC_FL_ flags, 1 is FALLOC_FL_KEEP_SIZE. */
static inline int zbuild_fallocate(int fd, int mode, long offset, long length) {
    return (int)syscall(SYS_fallocate, fd, mode, offset, length);
}

/* copy_file_range(2) at explicit offsets, no flags. */
static inline long zbuild_copy_file_range(int in, long *in_offset, int out, long *out_offset, unsigned long length) {
    return syscall(SYS_copy_file_range, in, in_offset, out, out_offset, length, 0);
}

/* Whether another than the opener of `fd` has the file open or mapped: then no lease for writing is given (F_SETLEASE,
   fcntl(2)). Who opens it while there is one makes the kernel send a signal; SIGURG is one that nobody notices. */
static inline int zbuild_is_used_by_others(int fd) {
    enum { set_signal = 10, set_lease = 1024, sigurg = 23, write_lock = 1, unlock = 2 };
    syscall(SYS_fcntl, fd, set_signal, sigurg);
    int is_free = syscall(SYS_fcntl, fd, set_lease, write_lock) == 0;
    int is_refused = !is_free && errno == EAGAIN;
    if (is_free) syscall(SYS_fcntl, fd, set_lease, unlock);
    return is_refused;
}

/* The type of the file system that `fd` is on: the first word of struct statfs (statfs(2)); 0 if unknown. */
static inline long zbuild_file_system_type(int fd) {
    long status[32] = {0};
    return syscall(SYS_fstatfs, fd, status) == 0 ? status[0] : 0;
}

/* An entry of the auxiliary vector that the kernel gave the process (getauxval(3)). */
static inline unsigned long zbuild_auxiliary_value(unsigned long type) {
    return getauxval(type);
}

/* Room for the bits of 8,192 processors, the most that Linux knows on x86-64. */
enum { zbuild_processor_words = 8192 / 64 };

/* The processors that this thread may run on, a bit for each (sched_getaffinity(2)); how many bytes of them the kernel
   has, 0 if it does not say. */
static inline long zbuild_processors(unsigned long bits[zbuild_processor_words]) {
    long size = syscall(SYS_sched_getaffinity, 0, zbuild_processor_words * 8, bits);
    return size < 0 ? 0 : size;
}

/* How many those are; at least 1. */
static inline long zbuild_processor_count(void) {
    unsigned long bits[zbuild_processor_words];
    long count = 0;
    for (long word = zbuild_processors(bits) / 8 - 1; word >= 0; word--) count += __builtin_popcountl(bits[word]);
    return count > 0 ? count : 1;
}

/* Has a thread with these attributes (a pthread_attr_t) run on another processor than this one, if there is one. A kernel
   may leave it with its creator otherwise until that has used up its turn, though another processor does nothing:
   Linux 6.18 in a virtual machine begins most threads after 2.4 to 3 ms, and these after 0.05 to 0.15. */
static inline void zbuild_avoid_this_processor(void *attributes) {
    unsigned long bits[zbuild_processor_words], others = 0;
    long size = zbuild_processors(bits);
    int here = sched_getcpu();
    if (here < 0 || here / 8 >= size) return;
    bits[here / 64] &= ~(1ul << here % 64);
    for (long word = 0; word < size / 8; word++) others |= bits[word];
    if (others) pthread_attr_setaffinity_np(attributes, size, bits);
}

/* Has at least `size` bytes free at the end of this thread's heap, at most 16 MiB, and leaves them so: a block comes out of
   the heap and not out of a mapping of its own, and is not given back to the kernel when it is free (mallopt(3)). The
   kernel may have it in huge pages (madvise(2)). */
static inline void zbuild_reserve_heap(int size) {
    enum { trim_threshold = -1, mmap_threshold = -3, huge_page_advice = 14 };
    const unsigned long huge_page = 2 << 20;
    mallopt(mmap_threshold, 2 * size);
    mallopt(trim_threshold, 8 * size);
    void *volatile block = malloc(size); /* volatile: or the compiler leaves both out */
    unsigned long first = ((unsigned long)block + huge_page - 1) & -huge_page;
    unsigned long end = ((unsigned long)block + size) & -huge_page;
    if (block && first < end) madvise((void *)first, end - first, huge_page_advice);
    free(block);
}

/* Where the eight bytes `wanted` begin in `bytes`, `count` if nowhere. Their last byte is looked for, which should be a rare
   one: memmem(3) takes seven times as long. */
static inline unsigned long zbuild_find(const void *bytes, unsigned long count, const void *wanted) {
    const char *start = bytes, *word = wanted, *last = start + 7;
    if (count < 8) return count;
    while ((last = __builtin_memchr(last, word[7], start + count - last))) {
        if (!__builtin_memcmp(last - 7, word, 8)) return last - 7 - start;
        last++;
    }
    return count;
}

#endif
