#pragma once
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// What Glibc hides from Swift (feature macros, variadics, mutable globals), and the fork that Swift may not do.

/// Where a spawn failed, written by the child or set by the parent.
enum cposix_stage {
    cposix_stage_pipe = 1,
    cposix_stage_fork = 2,
    cposix_stage_descriptors = 3,
    cposix_stage_directory = 4,
    cposix_stage_orphaned = 5,
    cposix_stage_exec = 6,
};

struct cposix_spawn_failure {
    int32_t stage;
    int32_t error;
};

struct cposix_spawn_request {
    const char *path;
    char *const *arguments;
    char *const *environment;
    const char *directory;      // null: the parent's
    const int32_t *descriptors; // the child's 0, 1, 2, …; -1 stands for /dev/null
    int32_t descriptor_count;
    int32_t dies_with_thread;   // SIGKILL when the thread that forked ends
    int32_t no_new_privileges;  // no descendant may become another user, and so out of our reach
    uint64_t lock_limit;        // RLIMIT_LOCKS to set, 0: as the parent's
};

/// Starts a program in a session of its own and returns its pid, or -1 with `failure` filled in.
pid_t cposix_spawn(const struct cposix_spawn_request *request, struct cposix_spawn_failure *failure);

int cposix_pipe(int descriptors[2]);
int cposix_pipe_size(int descriptor, int bytes);
/// Both never block. The C library's own are hidden from Swift.
ssize_t cposix_tee(int from, int to, size_t count);
ssize_t cposix_splice(int from, int to, size_t count);
int cposix_close_on_exec(int descriptor);
int cposix_nonblocking(int descriptor);
/// How many bytes wait in a pipe, or -1.
int cposix_unread(int descriptor);
int cposix_eventfd(void);
/// A file in memory, closed on exec; its name only shows in /proc.
int cposix_memory_file(const char *name);
int cposix_pidfd_open(pid_t pid);
int cposix_pidfd_signal(int pidfd, int signal);
/// Waits for the process of a pidfd; 0 with the siginfo code and status, or -1.
int cposix_pidfd_wait(int pidfd, int *code, int *status);
int cposix_is_main_thread(void);
int cposix_become_subreaper(void);
int cposix_hide_memory(void);
int cposix_syncfs(int descriptor);
char **cposix_environment(void);

/// Makes `signal` write its number, one byte, to `descriptor`; -1 gives the default disposition back.
int cposix_catch_signal(int signal, int descriptor);
int cposix_ignore_signal(int signal);
