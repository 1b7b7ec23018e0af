#pragma once
#include <string>
#include <vector>

#include "cjsonschema.h"
#include "compiled.hpp"

/// To go on would take too long or nest too deep.
struct Exhausted {};

struct Finding {
    cjsonschema_rule rule;
    uint32_t place;
    std::string path;
    std::string member;
};

/// Whether the value fits the schema; up to `limit` findings say where it does not. Throws Exhausted.
bool walk(const cjsonschema &schema, const Value &value, size_t limit, std::vector<Finding> &findings);
