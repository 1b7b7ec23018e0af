#include "walk.hpp"

#include <cmath>
#include <set>

#include "format.hpp"

using valijson::Subschema;
using namespace valijson::constraints;

namespace {
    constexpr int64_t mostSteps = 500000;
    constexpr int deepest = 128;
    constexpr size_t longestName = 64;
    constexpr size_t longestPath = 512;

    /// Where in the value we are: a member or an element of what `outer` leads to.
    struct Path {
        const Path *outer;
        const char *name;
        size_t length;
        size_t index;

        Path(const Path *outer, const char *name, size_t length) : outer(outer), name(name), length(length), index(0) {}
        Path(const Path *outer, size_t index) : outer(outer), name(nullptr), length(0), index(index) {}

        static std::string text(const Path *path) {
            if (!path) return "";
            std::string result = text(path->outer);
            if (result.size() > longestPath) return result;
            if (!path->name) return result + "[" + std::to_string(path->index) + "]";
            if (!result.empty()) result += ".";
            // Names come from the value, so they are cut, and cleaned of what would spoil a line.
            size_t end = path->length > longestName ? longestName : path->length;
            while (end < path->length && end > 0 && (path->name[end] & 0xc0) == 0x80) end--;
            for (size_t at = 0; at < end; at++) {
                const auto byte = static_cast<unsigned char>(path->name[at]);
                result += byte < ' ' || byte == 0x7f ? '?' : path->name[at];
            }
            return end < path->length ? result + "…" : result;
        }
    };

    /// What all walkers of one check share.
    struct Check {
        const cjsonschema &schema;
        size_t limit;
        std::vector<Finding> &findings;
        Pattern::Budget patterns = {};
        int64_t steps = mostSteps;
        int depth = 0;
        /// valijson's own visitor wants a place for regular expressions; none reaches it.
        std::unordered_map<std::string, std::regex> none = {};

        void charge(int64_t cost) {
            steps -= cost;
            if (steps < 0) throw Exhausted();
        }
    };

    /// Takes one value through one subschema. What holds other subschemas is walked here, under a budget; what is said of
    /// the value itself valijson judges, but for what it gets wrong.
    class Walker : public ConstraintVisitor {
    public:
        Walker(Check &check, const Value &value, const Path *path, bool isLoud)
            : check(check), value(value), path(path), isLoud(isLoud) {}

        bool fits(const Subschema &subschema) {
            if (++check.depth > deepest) throw Exhausted();
            check.charge(1);
            const Subschema *before = current;
            current = &subschema;
            const bool result = isOfTypes(typesOf(current)) ? fitsRules(subschema) : report(CJSONSCHEMA_TYPE);
            current = before;
            check.depth--;
            return result;
        }

        bool fitsRules(const Subschema &subschema) {
            bool result = true;
            Subschema::ApplyFunction apply = [this, &result](const Constraint &constraint) {
                check.charge(1);
                result = constraint.accept(*this) && result;
                return result || isLoud;
            };
            if (isLoud) subschema.apply(apply); else subschema.applyStrict(apply);
            return result;
        }

        // What holds other subschemas

        bool visit(const AllOfConstraint &all) override {
            bool result = true;
            all.applyToSubschemas([this, &result](unsigned int, const Subschema *subschema) {
                result = fits(*subschema) && result;
                return result || isLoud;
            });
            return result;
        }

        bool visit(const AnyOfConstraint &any) override {
            std::vector<const Subschema *> alternatives;
            any.applyToSubschemas([&alternatives](unsigned int, const Subschema *subschema) {
                alternatives.push_back(subschema);
                return true;
            });
            for (const auto *alternative : alternatives) {
                if (fitsQuietly(*alternative)) return true;
            }
            if (isLoud) explain(alternatives);
            return false;
        }

        bool visit(const OneOfConstraint &one) override {
            std::vector<const Subschema *> alternatives;
            size_t fitting = 0;
            one.applyToSubschemas([this, &alternatives, &fitting](unsigned int, const Subschema *subschema) {
                alternatives.push_back(subschema);
                if (fitsQuietly(*subschema)) fitting++;
                return true;
            });
            if (fitting == 1) return true;
            if (fitting > 1) return report(CJSONSCHEMA_SEVERAL_ALTERNATIVES);
            if (isLoud) explain(alternatives);
            return false;
        }

        bool visit(const NotConstraint &constraint) override {
            return !fitsQuietly(*constraint.getSubschema()) || report(CJSONSCHEMA_NOT);
        }

        bool visit(const ConditionalConstraint &constraint) override {
            const auto *chosen = fitsQuietly(*constraint.getIfSubschema())
                ? constraint.getThenSubschema() : constraint.getElseSubschema();
            return !chosen || fits(*chosen);
        }

