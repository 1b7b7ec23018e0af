#include "cscan.h"

typedef uint8_t cscan_block __attribute__((vector_size(64)));
typedef _Bool cscan_flags __attribute__((ext_vector_type(64)));

// The loader picks what the processor can do; AVX-512 needs half the time of SSE2.
#if defined(__x86_64__)
#define CSCAN_VARIANTS __attribute__((target_clones("avx512bw", "avx2", "default")))
#else
#define CSCAN_VARIANTS
#endif
#define CSCAN_INLINE static inline __attribute__((always_inline))

/// One bit for each byte that is `byte` once the bits of `fold` are set in it.
CSCAN_INLINE uint64_t cscan_bits(const cscan_block *block, uint8_t byte, uint8_t fold) {
    cscan_flags flags = __builtin_convertvector((*block | fold) == byte, cscan_flags);
    uint64_t bits;
    memcpy(&bits, &flags, sizeof bits);
    return bits;
}

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

CSCAN_VARIANTS
size_t cscan_nested_end(const uint8_t *bytes, size_t at, size_t count) {
    uint64_t carry = 0, inside = 0;
    int64_t depth = 0;
    for (; at < count; at += sizeof(cscan_block)) {
        cscan_block block;
        if (count - at < sizeof block) {
            memset(&block, ' ', sizeof block);
            memcpy(&block, bytes + at, count - at);
        } else {
            memcpy(&block, bytes + at, sizeof block);
        }
        uint64_t escaped = cscan_escaped(cscan_bits(&block, '\\', 0), &carry);
        uint64_t strings = cscan_prefix_xor(cscan_bits(&block, '"', 0) & ~escaped) ^ inside;
        inside = (uint64_t)((int64_t)strings >> 63);
        // '[' and ']' differ from '{' and '}' in the bit 0x20 alone.
        uint64_t opens = cscan_bits(&block, '{', 0x20) & ~strings, closes = cscan_bits(&block, '}', 0x20) & ~strings;
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
