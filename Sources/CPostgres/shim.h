#pragma once
#include <libpq-fe.h>
#include <sys/eventfd.h>

/* A descriptor that wakes a poll; children never inherit it. */
static inline int cpostgres_wakeup(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

static inline void cpostgres_ignore_notice(void *argument, const PGresult *notice) {
    (void)argument;
    (void)notice;
}

/* Notices go to stderr by default, where they could show values. */
static inline void cpostgres_silence(PGconn *connection) {
    PQsetNoticeReceiver(connection, cpostgres_ignore_notice, (void *)0);
}
