#pragma once
#include <stddef.h>
#include <stdint.h>

// JSON Schema draft-07, read by valijson over nlohmann-json, patterns by PCRE2. No C++ exception leaves this library.
//
// A schema comes in as `{"definitions": {"0": …, "1": …}, "allOf": […]}`: every subschema is a definition of its own, its
// number is its place, and wherever one stands in another it is written `{"$ref": "#/definitions/<place>"}`. Place 0 is
// the whole schema. `allOf` names all places, the last one first. The Swift module JSONSchema writes that form.

#ifdef __cplusplus
extern "C" {
#endif

/// What a value does not fulfil. The words for it are the caller's: it has the schema of the place.
enum cjsonschema_rule {
    CJSONSCHEMA_TYPE,
    CJSONSCHEMA_ENUM,
    CJSONSCHEMA_CONST,
    CJSONSCHEMA_MINIMUM,
    CJSONSCHEMA_EXCLUSIVE_MINIMUM,
    CJSONSCHEMA_MAXIMUM,
    CJSONSCHEMA_EXCLUSIVE_MAXIMUM,
    CJSONSCHEMA_MULTIPLE_OF,
    CJSONSCHEMA_MIN_LENGTH,
    CJSONSCHEMA_MAX_LENGTH,
    CJSONSCHEMA_PATTERN,
    CJSONSCHEMA_FORMAT,
    CJSONSCHEMA_MIN_ITEMS,
    CJSONSCHEMA_MAX_ITEMS,
    CJSONSCHEMA_UNIQUE_ITEMS,
    CJSONSCHEMA_ADDITIONAL_ITEMS,
    CJSONSCHEMA_CONTAINS,
    CJSONSCHEMA_MIN_PROPERTIES,
    CJSONSCHEMA_MAX_PROPERTIES,
    CJSONSCHEMA_PROPERTY_NAMES,
    /// The path is that of the member that should not be there.
    CJSONSCHEMA_ADDITIONAL_PROPERTIES,
    /// The path is that of the member that is not there.
    CJSONSCHEMA_REQUIRED,
    CJSONSCHEMA_NOT,
    /// No alternative of the place's `anyOf` or `oneOf` fits, and none is meant more than the others.
    CJSONSCHEMA_NO_ALTERNATIVE,
    /// None of them is even of the value's type.
    CJSONSCHEMA_ALTERNATIVE_TYPE,
    /// The member at the path tells the alternatives apart, and has none of their values.
    CJSONSCHEMA_UNKNOWN_TAG,
    /// Several alternatives of `oneOf` fit.
    CJSONSCHEMA_SEVERAL_ALTERNATIVES,
};

enum cjsonschema_outcome {
    CJSONSCHEMA_FITS,
    CJSONSCHEMA_DIFFERS,
    /// The text is no JSON, or holds a number that no double holds.
    CJSONSCHEMA_UNREADABLE,
    /// To tell would take too long or nest too deep.
    CJSONSCHEMA_EXHAUSTED,
    CJSONSCHEMA_FAILED,
};

struct cjsonschema_violation {
    enum cjsonschema_rule rule;
    uint32_t place;
    /// Dotted, with `[0]` for the elements of an array; empty for the whole value.
    const char *path;
    size_t path_length;
    /// With CJSONSCHEMA_REQUIRED and CJSONSCHEMA_UNKNOWN_TAG: the member.
    const char *member;
    size_t member_length;
};

typedef struct cjsonschema cjsonschema;

/// NULL where the schema cannot be read; `reason` then says why. The result is never written again: any number of threads
/// may check with it at once.
cjsonschema *cjsonschema_compile(const char *text, size_t length, char *reason, size_t reason_capacity);
void cjsonschema_free(cjsonschema *schema);

/// Reports up to `limit` violations, from within the call. A value nested deeper than the caller of this can bear must not
/// come here.
enum cjsonschema_outcome cjsonschema_check(
    const cjsonschema *schema, const char *text, size_t length, size_t limit,
    void (*report)(void *context, const struct cjsonschema_violation *violation), void *context);

/// Whether a regular expression can be compiled here.
int32_t cjsonschema_reads_pattern(const char *pattern, size_t length);

#ifdef __cplusplus
}
#endif
