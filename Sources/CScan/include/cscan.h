#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Finds the ends of JSON strings, objects and arrays without reading what is inside.
// Never reads behind `count`. CSCAN_NONE: the text ends before the value does.
//
// What walks over values does so in blocks of 64 bytes: with vectors on x86-64 and ARM64, and on every machine, under a
// name that ends in `_by_words`, eight bytes at a time. Elsewhere, and with CSCAN_PORTABLE, both are the same.

#define CSCAN_NONE SIZE_MAX

/// The index behind the object or array that opens at `at`. Braces inside strings do not count.
size_t cscan_nested_end(const uint8_t *bytes, size_t at, size_t count);
size_t cscan_nested_end_by_words(const uint8_t *bytes, size_t at, size_t count);

/// The bytes around the `data` of a record that was read in full. A line with the same bytes around a whole object that
/// is not empty says the same about itself.
struct cscan_memo {
    /// From the line's start to the opening brace of `data`, which is the last.
    const uint8_t *prefix;
    size_t prefix_length;
    /// Behind `data`, up to a number that differs from line to line, or to the end of the line.
    const uint8_t *head;
    size_t head_length;
    /// Behind the number to the end of the line, without its newline.
    const uint8_t *tail;
    size_t tail_length;
    int32_t has_number;
};

struct cscan_lines {
    /// The index behind the newline of the last line.
    size_t end;
    size_t records;
    /// The bytes of their `data`.
    size_t data;
    /// What was put out.
    size_t written;
    /// Whether there was no room for the next one.
    int32_t is_full;
};

/// The lines from `at` on that are like the one remembered, up to the first that is not or that does not end.
struct cscan_lines cscan_lines_alike(const uint8_t *bytes, size_t at, size_t count, const struct cscan_memo *memo);
struct cscan_lines cscan_lines_alike_by_words(
    const uint8_t *bytes, size_t at, size_t count, const struct cscan_memo *memo);

/// The same, putting the lines out with another prefix, `length` bytes long, as far as there is room.
struct cscan_lines cscan_rename(
    const uint8_t *bytes, size_t at, size_t count, const struct cscan_memo *memo, const uint8_t *prefix, size_t length,
    uint8_t *out, size_t room);
struct cscan_lines cscan_rename_by_words(
    const uint8_t *bytes, size_t at, size_t count, const struct cscan_memo *memo, const uint8_t *prefix, size_t length,
    uint8_t *out, size_t room);

/// The index of the quote that ends the string whose first byte inside is `at`; `escapes` is set if it holds any.
static inline size_t cscan_string_end(const uint8_t *bytes, size_t at, size_t count, int *escapes) {
    *escapes = 0;
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
    while (count - at >= 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(bytes + at));
        int quotes = _mm_movemask_epi8(_mm_cmpeq_epi8(v, quote));
        int backslashes = _mm_movemask_epi8(_mm_cmpeq_epi8(v, backslash));
        if (!(quotes | backslashes)) {
            at += 16;
            continue;
        }
        size_t first = (size_t)__builtin_ctz((unsigned)(quotes | backslashes));
        at += first;
        if (bytes[at] == '"') return at;
        *escapes = 1;
        if (count - at < 2) return CSCAN_NONE;
        at += 2;
    }
#endif
    while (at < count) {
        if (bytes[at] == '"') return at;
        if (bytes[at] == '\\') {
            *escapes = 1;
            if (count - at < 2) return CSCAN_NONE;
            at++;
        }
        at++;
    }
    return CSCAN_NONE;
}

/// Whether the bytes of `part` stand anywhere in `bytes`.
static inline int cscan_contains(const uint8_t *bytes, size_t count, const uint8_t *part, size_t length) {
    const uint8_t *end = bytes + count;
    while (length <= (size_t)(end - bytes)) {
        const uint8_t *first = memchr(bytes, part[0], (size_t)(end - bytes) - length + 1);
        if (!first) return 0;
        if (memcmp(first, part, length) == 0) return 1;
        bytes = first + 1;
    }
    return 0;
}
