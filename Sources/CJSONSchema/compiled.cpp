#include "compiled.hpp"

#include <algorithm>
#include <cstdlib>

using valijson::constraints::TypeConstraint;

namespace {
    constexpr size_t referenceLength = sizeof("#/definitions/") - 1;

    const Value *member(const Value &object, const std::string &name) {
        if (!object.is_object()) return nullptr;
        const auto found = object.find(name);
        return found == object.end() ? nullptr : &*found;
    }

    size_t place(const Value &reference) {
        const auto *target = member(reference, "$ref");
        if (!target || !target->is_string() || target->get_ref<const std::string &>().size() <= referenceLength) {
            throw std::runtime_error("a subschema is no reference to a place");
        }
        return std::strtoul(target->get_ref<const std::string &>().c_str() + referenceLength, nullptr, 10);
    }
}

cjsonschema::cjsonschema(const char *source, size_t length) {
    const auto document = Value::parse(source, source + length, nullptr, false);
    if (document.is_discarded()) throw std::runtime_error("it holds a number that is too big");
    const auto *definitions = member(document, "definitions");
    if (!definitions || !definitions->is_object()) throw std::runtime_error("it has no places");

    valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(Adapter(document), schema);
    findPlaces(definitions->size());
    tags.resize(places.size());
    types.resize(places.size());
    for (size_t index = 0; index < places.size(); index++) {
        const auto *definition = member(*definitions, std::to_string(index));
        if (!definition) throw std::runtime_error("a place is missing");
        readPatterns(*definition);
        readTags(*definitions, *definition, tags[index]);
        readTypes(*definition, types[index]);
    }
}

/// The root's `allOf` holds every place, the last one first.
void cjsonschema::findPlaces(size_t count) {
    valijson::Subschema::ApplyFunction read = [this](const valijson::constraints::Constraint &constraint) {
        if (const auto *all = dynamic_cast<const valijson::constraints::AllOfConstraint *>(&constraint)) {
            all->applyToSubschemas([this](unsigned int, const valijson::Subschema *place) {
                places.push_back(place);
                return true;
            });
        }
        return true;
    };
    schema.apply(read);
    std::reverse(places.begin(), places.end());
    if (places.size() != count) throw std::runtime_error("its places are not all named");
    for (size_t index = 0; index < count; index++) placeOf[places[index]] = static_cast<uint32_t>(index);
}

void cjsonschema::readPatterns(const Value &place) {
    const auto read = [this](const std::string &text) {
        if (patterns.count(text) == 0) patterns[text] = Pattern::compile(text);
    };
    if (const auto *pattern = member(place, "pattern")) read(pattern->get<std::string>());
    if (const auto *members = member(place, "patternProperties")) {
        for (const auto &entry : members->items()) read(entry.key());
    }
}

void cjsonschema::readTags(
    const Value &definitions, const Value &place, std::vector<Tag> &found
) {
    const auto *properties = member(place, "properties");
    if (!properties) return;
    for (const auto &property : properties->items()) {
        const size_t target = ::place(property.value());
        const auto *values = member(definitions, std::to_string(target));
        if (!values || target >= places.size()) continue;
        const auto *listed = member(*values, "enum");
        if (member(*values, "const") || (listed && listed->size() == 1)) found.push_back({property.key(), places[target]});
    }
}

void cjsonschema::readTypes(const Value &place, uint32_t &found) {
    const auto *type = member(place, "type");
    if (!type) return;
    const auto add = [&found](const Value &name) {
        found |= 1u << TypeConstraint::jsonTypeFromString(name.get<std::string>());
    };
    if (type->is_string()) return add(*type);
    for (const auto &name : *type) add(name);
}
