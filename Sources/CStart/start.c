/* What Swift's runtime and the C library do before `main` in every process, and zbuild need not: a twelfth of a build that
   finds nothing to do. The linker takes these for the functions of the same names in libswiftCore.a and libc.a, and leaves
   out the files that they stand in there. They are weak, so a library that needs those files for something else has its
   own. */

static int argument_count;
static char **arguments;

/* The C library gives what `main` gets to every constructor, too. */
__attribute__((constructor)) static void keep_arguments(int count, char **values) {
    argument_count = count;
    arguments = values;
}

/* The arguments of the process. The runtime's own reads /proc/self/maps to find the stack that they are on. */
__attribute__((weak)) char **_swift_stdlib_getUnsafeArgvArgc(int *count) {
    *count = argument_count;
    return arguments;
}

/* Where a program that belongs to the runtime is; null for none. It looks for swift-backtrace in nine places around the
   executable, which has none: who wants a backtrace of a crash names it, SWIFT_BACKTRACE=swift-backtrace=PATH. */
__attribute__((weak)) char *swift_copyAuxiliaryExecutablePath(const char *name) {
    (void)name;
    return 0;
}

/* Where the executable is, which the C library asks /proc for in case that a library is to be loaded from beside it; -1
   for not known. Nothing is loaded into a static executable. */
__attribute__((weak, visibility("hidden"))) const char *_dl_get_origin(void) { return (const char *)-1; }
