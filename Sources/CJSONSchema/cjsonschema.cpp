#include "cjsonschema.h"

#include <cstdio>
#include <new>
#include <pthread.h>

#include "compiled.hpp"
#include "pattern.hpp"
#include "walk.hpp"

namespace {
    /// valijson calls itself for every subschema that leads to another, and its frames are large. The pages cost nothing
    /// until they are touched.
    constexpr size_t compilerStack = size_t(256) << 20;

    struct Compilation {
        const char *text;
        size_t length;
        char *reason;
        size_t capacity;
        cjsonschema *result;
    };

    void *compile(void *argument) {
        auto *compilation = static_cast<Compilation *>(argument);
        try {
            compilation->result = new cjsonschema(compilation->text, compilation->length);
        } catch (const std::exception &error) {
            std::snprintf(compilation->reason, compilation->capacity, "%s", error.what());
        } catch (...) {
            std::snprintf(compilation->reason, compilation->capacity, "it cannot be read");
        }
        return nullptr;
    }
}

cjsonschema *cjsonschema_compile(const char *text, size_t length, char *reason, size_t reason_capacity) {
    Compilation compilation{text, length, reason, reason_capacity, nullptr};
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, compilerStack);
    const int status = pthread_create(&thread, &attributes, compile, &compilation);
    pthread_attr_destroy(&attributes);
    if (status != 0) {
        std::snprintf(reason, reason_capacity, "no thread could be started to read it");
        return nullptr;
    }
    pthread_join(thread, nullptr);
    return compilation.result;
}

void cjsonschema_free(cjsonschema *schema) { delete schema; }

enum cjsonschema_outcome cjsonschema_check(
    const cjsonschema *schema, const char *text, size_t length, size_t limit,
    void (*report)(void *, const struct cjsonschema_violation *), void *context
) {
    try {
        const auto document = Value::parse(text, text + length, nullptr, false);
        if (document.is_discarded()) return CJSONSCHEMA_UNREADABLE;
        std::vector<Finding> findings;
        if (walk(*schema, document, limit, findings)) return CJSONSCHEMA_FITS;
        for (const auto &finding : findings) {
            const cjsonschema_violation violation{
                finding.rule, finding.place, finding.path.data(), finding.path.size(), finding.member.data(),
                finding.member.size()};
            report(context, &violation);
        }
        return CJSONSCHEMA_DIFFERS;
    } catch (const Exhausted &) {
        return CJSONSCHEMA_EXHAUSTED;
    } catch (...) {
        return CJSONSCHEMA_FAILED;
    }
}

int32_t cjsonschema_reads_pattern(const char *pattern, size_t length) {
    try {
        return Pattern::compile(std::string(pattern, length)) != nullptr;
    } catch (...) {
        return 0;
    }
}
