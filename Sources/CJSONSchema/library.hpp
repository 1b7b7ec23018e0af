#pragma once
// Without this valijson prints and aborts where it should throw.
#define VALIJSON_USE_EXCEPTIONS 1

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_visitor.hpp>

using Value = nlohmann::json;
using Adapter = valijson::adapters::NlohmannJsonAdapter;
