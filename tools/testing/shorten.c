/* Runs a program and has one of its transfers move fewer bytes than it asked for, as the kernel may at any time:

       shorten CALL N PROGRAM [ARGUMENT...]

   halves the count of the N-th system call CALL (a number) of the program's threads together. Ends as the program does.
   strace can let a call fail or lie, but not do half of its work. */

#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static void check(int is_good, const char *what) {
    if (is_good) return;
    perror(what);
    exit(125);
}

/* The register of the argument that says how many bytes. */
static unsigned long long *count_of(struct user_regs_struct *registers) {
    return registers->orig_rax == SYS_copy_file_range ? &registers->r8 : &registers->rdx;
}

static void halve(pid_t thread) {
    struct user_regs_struct registers;
    check(ptrace(PTRACE_GETREGS, thread, 0, &registers) == 0, "PTRACE_GETREGS");
    *count_of(&registers) /= 2;
    check(ptrace(PTRACE_SETREGS, thread, 0, &registers) == 0, "PTRACE_SETREGS");
}

static int is_entry_of(pid_t thread, unsigned long call) {
    struct __ptrace_syscall_info info;
    check(ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) > 0, "PTRACE_GET_SYSCALL_INFO");
    return info.op == PTRACE_SYSCALL_INFO_ENTRY && info.entry.nr == call;
}

int main(int argc, char **argv) {
    if (argc < 4) return 125;
    unsigned long call = strtoul(argv[1], 0, 10), left = strtoul(argv[2], 0, 10);
    pid_t program = fork();
    check(program >= 0, "fork");
    if (program == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        execv(argv[3], argv + 3);
        _exit(127);
    }
    int status;
    check(waitpid(program, &status, 0) == program, "waitpid");
    long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;
    check(ptrace(PTRACE_SETOPTIONS, program, 0, options) == 0, "PTRACE_SETOPTIONS");
    pid_t thread = program;
    int signal_to_pass = 0;
    for (;;) {
        ptrace(PTRACE_SYSCALL, thread, 0, signal_to_pass);
        thread = waitpid(-1, &status, __WALL);
        check(thread > 0, "waitpid");
        signal_to_pass = 0;
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            if (thread != program) continue;
            if (WIFEXITED(status)) return WEXITSTATUS(status);
            signal(WTERMSIG(status), SIG_DFL);
            raise(WTERMSIG(status));
            return 125;
        }
        if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
            if (left > 0 && is_entry_of(thread, call) && --left == 0) halve(thread);
        } else if (status >> 16 == 0 && WSTOPSIG(status) != SIGSTOP && WSTOPSIG(status) != SIGTRAP) {
            signal_to_pass = WSTOPSIG(status);
        }
    }
}
