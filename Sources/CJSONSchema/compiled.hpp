#pragma once
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "library.hpp"
#include "pattern.hpp"

/// A schema as valijson read it, and what it does not keep. Constant once it is built.
struct cjsonschema {
    /// Throws what says why it cannot be read.
    cjsonschema(const char *text, size_t length);

    valijson::Schema schema;
    /// The subschema of each place.
    std::vector<const valijson::Subschema *> places;
    std::unordered_map<const valijson::Subschema *, uint32_t> placeOf;
    /// By its text; nothing where PCRE2 cannot read it.
    std::unordered_map<std::string, std::unique_ptr<Pattern>> patterns;

    /// A member of a place that may have one value only: it can tell alternatives apart.
    struct Tag {
        std::string name;
        const valijson::Subschema *value;
    };
    std::vector<std::vector<Tag>> tags;
    /// The types that a place's own `type` allows, as bits of valijson's numbers; 0 where it does not say.
    std::vector<uint32_t> types;

private:
    void findPlaces(size_t count);
    void readPatterns(const Value &place);
    void readTags(const Value &definitions, const Value &place, std::vector<Tag> &found);
    void readTypes(const Value &place, uint32_t &found);
};
