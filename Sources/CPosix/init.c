#include "cposix_init.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

// Collects every child that has ended. Ends as the program did once that is among them.
static void collect(pid_t program) {
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid != program) continue;
        _exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
    }
}

void cposix_stand_aside(void) {
    if (getpid() != 1) return;
    sigset_t every, before;
    sigfillset(&every);
    sigprocmask(SIG_SETMASK, &every, &before);
    pid_t program = fork();
    if (program <= 0) {
        // The child goes on, and so does the first process itself where there is no second to be had.
        sigprocmask(SIG_SETMASK, &before, NULL);
        return;
    }
    for (;;) {
        siginfo_t signal;
        if (sigwaitinfo(&every, &signal) < 0) continue;
        if (signal.si_signo == SIGCHLD) {
            collect(program);
        } else if (signal.si_code != SI_KERNEL) {
            // What a terminal sends comes from the kernel, and the program has had it already.
            kill(program, signal.si_signo);
        }
    }
}
