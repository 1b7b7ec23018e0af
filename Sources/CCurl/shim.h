#pragma once
#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>

// The variadic calls of libcurl, which Swift cannot call, one for each kind of argument.

static inline CURLcode swiftlet_curl_set_number(CURL *call, CURLoption option, long value) {
    return curl_easy_setopt(call, option, value);
}

static inline CURLcode swiftlet_curl_set_text(CURL *call, CURLoption option, const char *value) {
    return curl_easy_setopt(call, option, value);
}

static inline CURLcode swiftlet_curl_set_headers(CURL *call, struct curl_slist *list) {
    return curl_easy_setopt(call, CURLOPT_HTTPHEADER, list);
}

/// The body is not copied: it must outlive the call. Without any bytes libcurl would read one from its standard input.
static inline CURLcode swiftlet_curl_set_body(CURL *call, const void *bytes, curl_off_t count) {
    CURLcode code = curl_easy_setopt(call, CURLOPT_POSTFIELDSIZE_LARGE, count);
    return code == CURLE_OK ? curl_easy_setopt(call, CURLOPT_POSTFIELDS, bytes ? bytes : "") : code;
}

/// Who takes the answer, who may abort, and who opens sockets; all three are handed `owner`.
static inline CURLcode swiftlet_curl_set_callbacks(
    CURL *call, curl_write_callback write, curl_xferinfo_callback progress, curl_opensocket_callback open, void *owner) {
    CURLcode codes[] = {
        curl_easy_setopt(call, CURLOPT_WRITEFUNCTION, write),
        curl_easy_setopt(call, CURLOPT_WRITEDATA, owner),
        curl_easy_setopt(call, CURLOPT_XFERINFOFUNCTION, progress),
        curl_easy_setopt(call, CURLOPT_XFERINFODATA, owner),
        curl_easy_setopt(call, CURLOPT_NOPROGRESS, 0L),
        curl_easy_setopt(call, CURLOPT_OPENSOCKETFUNCTION, open),
        curl_easy_setopt(call, CURLOPT_OPENSOCKETDATA, owner),
    };
    for (unsigned i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i] != CURLE_OK) return codes[i];
    return CURLE_OK;
}

/// Nothing but HTTP and HTTPS, also where a library older than 7.85 knows the other name of the option only.
static inline CURLcode swiftlet_curl_allow_http_only(CURL *call) {
#if LIBCURL_VERSION_NUM >= 0x075500
    return curl_easy_setopt(call, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    return curl_easy_setopt(call, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

static inline long swiftlet_curl_status(CURL *call) {
    long status = 0;
    curl_easy_getinfo(call, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

/// What `Retry-After` says, in seconds from now; 0 where it is missing.
static inline curl_off_t swiftlet_curl_retry_after(CURL *call) {
    curl_off_t seconds = 0;
    curl_easy_getinfo(call, CURLINFO_RETRY_AFTER, &seconds);
    return seconds;
}

/// A failed attempt to open a socket, as libcurl wants to be told of it.
static inline curl_socket_t swiftlet_curl_no_socket(void) { return CURL_SOCKET_BAD; }

/// The address that libcurl is about to connect to.
static inline const struct sockaddr *swiftlet_curl_address(const struct curl_sockaddr *target) { return &target->addr; }
