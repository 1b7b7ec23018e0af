#define _GNU_SOURCE
#include "cposix.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// The waitid type of a pidfd, which old headers do not name.
#define CPOSIX_P_PIDFD 3

extern char **environ;

static void fail(int report, int stage) {
    struct cposix_spawn_failure failure = {.stage = stage, .error = errno};
    ssize_t written = write(report, &failure, sizeof failure);
    (void)written;
    _exit(127);
}

static void close_from(int first) {
    if (close_range((unsigned)first, ~0U, 0) == 0) return;
    struct rlimit limit;
    int last = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 1048576 ? (int)limit.rlim_cur : 1048576;
    for (int descriptor = first; descriptor < last; descriptor++) close(descriptor);
}

// Runs in the child of a program with many threads: only calls that are safe in a signal handler, no allocation.
static void child(const struct cposix_spawn_request *request, int report, pid_t parent) {
    // The kernel's own call and its struct, all zero: the C library's refuses signals 32 and 33, yet an ancestor may
    // have ignored them. Sixteen words are more than any machine's struct has.
    uint64_t standard[16] = {0};
    for (int number = 1; number < NSIG; number++) syscall(SYS_rt_sigaction, number, standard, NULL, (NSIG - 1) / 8);

    setsid();
    if (request->dies_with_thread) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail(report, cposix_stage_orphaned);
        // The parent may have died before the call above.
        if (getppid() != parent) {
            errno = ESRCH;
            fail(report, cposix_stage_orphaned);
        }
    }
    if (request->no_new_privileges) prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (request->lock_limit != 0) {
        // A mark, not a limit: a kernel that refuses it (a sandbox) leaves the mark in the environment.
        struct rlimit limit = {.rlim_cur = request->lock_limit, .rlim_max = request->lock_limit};
        setrlimit(RLIMIT_LOCKS, &limit);
    }

    // Everything goes above the wanted numbers first, so that no dup2 below overwrites what a later one needs.
    int count = request->descriptor_count;
    int above = count + 1;
    report = fcntl(report, F_DUPFD_CLOEXEC, above);
    if (report < 0) _exit(127);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0) fail(report, cposix_stage_descriptors);
    null = fcntl(null, F_DUPFD_CLOEXEC, above);
    if (null < 0) fail(report, cposix_stage_descriptors);
    int lifted[16];
    for (int index = 0; index < count; index++) {
        int source = request->descriptors[index];
        lifted[index] = source < 0 ? null : fcntl(source, F_DUPFD_CLOEXEC, above);
        if (lifted[index] < 0) fail(report, cposix_stage_descriptors);
    }
    for (int index = 0; index < count; index++) {
        if (dup2(lifted[index], index) < 0) fail(report, cposix_stage_descriptors);
    }
    if (dup3(report, count, O_CLOEXEC) < 0) fail(report, cposix_stage_descriptors);
    report = count;
    close_from(count + 1);

    if (request->directory && chdir(request->directory) != 0) fail(report, cposix_stage_directory);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(request->path, request->arguments, request->environment);
    fail(report, cposix_stage_exec);
}

pid_t cposix_spawn(const struct cposix_spawn_request *request, struct cposix_spawn_failure *failure) {
    int report[2];
    failure->stage = 0;
    failure->error = 0;
    if (request->descriptor_count < 0 || request->descriptor_count > 16) {
        *failure = (struct cposix_spawn_failure){.stage = cposix_stage_descriptors, .error = EINVAL};
        return -1;
    }
    if (pipe2(report, O_CLOEXEC) != 0) {
        *failure = (struct cposix_spawn_failure){.stage = cposix_stage_pipe, .error = errno};
        return -1;
    }
    // No handler of ours may run in the child.
    sigset_t every, before;
    sigfillset(&every);
    pthread_sigmask(SIG_SETMASK, &every, &before);
    pid_t parent = getpid();
    pid_t pid = _Fork();
    if (pid == 0) {
        close(report[0]);
        child(request, report[1], parent);
    }
    int fork_error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(report[1]);
    if (pid < 0) {
        close(report[0]);
        *failure = (struct cposix_spawn_failure){.stage = cposix_stage_fork, .error = fork_error};
        return -1;
    }
    ssize_t got;
    do {
        got = read(report[0], failure, sizeof *failure);
    } while (got < 0 && errno == EINTR);
    close(report[0]);
    if (got == (ssize_t)sizeof *failure) {
        int status;
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
        return -1;
    }
    failure->stage = 0;
    failure->error = 0;
    return pid;
}

int cposix_pipe(int descriptors[2]) { return pipe2(descriptors, O_CLOEXEC); }

int cposix_pipe_size(int descriptor, int bytes) { return fcntl(descriptor, F_SETPIPE_SZ, bytes); }

ssize_t cposix_tee(int from, int to, size_t count) { return tee(from, to, count, SPLICE_F_NONBLOCK); }

ssize_t cposix_splice(int from, int to, size_t count) {
    return splice(from, NULL, to, NULL, count, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
}

int cposix_close_on_exec(int descriptor) { return fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

int cposix_nonblocking(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    return flags < 0 ? -1 : fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
}

int cposix_unread(int descriptor) {
    int count = 0;
    return ioctl(descriptor, FIONREAD, &count) == 0 ? count : -1;
}

int cposix_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int cposix_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int cposix_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int cposix_pidfd_signal(int pidfd, int signal) { return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0); }

int cposix_pidfd_wait(int pidfd, int *code, int *status) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    int result;
    do {
        result = waitid((idtype_t)CPOSIX_P_PIDFD, (id_t)pidfd, &info, WEXITED);
    } while (result < 0 && errno == EINTR);
    *code = info.si_code;
    *status = info.si_status;
    return result;
}

int cposix_is_main_thread(void) { return getpid() == gettid(); }

int cposix_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

int cposix_hide_memory(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

int cposix_syncfs(int descriptor) { return syncfs(descriptor); }

char **cposix_environment(void) { return environ; }

static atomic_int caught[NSIG];

static void report_signal(int number) {
    int saved = errno;
    int descriptor = atomic_load(&caught[number]) - 1;
    unsigned char byte = (unsigned char)number;
    if (descriptor >= 0) {
        ssize_t written = write(descriptor, &byte, 1);
        (void)written;
    }
    errno = saved;
}

int cposix_catch_signal(int number, int descriptor) {
    if (number < 1 || number >= NSIG) {
        errno = EINVAL;
        return -1;
    }
    atomic_store(&caught[number], descriptor + 1);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = descriptor < 0 ? SIG_DFL : report_signal;
    action.sa_flags = SA_RESTART;
    sigfillset(&action.sa_mask);
    return sigaction(number, &action, NULL);
}

int cposix_ignore_signal(int number) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_IGN;
    return sigaction(number, &action, NULL);
}