        bool visit(const ContainsConstraint &constraint) override {
            if (!value.is_array()) return true;
            for (const auto &element : value) {
                if (Walker(check, element, path, false).fits(*constraint.getSubschema())) return true;
            }
            return report(CJSONSCHEMA_CONTAINS);
        }

        bool visit(const DependenciesConstraint &constraint) override {
            if (!value.is_object()) return true;
            bool result = true;
            constraint.applyToPropertyDependencies([this, &result](const auto &name, const auto &needed) {
                if (!member(name)) return true;
                for (const auto &other : needed) result = isThere(other) && result;
                return true;
            });
            constraint.applyToSchemaDependencies([this, &result](const auto &name, const Subschema *subschema) {
                if (member(name)) result = fits(*subschema) && result;
                return true;
            });
            return result;
        }

        bool visit(const LinearItemsConstraint &constraint) override {
            if (!value.is_array()) return true;
            bool result = true;
            const size_t count = constraint.getItemSubschemaCount();
            constraint.applyToItemSubschemas([this, &result](unsigned int index, const Subschema *subschema) {
                if (index < value.size()) result = element(index, *subschema) && result;
                return result || isLoud;
            });
            const auto *additional = constraint.getAdditionalItemsSubschema();
            if (value.size() <= count) return result;
            if (!additional) return report(CJSONSCHEMA_ADDITIONAL_ITEMS);
            for (size_t index = count; index < value.size() && (result || isLoud); index++) {
                result = element(index, *additional) && result;
            }
            return result;
        }

        bool visit(const SingularItemsConstraint &constraint) override {
            const auto *subschema = constraint.getItemsSubschema();
            if (!value.is_array() || !subschema) return true;
            bool result = true;
            for (size_t index = 0; index < value.size() && (result || isLoud); index++) {
                result = element(index, *subschema) && result;
            }
            return result;
        }

        bool visit(const PropertiesConstraint &constraint) override {
            if (!value.is_object()) return true;
            bool result = true;
            std::set<const Value *> known;
            constraint.applyToProperties([this, &result, &known](const auto &name, const Subschema *subschema) {
                const Value *found = member(name);
                if (!found) return true;
                known.insert(found);
                result = inner(name.data(), name.size(), *found, *subschema) && result;
                return result || isLoud;
            });
            constraint.applyToPatternProperties([this, &result, &known](const auto &text, const Subschema *subschema) {
                const auto *pattern = patternOf(std::string(text.data(), text.size()));
                for (const auto &entry : value.items()) {
                    check.charge(1);
                    const char *name = entry.key().data();
                    const size_t length = entry.key().size();
                    if (pattern && !pattern->isFound(name, length, check.patterns)) continue;
                    known.insert(&entry.value());
                    result = inner(name, length, entry.value(), *subschema) && result;
                }
                return result || isLoud;
            });
            const auto *additional = constraint.getAdditionalPropertiesSubschema();
            for (const auto &entry : value.items()) {
                if (known.count(&entry.value())) continue;
                check.charge(1);
                const Path here(path, entry.key().data(), entry.key().size());
                if (additional) {
                    result = Walker(check, entry.value(), &here, isLoud).fits(*additional) && result;
                } else {
                    result = report(CJSONSCHEMA_ADDITIONAL_PROPERTIES, &here);
                }
                if (!result && !isLoud) return false;
            }
            return result;
        }

        bool visit(const PropertyNamesConstraint &constraint) override {
            if (!value.is_object()) return true;
            for (const auto &entry : value.items()) {
                if (!Walker(check, Value(entry.key()), path, false).fits(*constraint.getSubschema())) {
                    return report(CJSONSCHEMA_PROPERTY_NAMES);
                }
            }
            return true;
        }

        bool visit(const RequiredConstraint &constraint) override {
            if (!value.is_object()) return true;
            bool result = true;
            constraint.applyToRequiredProperties([this, &result](const auto &name) {
                result = isThere(name) && result;
                return result || isLoud;
            });
            return result;
        }

        // What is said of the value itself

        bool visit(const ConstConstraint &constraint) override { return judge(constraint, CJSONSCHEMA_CONST); }

        bool visit(const EnumConstraint &constraint) override {
            constraint.applyToValues([this](const auto &) {
                check.charge(1);
                return true;
            });
            return judge(constraint, CJSONSCHEMA_ENUM);
        }

        bool visit(const FormatConstraint &constraint) override {
            if (!value.is_string()) return true;
            const auto &text = value.get_ref<const std::string &>();
            check.charge(static_cast<int64_t>(text.size() / 64));
            return isOfFormat(text, constraint.getFormat()) || report(CJSONSCHEMA_FORMAT);
        }

