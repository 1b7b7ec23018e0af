#include "pattern.hpp"

namespace {
    constexpr size_t longestPattern = 4096;
    constexpr size_t longestSubject = 16384;
    constexpr uint32_t mostMatchCalls = 1000000;
    constexpr uint32_t mostHeapKibibytes = 8192;

    using Context = std::unique_ptr<pcre2_compile_context, decltype(&pcre2_compile_context_free)>;

    /// Called before each item of the pattern. An item may run over the rest of the text, so that counts too.
    int count(pcre2_callout_block *block, void *data) {
        auto *budget = static_cast<Pattern::Budget *>(data);
        budget->left -= 1 + static_cast<int64_t>((block->subject_length - block->current_position) / 64);
        return budget->left < 0 ? PCRE2_ERROR_CALLOUT : 0;
    }
}

std::unique_ptr<Pattern> Pattern::compile(const std::string &text) {
    if (text.size() > longestPattern) return nullptr;
    Context context(pcre2_compile_context_create(nullptr), pcre2_compile_context_free);
    if (!context) return nullptr;
    pcre2_set_compile_extra_options(context.get(), PCRE2_EXTRA_ALT_BSUX);
    pcre2_set_parens_nest_limit(context.get(), 100);
    const uint32_t options = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_ALLOW_EMPTY_CLASS | PCRE2_MATCH_UNSET_BACKREF
        | PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT;
    int error = 0;
    PCRE2_SIZE offset = 0;
    auto *code = pcre2_compile(
        reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), options, &error, &offset, context.get());
    return code ? std::unique_ptr<Pattern>(new Pattern(code)) : nullptr;
}

bool Pattern::isFound(const char *text, size_t length, Budget &budget) const {
    if (length > longestSubject || budget.left < 0) return true;
    std::unique_ptr<pcre2_match_context, decltype(&pcre2_match_context_free)> context(
        pcre2_match_context_create(nullptr), pcre2_match_context_free);
    std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> found(
        pcre2_match_data_create(1, nullptr), pcre2_match_data_free);
    if (!context || !found) return true;
    pcre2_set_callout(context.get(), count, &budget);
    pcre2_set_match_limit(context.get(), mostMatchCalls);
    pcre2_set_heap_limit(context.get(), mostHeapKibibytes);
    const int result = pcre2_match(
        code.get(), reinterpret_cast<PCRE2_SPTR>(text), length, 0, 0, found.get(), context.get());
    return result != PCRE2_ERROR_NOMATCH;
}
