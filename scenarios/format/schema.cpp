#include "scenarios/format/schema.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "scenarios/format/policy_rows.hpp"
#include "scenarios/format/value.hpp"

namespace orrery {

namespace {

using Json = nlohmann::ordered_json;

/// A number as units.hpp reads it, then one of the units.
std::string quantity_pattern(const Parameter& parameter, Kind kind) {
    std::string units;
    for (std::string_view rest = kind_units(kind); !rest.empty();) {
        const std::size_t comma = rest.find(", ");
        units += (units.empty() ? "" : "|") + std::string(rest.substr(0, comma));
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 2);
    }
    if (kind == Kind::duration) units += "|\u00b5s";
    const std::string number =
        std::string(parameter.least < 0 ? "-?" : "") + "(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?";
    const bool unit_optional = kind == Kind::ratio;
    const std::string unit = units.empty() ? "" : "(" + units + ")" + (unit_optional ? "?" : "");
    return "^[ \\t]*" + number + unit + "[ \\t]*$";
}

bool has_bare_numbers(Kind kind) {
    return kind == Kind::count || kind == Kind::real || kind == Kind::ratio;
}

/// 64 rather than 64.0.
Json plain_number(double number) {
    constexpr double exact_max = 0x1p53;
    if (number == std::floor(number) && number > -exact_max && number < exact_max)
        return static_cast<std::int64_t>(number);
    return number;
}

Json number_schema(const Parameter& parameter, Kind kind) {
    Json text = {{"type", "string"}, {"pattern", quantity_pattern(parameter, kind)}};
    if (!has_bare_numbers(kind)) return text;
    Json number = {{"type", kind == Kind::count ? "integer" : "number"}};
    if (parameter.least > -unlimited) number["minimum"] = plain_number(parameter.least);
    if (parameter.most < unlimited) number["maximum"] = plain_number(parameter.most);
    return {{"anyOf", {number, text}}};
}

Json value_schema(const Parameter& parameter, Measures measures) {
    Json single = {{"type", {"string", "number", "boolean"}}};
    switch (const Kind kind = text_kind(parameter, measures)) {
        case Kind::count:
        case Kind::real:
        case Kind::ratio:
        case Kind::duration:
        case Kind::bytes:
        case Kind::bandwidth:
        case Kind::rate:
        case Kind::quantity:
            return number_schema(parameter, kind);
        // Quotes make no difference to `load`.
        case Kind::flag:
            return {{"enum", {true, false, "true", "false"}}};
        case Kind::choice:
            return {{"enum", parameter.choices}};
        case Kind::text:
            return single;
        case Kind::list:
            return {{"anyOf", {Json{{"type", "array"}, {"items", single}}, single}}};
    }
    return {};
}

Json default_value(const Parameter& parameter, Measures measures) {
    const Value value = read_fallback(parameter, measures);
    if (const auto* flag = std::get_if<bool>(&value)) return *flag;
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* list = std::get_if<std::vector<std::string>>(&value)) return *list;
    const Kind kind = text_kind(parameter, measures);
    if (kind == Kind::count) {
        if (const auto* count = std::get_if<std::int64_t>(&value)) return *count;
        return static_cast<std::int64_t>(std::get<double>(value));
    }
    if (kind == Kind::real) return plain_number(std::get<double>(value));
    return print_scalar(parameter, measures, value);
}

std::string description(const Parameter& parameter, Measures measures) {
    return fmt::format("{} ({})", parameter.doc, allowed(parameter, measures));
}

Json parameter_schema(const Parameter& parameter, Measures measures) {
    Json out = {{"description", description(parameter, measures)}};
    out.update(value_schema(parameter, measures));
    if (parameter.fallback && !parameter.fallback->empty()) out["default"] = default_value(parameter, measures);
    return out;
}

class SchemaWriter {
public:
    explicit SchemaWriter(const Catalog& catalog) : catalog_(catalog) {}

    Json object(const Table& table, Measures measures) {
        Json properties = Json::object();
        Json required = Json::array();
        for (const Parameter& parameter : table.parameters) {
            properties[parameter.name] = parameter_schema(parameter, measures);
            if (!parameter.fallback) required.push_back(parameter.name);
        }
        for (const Child& child : table.children) {
            properties[child.name] = child_schema(child, measures);
            if (!child.fallback && child.presence == Child::Presence::required) required.push_back(child.name);
        }
        Json out = {{"type", "object"}, {"properties", properties}};
        if (!required.empty()) out["required"] = required;
        out["additionalProperties"] = false;
        return out;
    }