        bool visit(const PatternConstraint &constraint) override {
            if (!value.is_string()) return true;
            const auto *pattern = patternOf(constraint.getPattern<std::string::allocator_type>());
            const auto &text = value.get_ref<const std::string &>();
            return !pattern || pattern->isFound(text.data(), text.size(), check.patterns)
                || report(CJSONSCHEMA_PATTERN);
        }

        // To valijson a whole number above 2^63 is a negative one.
        bool visit(const MaximumConstraint &constraint) override {
            if (!value.is_number()) return true;
            const double number = value.get<double>();
            if (!constraint.getExclusiveMaximum()) return number <= constraint.getMaximum() || report(CJSONSCHEMA_MAXIMUM);
            return number < constraint.getMaximum() || report(CJSONSCHEMA_EXCLUSIVE_MAXIMUM);
        }

        bool visit(const MinimumConstraint &constraint) override {
            if (!value.is_number()) return true;
            const double number = value.get<double>();
            if (!constraint.getExclusiveMinimum()) return number >= constraint.getMinimum() || report(CJSONSCHEMA_MINIMUM);
            return number > constraint.getMinimum() || report(CJSONSCHEMA_EXCLUSIVE_MINIMUM);
        }

        bool visit(const MaxItemsConstraint &constraint) override { return judge(constraint, CJSONSCHEMA_MAX_ITEMS); }
        bool visit(const MaxLengthConstraint &constraint) override { return judge(constraint, CJSONSCHEMA_MAX_LENGTH); }
        bool visit(const MinItemsConstraint &constraint) override { return judge(constraint, CJSONSCHEMA_MIN_ITEMS); }
        bool visit(const MinLengthConstraint &constraint) override { return judge(constraint, CJSONSCHEMA_MIN_LENGTH); }

        bool visit(const MaxPropertiesConstraint &constraint) override {
            return judge(constraint, CJSONSCHEMA_MAX_PROPERTIES);
        }

        bool visit(const MinPropertiesConstraint &constraint) override {
            return judge(constraint, CJSONSCHEMA_MIN_PROPERTIES);
        }

        // valijson cuts a fraction off before it divides by a whole number, and takes text that reads like a number.
        bool visit(const MultipleOfDoubleConstraint &constraint) override { return divides(constraint.getDivisor()); }

        bool visit(const MultipleOfIntConstraint &constraint) override {
            const int64_t divisor = constraint.getDivisor();
            if (value.is_number_integer() && !value.is_number_unsigned()) return value.get<int64_t>() % divisor == 0 || report(CJSONSCHEMA_MULTIPLE_OF);
            if (value.is_number_unsigned()) return value.get<uint64_t>() % static_cast<uint64_t>(divisor) == 0 || report(CJSONSCHEMA_MULTIPLE_OF);
            return divides(static_cast<double>(divisor));
        }

        // Looked at before all else, and not by valijson: to it 1.0 is no whole number.
        bool visit(const TypeConstraint &) override { return true; }

        bool visit(const UniqueItemsConstraint &constraint) override {
            if (!value.is_array()) return true;
            const int64_t count = value.size();
            check.charge(count * count / 2);
            return judge(constraint, CJSONSCHEMA_UNIQUE_ITEMS);
        }

        bool visit(const PolyConstraint &) override { return true; }

    private:
        Check &check;
        const Value &value;
        const Path *path;
        const bool isLoud;
        const Subschema *current = nullptr;

        template <class Rule> bool judge(const Rule &rule, cjsonschema_rule name) {
            valijson::ValidationVisitor<Adapter> library(
                Adapter(value), {}, true, nullptr, check.none);
            return library.visit(rule) || report(name);
        }

        bool report(cjsonschema_rule rule) { return report(rule, path); }

        /// Always false, for the one who reports to return.
        bool report(cjsonschema_rule rule, const Path *where, const std::string &member = "") {
            if (!isLoud || check.findings.size() >= check.limit) return false;
            check.findings.push_back({rule, placeOf(current), Path::text(where), member});
            return false;
        }

        bool fitsQuietly(const Subschema &subschema) { return Walker(check, value, path, false).fits(subschema); }

        bool inner(const char *name, size_t length, const Value &member, const Subschema &subschema) {
            const Path here(path, name, length);
            return Walker(check, member, &here, isLoud).fits(subschema);
        }

        bool element(size_t index, const Subschema &subschema) {
            const Path here(path, index);
            return Walker(check, value[index], &here, isLoud).fits(subschema);
        }

