#pragma once
#include <cstdint>
#include <memory>
#include <string>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/// A regular expression in ECMAScript's dialect as far as PCRE2 can speak it. Compiled once, matched by any thread.
class Pattern {
public:
    /// Nothing where PCRE2 cannot read it, or where it is longer than a pattern in a specification has reason to be.
    static std::unique_ptr<Pattern> compile(const std::string &text);

    /// What matching may still cost in one check; callouts between the pattern's items count it down.
    struct Budget {
        int64_t left = 1000000;
    };

    /// Whether it is found anywhere in the text. True also where that cannot be told within the budget: what is not known to
    /// be wrong is left to the connector.
    bool isFound(const char *text, size_t length, Budget &budget) const;

private:
    explicit Pattern(pcre2_code *code) : code(code, pcre2_code_free) {}

    std::unique_ptr<pcre2_code, decltype(&pcre2_code_free)> code;
};
