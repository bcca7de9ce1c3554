/* Starts programs, one after the other, and says what each took: from just before it is made until it has ended.
 *
 * A request is a line of words separated by the character 31: a folder, then the program's path and its arguments. The
 * answer is a line of numbers: exit status (128 and more: the signal that ended it), nanoseconds, nanoseconds of processor
 * time, and the peak memory in KiB. The last two are of the process and of those that it started; of memory, that of the
 * largest. The program's standard output goes to /dev/null, its standard error where this program's goes.
 *
 * It is a small program because the kernel counts a process's memory from before it becomes another program: started
 * from an interpreter, every program would seem to need what the interpreter needs. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { MAX_WORDS = 64 };

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static long long nanoseconds(struct timeval time) {
  return time.tv_sec * 1000000000LL + time.tv_usec * 1000LL;
}

static int split(char *line, char **words) {
  int count = 0;
  line[strcspn(line, "\n")] = 0;
  for (char *word = strtok(line, "\x1f"); word && count < MAX_WORDS - 1; word = strtok(NULL, "\x1f"))
    words[count++] = word;
  words[count] = NULL;
  return count;
}

static int fail(const char *what, int code) {
  fprintf(stderr, "launcher: %s: %s\n", what, strerror(code));
  return 1;
}

int main(void) {
  char *line = NULL, *words[MAX_WORDS];
  size_t room = 0;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  while (getline(&line, &room, stdin) > 0) {
    if (split(line, words) < 2) return fail("request", EINVAL);
    if (chdir(words[0]) != 0) return fail(words[0], errno);
    pid_t process;
    int status;
    struct rusage usage;
    long long start = now();
    int code = posix_spawn(&process, words[1], &actions, NULL, words + 1, environ);
    if (code != 0) return fail(words[1], code);
    while (wait4(process, &status, 0, &usage) < 0)
      if (errno != EINTR) return fail("wait4", errno);
    long long end = now();
    int result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    long long processor = nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime);
    printf("%d %lld %lld %ld\n", result, end - start, processor, usage.ru_maxrss);
    fflush(stdout);
  }
  return 0;
}