        template <class Name> const Value *member(const Name &name) {
            check.charge(1);
            const auto found = value.find(std::string(name.data(), name.size()));
            return found == value.end() ? nullptr : &*found;
        }

        template <class Name> bool isThere(const Name &name) {
            if (member(name)) return true;
            const Path missing(path, name.data(), name.size());
            return report(CJSONSCHEMA_REQUIRED, &missing, std::string(name.data(), name.size()));
        }

        const Pattern *patternOf(const std::string &text) const {
            const auto found = check.schema.patterns.find(text);
            return found == check.schema.patterns.end() ? nullptr : found->second.get();
        }

        bool divides(double divisor) {
            if (!value.is_number()) return true;
            const double times = value.get<double>() / divisor;
            const double rest = std::fabs(times - std::round(times));
            const bool fits = std::isfinite(times) && rest <= 1e-9 * std::fmax(1.0, std::fabs(times));
            return fits || report(CJSONSCHEMA_MULTIPLE_OF);
        }

        bool isOf(TypeConstraint::JsonType type) const {
            switch (type) {
            case TypeConstraint::kArray: return value.is_array();
            case TypeConstraint::kBoolean: return value.is_boolean();
            case TypeConstraint::kNull: return value.is_null();
            case TypeConstraint::kNumber: return value.is_number();
            case TypeConstraint::kObject: return value.is_object();
            case TypeConstraint::kString: return value.is_string();
            case TypeConstraint::kInteger:
                return value.is_number_integer()
                    || (value.is_number_float() && std::trunc(value.get<double>()) == value.get<double>());
            default: return true;
            }
        }

        bool isOfTypes(uint32_t types) const {
            if (types == 0) return true;
            for (unsigned type = 0; type < 32; type++) {
                if ((types & (1u << type)) && isOf(static_cast<TypeConstraint::JsonType>(type))) return true;
            }
            return false;
        }

        uint32_t placeOf(const Subschema *subschema) const {
            const auto found = check.schema.placeOf.find(subschema);
            return found == check.schema.placeOf.end() ? 0 : found->second;
        }

        /// Nothing is asked of the kind of a subschema that has no place: the library makes an empty one for the members
        /// that a schema does not speak of.
        uint32_t typesOf(const Subschema *subschema) const {
            const auto found = check.schema.placeOf.find(subschema);
            return found == check.schema.placeOf.end() ? 0 : check.schema.types[found->second];
        }

        /// Reports what keeps the value from the one alternative that is meant, or that none is.
        void explain(const std::vector<const Subschema *> &alternatives) {
            std::vector<const Subschema *> meant;
            for (const auto *alternative : alternatives) {
                if (isNamed(placeOf(alternative))) meant.push_back(alternative);
            }
            if (meant.size() == 1) {
                fits(*meant[0]);
                return;
            }
            if (meant.empty() && explainTag(alternatives)) return;
            meant.clear();
            for (const auto *alternative : alternatives) {
                if (isOfTypes(typesOf(alternative))) meant.push_back(alternative);
            }
            if (meant.size() == 1) {
                fits(*meant[0]);
                return;
            }
            report(meant.empty() ? CJSONSCHEMA_ALTERNATIVE_TYPE : CJSONSCHEMA_NO_ALTERNATIVE);
        }

        /// Whether the members that tell alternatives apart are this one's, and at least one of them is there.
        bool isNamed(uint32_t place) {
            if (!value.is_object()) return false;
            bool isThere = false;
            for (const auto &tag : check.schema.tags[place]) {
                const auto *found = member(tag.name);
                if (!found) continue;
                if (!Walker(check, *found, path, false).fits(*tag.value)) return false;
                isThere = true;
            }
            return isThere;
        }

        /// Where all alternatives are told apart by the same member, reports that member. False where there is none.
        bool explainTag(const std::vector<const Subschema *> &alternatives) {
            if (!value.is_object() || alternatives.empty()) return false;
            for (const auto &candidate : check.schema.tags[placeOf(alternatives[0])]) {
                bool isInAll = true;
                for (const auto *alternative : alternatives) {
                    bool isIn = false;
                    for (const auto &tag : check.schema.tags[placeOf(alternative)]) isIn = isIn || tag.name == candidate.name;
                    isInAll = isInAll && isIn;
                }
                if (!isInAll) continue;
                const Path here(path, candidate.name.data(), candidate.name.size());
                report(CJSONSCHEMA_UNKNOWN_TAG, &here, candidate.name);
                return true;
            }
            return false;
        }
    };
}

bool walk(const cjsonschema &schema, const Value &value, size_t limit, std::vector<Finding> &findings) {
    Check check{schema, limit, findings};
    return Walker(check, value, nullptr, true).fits(*schema.places.at(0));
}
