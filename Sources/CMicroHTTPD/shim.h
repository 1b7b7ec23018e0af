#pragma once
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

// The variadic calls of libmicrohttpd, which Swift cannot call, with the arguments this project gives them.

/// Leaves percent escapes alone: targets are decoded once, segment by segment, where "%2F" and "%00" can be refused.
static inline size_t swiftlet_mhd_keep_escapes(void *owner, struct MHD_Connection *connection, char *text) {
    (void)owner;
    (void)connection;
    return strlen(text);
}

/// Starts a daemon with one epoll thread on a listening socket. That thread takes no signals.
static inline struct MHD_Daemon *swiftlet_mhd_start(
    int socket, unsigned int connections, unsigned int idle_seconds, size_t memory_per_connection,
    void *(*begin)(void *owner, const char *target, struct MHD_Connection *connection),
    MHD_AccessHandlerCallback receive, MHD_RequestCompletedCallback end, MHD_NotifyConnectionCallback change,
    void *owner) {
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, receive, owner,
        MHD_OPTION_LISTEN_SOCKET, (MHD_socket)socket,
        MHD_OPTION_CONNECTION_LIMIT, connections,
        MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory_per_connection,
        MHD_OPTION_UNESCAPE_CALLBACK, &swiftlet_mhd_keep_escapes, (void *)NULL,
        MHD_OPTION_URI_LOG_CALLBACK, begin, owner,
        MHD_OPTION_NOTIFY_COMPLETED, end, owner,
        MHD_OPTION_NOTIFY_CONNECTION, change, owner,
        MHD_OPTION_END);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return daemon;
}

/// The socket of a connection, or -1.
static inline int swiftlet_mhd_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

/// What the callback for changes has kept for a connection, or NULL.
static inline void *swiftlet_mhd_kept(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/// The address of the client, or NULL.
static inline const struct sockaddr *swiftlet_mhd_client(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : NULL;
}

/// Bytes of the request line and the headers; 0 before they are complete.
static inline size_t swiftlet_mhd_header_size(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info ? info->header_size : 0;
}
