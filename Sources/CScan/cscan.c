#include "cscan.h"

#define CSCAN_INLINE static inline __attribute__((always_inline))
#define CSCAN_BLOCK 64

/// Little-endian, wherever it runs.
CSCAN_INLINE uint64_t cscan_word(const uint8_t *bytes) {
    uint64_t word = 0;
    for (int index = 0; index < 8; index++) word |= (uint64_t)bytes[index] << 8 * index;
    return word;
}

/// One bit for each byte that is `byte` once the bits of `fold` are set in it, eight bytes at a time.
CSCAN_INLINE uint64_t cscan_bits_by_words(const uint8_t *block, uint8_t byte, uint8_t fold) {
    const uint64_t ones = 0x0101010101010101ULL, low = 0x7F7F7F7F7F7F7F7FULL;
    uint64_t bits = 0;
    for (int index = 0; index < CSCAN_BLOCK / 8; index++) {
        uint64_t differs = (cscan_word(block + 8 * index) | ones * fold) ^ ones * byte;
        uint64_t equal = ~(((differs & low) + low) | differs | low) >> 7;
        bits |= (equal * 0x0102040810204080ULL >> 56) << 8 * index;
    }
    return bits;
}

#if (defined(__x86_64__) || defined(__aarch64__)) && !defined(CSCAN_PORTABLE)
#define CSCAN_VECTORS 1
typedef uint8_t cscan_vector __attribute__((vector_size(CSCAN_BLOCK)));
typedef _Bool cscan_flags __attribute__((ext_vector_type(CSCAN_BLOCK)));

CSCAN_INLINE uint64_t cscan_bits_by_vectors(const uint8_t *block, uint8_t byte, uint8_t fold) {
    cscan_vector vector;
    memcpy(&vector, block, sizeof vector);
    cscan_flags flags = __builtin_convertvector((vector | fold) == byte, cscan_flags);
    uint64_t bits;
    memcpy(&bits, &flags, sizeof bits);
    return bits;
}
#else
#define CSCAN_VECTORS 0
#define cscan_bits_by_vectors cscan_bits_by_words
#endif

// The loader picks what the processor can do; AVX-512 needs half the time of SSE2.
#if defined(__x86_64__) && CSCAN_VECTORS
#define CSCAN_VARIANTS __attribute__((target_clones("avx512bw", "avx2", "default")))
#else
#define CSCAN_VARIANTS
#endif

