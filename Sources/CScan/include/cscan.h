#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Finds the ends of JSON strings, objects and arrays without reading what is inside.
// Never reads behind `count`. CSCAN_NONE: the text ends before the value does.

#define CSCAN_NONE SIZE_MAX

struct cscan_masks {
    uint64_t quotes, backslashes, opens, closes;
};

/// One bit for each of 64 bytes.
static inline struct cscan_masks cscan_block(const uint8_t *bytes) {
    struct cscan_masks masks = {0, 0, 0, 0};
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
    const __m128i open = _mm_set1_epi8('{'), close = _mm_set1_epi8('}'), lower = _mm_set1_epi8(0x20);
    for (int i = 0; i < 4; i++) {
        __m128i v = _mm_loadu_si128((const __m128i *)(bytes + 16 * i));
        // '[' and ']' differ from '{' and '}' in the bit 0x20 alone.
        __m128i folded = _mm_or_si128(v, lower);
        masks.quotes |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, quote)) << (16 * i);
        masks.backslashes |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, backslash)) << (16 * i);
        masks.opens |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(folded, open)) << (16 * i);
        masks.closes |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(folded, close)) << (16 * i);
    }
#else
    for (int i = 0; i < 64; i++) {
        uint8_t byte = bytes[i], folded = byte | 0x20;
        masks.quotes |= (uint64_t)(byte == '"') << i;
        masks.backslashes |= (uint64_t)(byte == '\\') << i;
        masks.opens |= (uint64_t)(folded == '{') << i;
        masks.closes |= (uint64_t)(folded == '}') << i;
    }
#endif
    return masks;
}

/// The bytes that a backslash escapes. `carry`: whether the block's first byte is escaped; then the next block's.
static inline uint64_t cscan_escaped(uint64_t backslashes, uint64_t *carry) {
    if (!backslashes) {
        uint64_t escaped = *carry;
        *carry = 0;
        return escaped;
    }
    const uint64_t even = 0x5555555555555555ULL;
    backslashes &= ~*carry;
    uint64_t follows = backslashes << 1 | *carry;
    uint64_t odd_starts = backslashes & ~even & ~follows;
    uint64_t sequences;
    *carry = __builtin_add_overflow(odd_starts, backslashes, &sequences);
    return (even ^ sequences << 1) & follows;
}

/// Each bit becomes the parity of itself and all below it: the inside of strings, from their quotes.
static inline uint64_t cscan_prefix_xor(uint64_t bits) {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^= bits << 32;
    return bits;
}

/// The index behind the object or array that opens at `at`. Braces inside strings do not count.
static inline size_t cscan_nested_end(const uint8_t *bytes, size_t at, size_t count) {
    uint64_t carry = 0, inside = 0;
    int64_t depth = 0;
    for (; at < count; at += 64) {
        uint8_t padded[64];
        const uint8_t *block = bytes + at;
        if (count - at < 64) {
            memset(padded, ' ', sizeof padded);
            memcpy(padded, block, count - at);
            block = padded;
        }
        struct cscan_masks masks = cscan_block(block);
        uint64_t escaped = cscan_escaped(masks.backslashes, &carry);
        uint64_t strings = cscan_prefix_xor(masks.quotes & ~escaped) ^ inside;
        inside = (uint64_t)((int64_t)strings >> 63);
        uint64_t opens = masks.opens & ~strings, closes = masks.closes & ~strings;
        if (!(opens | closes)) continue;
        int closing = __builtin_popcountll(closes);
        if (depth > closing) {
            depth += __builtin_popcountll(opens) - closing;
            continue;
        }
        for (uint64_t left = opens | closes; left; left &= left - 1) {
            uint64_t bit = left & -left;
            if (opens & bit) {
                depth++;
            } else if (--depth == 0) {
                return at + (size_t)__builtin_ctzll(left) + 1;
            }
        }
    }
    return CSCAN_NONE;
}

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