    const Json& definitions() const { return definitions_; }

private:
    Json child_schema(const Child& child, Measures measures) {
        Json out = {{"description", child.doc}};
        if (child.shape == Child::Shape::section) out.update(object(*child.table, measures));
        if (child.shape == Child::Shape::sections)
            out.update(Json{{"type", "array"}, {"items", object(*child.table, measures)}});
        if (child.shape == Child::Shape::tagged)
            out.update(Json{{"type", "array"}, {"items", tagged(child, measures)}});
        if (child.shape == Child::Shape::policy) {
            out["$ref"] = "#/$defs/" + policy(child, child.measures ? child.measures : measures);
            if (child.fallback) out["default"] = *child.fallback;
        }
        return out;
    }

    /// Defines what `child` may hold and returns its name; once for all children that may hold the same.
    std::string policy(const Child& child, Measures measures) {
        const std::string measured = measures ? std::string(kind_key(*measures)) : "";
        std::string name =
            child.family + "." + child.key + (measures ? "." + measured : "") + (child.measures ? ".or_constant" : "");
        if (child.fallback && find_row(catalog_, child.family, *child.fallback) != nullptr)
            name += ".or_" + *child.fallback;
        if (definitions_.contains(name)) return name;
        definitions_[name] = Json::object();  // it may refer to itself
        Json alternatives = Json::array();
        add_short_form(child, measures, alternatives);
        for (const RowInfo* row : catalog_.rows(child.family))
            alternatives.push_back(row_schema(*row, child, measures));
        definitions_[name] = {{"anyOf", alternatives}};
        return name;
    }

    void add_short_form(const Child& child, Measures measures, Json& alternatives) {
        if (child.measures) {
            if (const Constant constant = constant_of(catalog_, child); constant.row != nullptr)
                alternatives.push_back(parameter_schema(*constant.parameter, child.measures));
            return;
        }
        for (const RowInfo* row : catalog_.rows(child.family)) {
            if (!object(row->table, measures).contains("required"))
                alternatives.push_back({{"description", row->summary}, {"const", row->name}});
        }
    }

    Json row_schema(const RowInfo& row, const Child& child, Measures measures) {
        Json out = {{"title", row.name}, {"description", row.summary}};
        Json rest = object(row.table, measures);
        Json properties = {{child.key, {{"description", row.source}, {"const", row.name}}}};
        properties.update(rest["properties"]);
        rest["properties"] = properties;
        Json required = child.fallback == row.name ? Json::array() : Json::array({child.key});
        if (rest.contains("required"))
            for (const Json& name : rest["required"]) required.push_back(name);
        rest.erase("required");
        if (!required.empty()) rest["required"] = required;
        out.update(rest);
        return out;
    }

    Json tagged(const Child& child, Measures measures) {
        Json out = child.table ? object(*child.table, measures) : object({}, measures);
        Json one_of = Json::array();
        for (const RowInfo* row : catalog_.rows(child.family)) {
            Json value = {{"description", row->summary}};
            value.update(object(row->table, measures));
            out["properties"][row->name] = value;
            one_of.push_back({{"required", {row->name}}});
        }
        out["oneOf"] = one_of;
        return out;
    }

    static std::string_view kind_key(Kind kind) {
        switch (kind) {
            case Kind::count:
                return "count";
            case Kind::real:
                return "real";
            case Kind::ratio:
                return "ratio";
            case Kind::duration:
                return "duration";
            case Kind::bytes:
                return "bytes";
            case Kind::bandwidth:
                return "bandwidth";
            case Kind::rate:
                return "rate";
            case Kind::quantity:
                return "quantity";
            case Kind::flag:
                return "flag";
            case Kind::choice:
                return "choice";
            case Kind::text:
                return "text";
            case Kind::list:
                return "list";
        }
        return "";
    }

    const Catalog& catalog_;
    Json definitions_ = Json::object();
};

}  // namespace

std::string json_schema(const Table& top, const Catalog& catalog) {
    SchemaWriter writer(catalog);
    const Json object = writer.object(top, {});
    Json out = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "Orrery scenario"}};
    out.update(object);
    if (!writer.definitions().empty()) out["$defs"] = writer.definitions();
    return out.dump(2) + "\n";
}

}  // namespace orrery