/// The bytes that a backslash escapes. `carry`: whether the block's first byte is escaped; then the next block's.
CSCAN_INLINE uint64_t cscan_escaped(uint64_t backslashes, uint64_t *carry) {
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
CSCAN_INLINE uint64_t cscan_prefix_xor(uint64_t bits) {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^= bits << 32;
    return bits;
}

/// `by_vectors` and `within_line` are constants wherever this is put in. `within_line`: a newline ends the search.
CSCAN_INLINE size_t cscan_walk(
    const uint8_t *bytes, size_t at, size_t count, const int within_line, const int by_vectors) {
#define CSCAN_BITS(byte, fold) \
    (by_vectors ? cscan_bits_by_vectors(block, byte, fold) : cscan_bits_by_words(block, byte, fold))
    uint64_t carry = 0, inside = 0;
    int64_t depth = 1;
    uint8_t last[CSCAN_BLOCK];
    for (at++; at < count; at += CSCAN_BLOCK) {
        const uint8_t *block = bytes + at;
        if (count - at < CSCAN_BLOCK) {
            memset(last, ' ', sizeof last);
            memcpy(last, block, count - at);
            block = last;
        }
        uint64_t escaped = cscan_escaped(CSCAN_BITS('\\', 0), &carry);
        uint64_t strings = cscan_prefix_xor(CSCAN_BITS('"', 0) & ~escaped) ^ inside;
        inside = (uint64_t)((int64_t)strings >> 63);
        // '[' and ']' differ from '{' and '}' in the bit 0x20 alone.
        uint64_t opens = CSCAN_BITS('{', 0x20) & ~strings, closes = CSCAN_BITS('}', 0x20) & ~strings;
        uint64_t newlines = within_line ? CSCAN_BITS('\n', 0) : 0;
        int closing = __builtin_popcountll(closes);
        if (depth > closing) {
            if (newlines) return CSCAN_NONE;
            depth += __builtin_popcountll(opens) - closing;
            continue;
        }
        for (uint64_t left = opens | closes; left; left &= left - 1) {
            uint64_t bit = left & -left;
            if (opens & bit) {
                depth++;
            } else if (--depth == 0) {
                return newlines & (bit - 1) ? CSCAN_NONE : at + (size_t)__builtin_ctzll(left) + 1;
            }
        }
        if (newlines) return CSCAN_NONE;
    }
    return CSCAN_NONE;
#undef CSCAN_BITS
}

/// Whether the line that begins at `at` is like the one remembered. `data` is then the end of its data, and the index
/// behind its newline is returned; else CSCAN_NONE.
CSCAN_INLINE size_t cscan_line(
    const uint8_t *bytes, size_t at, size_t count, const struct cscan_memo *memo, size_t *data, const int by_vectors) {
    if (count - at <= memo->prefix_length || memcmp(bytes + at, memo->prefix, memo->prefix_length) != 0) {
        return CSCAN_NONE;
    }
    size_t brace = at + memo->prefix_length - 1, first = brace + 1;
    while (first < count && (bytes[first] == ' ' || bytes[first] == '\t' || bytes[first] == '\r')) first++;
    // Data without a member is none.
    if (first == count || bytes[first] == '}') return CSCAN_NONE;
    size_t end = cscan_walk(bytes, brace, count, 1, by_vectors);
    if (end == CSCAN_NONE) return CSCAN_NONE;
    *data = end;
    if (count - end < memo->head_length || memcmp(bytes + end, memo->head, memo->head_length) != 0) return CSCAN_NONE;
    end += memo->head_length;
    if (memo->has_number) {
        size_t number = end;
        while (end < count && bytes[end] >= '0' && bytes[end] <= '9') end++;
        if (end == number || (bytes[number] == '0' && end - number > 1)) return CSCAN_NONE;
    }
    if (count - end <= memo->tail_length || memcmp(bytes + end, memo->tail, memo->tail_length) != 0) return CSCAN_NONE;
    end += memo->tail_length;
    return bytes[end] == '\n' ? end + 1 : CSCAN_NONE;
}

CSCAN_INLINE struct cscan_lines cscan_take(
    const uint8_t *bytes, size_t at, size_t count, const struct cscan_memo *memo, const int by_vectors) {
    struct cscan_lines lines = {.end = at};
    while (lines.end < count) {
        size_t data, next = cscan_line(bytes, lines.end, count, memo, &data, by_vectors);
        if (next == CSCAN_NONE) break;
        lines.data += data - (lines.end + memo->prefix_length - 1);
        lines.records++;
        lines.end = next;
    }
    return lines;
}

CSCAN_INLINE struct cscan_lines cscan_change(
    const uint8_t *bytes, size_t at, size_t count, const struct cscan_memo *memo, const uint8_t *prefix, size_t length,
    uint8_t *out, size_t room, const int by_vectors) {
    struct cscan_lines lines = {.end = at};
    while (lines.end < count) {
        size_t data, next = cscan_line(bytes, lines.end, count, memo, &data, by_vectors);
        if (next == CSCAN_NONE) break;
        size_t from = lines.end + memo->prefix_length;
        if (room - lines.written < length + (next - from)) {
            lines.is_full = 1;
            break;
        }
        memcpy(out + lines.written, prefix, length);
        memcpy(out + lines.written + length, bytes + from, next - from);
        lines.written += length + (next - from);
        lines.data += data - (from - 1);
        lines.records++;
        lines.end = next;
    }
    return lines;
}

CSCAN_VARIANTS
size_t cscan_nested_end(const uint8_t *bytes, size_t at, size_t count) {
    return cscan_walk(bytes, at, count, 0, CSCAN_VECTORS);
}

CSCAN_VARIANTS
struct cscan_lines cscan_lines_alike(
    const uint8_t *bytes, size_t at, size_t count, const struct cscan_memo *memo) {
    return cscan_take(bytes, at, count, memo, CSCAN_VECTORS);
}

CSCAN_VARIANTS
struct cscan_lines cscan_rename(
    const uint8_t *bytes, size_t at, size_t count, const struct cscan_memo *memo, const uint8_t *prefix, size_t length,
    uint8_t *out, size_t room) {
    return cscan_change(bytes, at, count, memo, prefix, length, out, room, CSCAN_VECTORS);
}

size_t cscan_nested_end_by_words(const uint8_t *bytes, size_t at, size_t count) {
    return cscan_walk(bytes, at, count, 0, 0);
}

struct cscan_lines cscan_lines_alike_by_words(
    const uint8_t *bytes, size_t at, size_t count, const struct cscan_memo *memo) {
    return cscan_take(bytes, at, count, memo, 0);
}

struct cscan_lines cscan_rename_by_words(
    const uint8_t *bytes, size_t at, size_t count, const struct cscan_memo *memo, const uint8_t *prefix, size_t length,
    uint8_t *out, size_t room) {
    return cscan_change(bytes, at, count, memo, prefix, length, out, room, 0);
}
