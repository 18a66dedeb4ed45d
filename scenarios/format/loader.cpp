#include "scenarios/format/loader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "scenarios/format/policy_rows.hpp"
#include "scenarios/format/value.hpp"

namespace orrery {

namespace {

/// Defaults nest as far as policies have policies with defaults; a table that goes round is a bug.
constexpr std::size_t recursion_max = 4 * document_depth_max;

struct Context {
    Measures measures = {};
    std::size_t depth = 0;
};

std::string found(const Node& node) {
    switch (node.type) {
        case Node::Type::null:
            return "no value";
        case Node::Type::scalar:
            return in_quotes(node.text);
        case Node::Type::mapping:
            return "a mapping";
        case Node::Type::sequence:
            return "a list";
        case Node::Type::broken:
            return "something broken";
    }
    return {};
}

/// What may stand where a policy is due.
std::string policy_forms(const Catalog& catalog, const Child& child) {
    const std::string names = joined(row_names(catalog, child.family));
    if (!child.measures) return fmt::format("one of {}, or a mapping such as {{{}: NAME, ...}}", names, child.key);
    const bool has_constant = constant_of(catalog, child).row != nullptr;
    return fmt::format("{}a mapping such as {{{}: NAME, ...}}, where NAME is one of {}",
                       has_constant ? std::string(kind_name(*child.measures)) + " or " : "", child.key, names);
}

class Loader {
public:
    Loader(const Catalog& catalog, Errors& errors) : catalog_(catalog), errors_(errors) {}

    /// `own_keys`: those that `table` does not declare and that the caller has read.
    Settings section(const Node& mapping, const Table& table, Context context,
                     const std::vector<std::string>& own_keys = {});

private:
    void parameter(const Node& value, const Parameter& parameter, Context context, Settings& into);
    void list(const Node& value, const Parameter& parameter, Settings& into);
    void child(const Node::Entry& entry, const Child& child, Context context, Settings& into);
    void section_child(const Node::Entry& entry, const Child& child, Context context, Settings& into);
    void sections(const Node::Entry& entry, const Child& child, Context context, Settings& into);
    std::optional<Choice> tagged(const Node& item, const Child& child, Context context);
    std::optional<Choice> policy(const Node& node, const Child& child, Context context);
    std::optional<Choice> constant(const Node& scalar, const Child& child, Context context);
    std::optional<Choice> overridden_short_form(const Node& node, const Child& child, Context context);
    const RowInfo* row(const Child& child, const Node& name);
    const RowInfo* fallback_row(const Node& mapping, const Child& child);
    void fill(const Node& mapping, const Table& table, Context context, Settings& into);
    void fill_child(const Node& mapping, const Child& child, Context context, Settings& into);
    bool is(Node::Type type, std::string_view expected, const std::string& name, const Node& node);

    const Catalog& catalog_;
    Errors& errors_;
};

template <class Named>
const Named* named(const std::vector<Named>& all, std::string_view name) {
    const auto found_at = std::find_if(all.begin(), all.end(), [&](const Named& one) { return one.name == name; });
    return found_at == all.end() ? nullptr : &*found_at;
}

std::vector<std::string> keys_of(const Table& table, std::vector<std::string> own_keys) {
    for (const Parameter& parameter : table.parameters) own_keys.push_back(parameter.name);
    for (const Child& child : table.children) own_keys.push_back(child.name);
    return own_keys;
}

/// Whether `node` has that type; reports it otherwise, unless something about it is reported already.
bool Loader::is(Node::Type type, std::string_view expected, const std::string& name, const Node& node) {
    if (node.type == Node::Type::broken) return false;
    const Node& shown = node.head.empty() ? node : node.head.front();
    if (shown.type == type) return true;
    errors_.add(node.where, fmt::format("'{}': found {}, expected {}", name, found(shown), expected));
    return false;
}

Settings Loader::section(const Node& mapping, const Table& table, Context context,
                         const std::vector<std::string>& own_keys) {
    ORRERY_CHECK(++context.depth < recursion_max, "the scenario table nests without end");
    Settings settings;
    settings.set_where(mapping.where);
    for (const Node::Entry& entry : mapping.entries) {
        if (const Parameter* declared = named(table.parameters, entry.key)) {
            parameter(entry.value, *declared, context, settings);
        } else if (const Child* part = named(table.children, entry.key)) {
            child(entry, *part, context, settings);
        } else if (std::find(own_keys.begin(), own_keys.end(), entry.key) == own_keys.end()) {
            errors_.add(entry.where, unknown_name("key", entry.key, keys_of(table, own_keys)));
        }
    }
    fill(mapping, table, context, settings);
    return settings;
}

void Loader::parameter(const Node& value, const Parameter& parameter, Context context, Settings& into) {
    if (parameter.kind == Kind::list) return list(value, parameter, into);
    if (!is(Node::Type::scalar, allowed(parameter, context.measures), parameter.name, value)) return;
    if (!value.head.empty())
        return errors_.add(value.where, fmt::format("'{}' is {}: nothing can be set inside it", parameter.name,
                                                    allowed(parameter, context.measures)));
    Parsed<Value> parsed = read_scalar(parameter, context.measures, value.text);
    if (!parsed) return errors_.add(value.where, fmt::format("'{}': {}", parameter.name, parsed.error));
    into.set(parameter.name, std::move(*parsed.value), value.where);
}

void Loader::list(const Node& value, const Parameter& parameter, Settings& into) {
    // One value stands for a list of one: `node: 3`.
    if (value.type == Node::Type::scalar && value.head.empty())
        return into.set(parameter.name, std::vector{value.text}, value.where);
    if (!is(Node::Type::sequence, "a list", parameter.name, value)) return;
    std::vector<std::string> items;
    for (const Node& item : value.items)
        if (is(Node::Type::scalar,
               "a single value in each item (put it in quotes if it holds ': ', brackets or braces)", parameter.name,
               item))
            items.push_back(item.text);
    into.set(parameter.name, std::move(items), value.where);
}

void Loader::child(const Node::Entry& entry, const Child& child, Context context, Settings& into) {
    switch (child.shape) {
        case Child::Shape::section:
            return section_child(entry, child, context, into);
        case Child::Shape::sections:
        case Child::Shape::tagged:
            return sections(entry, child, context, into);
        case Child::Shape::policy:
            if (std::optional<Choice> choice = policy(entry.value, child, context))
                into.add(child.name, std::move(*choice), entry.where);
            return;
    }
}

void Loader::section_child(const Node::Entry& entry, const Child& child, Context context, Settings& into) {
    if (!is(Node::Type::mapping, "a mapping", child.name, entry.value)) return;
    into.add(child.name, {"", section(entry.value, *child.table, context)}, entry.where);
}

void Loader::sections(const Node::Entry& entry, const Child& child, Context context, Settings& into) {
    if (!is(Node::Type::sequence, "a list of mappings", child.name, entry.value)) return;
    for (const Node& item : entry.value.items) {
        if (!is(Node::Type::mapping, "a mapping in each item", child.name, item)) continue;
        if (child.shape == Child::Shape::tagged) {
            if (std::optional<Choice> choice = tagged(item, child, context))
                into.add(child.name, std::move(*choice), entry.where);
        } else {
            into.add(child.name, {"", section(item, *child.table, context)}, entry.where);
        }
    }
}

std::optional<Choice> Loader::tagged(const Node& item, const Child& child, Context context) {
    const std::vector<std::string> names = row_names(catalog_, child.family);
    static const Table nothing_common;
    const Table& common = child.table ? *child.table : nothing_common;
    const Node::Entry* tag = nullptr;
    bool strange = false;
    for (const Node::Entry& entry : item.entries) {
        if (std::find(names.begin(), names.end(), entry.key) == names.end()) {
            strange = strange ||
                      (named(common.parameters, entry.key) == nullptr && named(common.children, entry.key) == nullptr);
        } else if (tag != nullptr) {
            errors_.add(entry.where, fmt::format("'{}' beside '{}'; an item of '{}' has one of {}", entry.key, tag->key,
                                                 child.name, joined(names)));
        } else {
            tag = &entry;
        }
    }
    Choice choice;
    choice.common = section(item, common, context, names);
    if (tag == nullptr) {
        if (!strange)
            errors_.add(item.where, fmt::format("an item of '{}' needs one of {}", child.name, joined(names)));
        return std::nullopt;
    }
    if (!is(Node::Type::mapping, "a mapping ({} if there is nothing to say)", tag->key, tag->value))
        return std::nullopt;
    choice.row = tag->key;
    choice.settings = section(tag->value, find_row(catalog_, child.family, tag->key)->table, context);
    return choice;
}

const RowInfo* Loader::row(const Child& child, const Node& name) {
    const RowInfo* found_row = find_row(catalog_, child.family, name.text);
    if (found_row == nullptr)
        errors_.add(name.where, unknown_name(child.key, name.text, row_names(catalog_, child.family)));
    return found_row;
}

std::optional<Choice> Loader::constant(const Node& scalar, const Child& child, Context context) {
    const std::vector<std::string> names = row_names(catalog_, child.family);
    const auto [constant_row, value_parameter] = constant_of(catalog_, child);
    if (constant_row == nullptr) {
        errors_.add(scalar.where, fmt::format("'{}': found {}, expected {}", child.name, in_quotes(scalar.text),
                                              policy_forms(catalog_, child)));
        return std::nullopt;
    }
    Parsed<Value> parsed = read_scalar(*value_parameter, context.measures, scalar.text);
    if (!parsed && std::find(names.begin(), names.end(), scalar.text) != names.end()) {
        errors_.add(scalar.where, fmt::format("'{}': a single value here is a constant; write {{{}: {}, ...}}",
                                              child.name, child.key, scalar.text));
        return std::nullopt;
    }
    if (!parsed) {
        errors_.add(scalar.where, fmt::format("'{}': {}", child.name, parsed.error));
        return std::nullopt;
    }
    Choice choice{constant_row->name, {}};
    choice.settings.set_where(scalar.where);
    choice.settings.set(value_parameter->name, std::move(*parsed.value), scalar.where);
    Node written_out(Node::Type::mapping, scalar.where);
    written_out.entries.push_back({value_parameter->name, scalar.where, scalar});
    fill(written_out, constant_row->table, context, choice.settings);
    return choice;
}

std::optional<Choice> Loader::policy(const Node& node, const Child& child, Context context) {
    if (child.measures) context.measures = child.measures;
    if (node.type == Node::Type::scalar && child.measures) return constant(node, child, context);
    if (node.type == Node::Type::scalar) {
        const RowInfo* chosen = row(child, node);
        if (chosen == nullptr) return std::nullopt;
        return Choice{chosen->name, section(Node{Node::Type::mapping, node.where}, chosen->table, context)};
    }
    if (node.head.empty() && !is(Node::Type::mapping, policy_forms(catalog_, child), child.name, node))
        return std::nullopt;
    const Node::Entry* key = node.find(child.key);
    if (key != nullptr &&
        !is(Node::Type::scalar, "one of " + joined(row_names(catalog_, child.family)), child.key, key->value))
        return std::nullopt;
    if (key == nullptr && !node.head.empty()) return overridden_short_form(node, child, context);
    const RowInfo* chosen = key != nullptr ? row(child, key->value) : fallback_row(node, child);
    if (chosen == nullptr) return std::nullopt;
    return Choice{chosen->name, section(node, chosen->table, context, {child.key})};
}

/// The row of a mapping that leaves its key out.
const RowInfo* Loader::fallback_row(const Node& mapping, const Child& child) {
    const RowInfo* chosen = child.fallback ? find_row(catalog_, child.family, *child.fallback) : nullptr;
    if (chosen != nullptr) return chosen;
    for (const Node::Entry& entry : mapping.entries) {
        if (nearest_name(entry.key, {child.key}).empty()) continue;
        errors_.add(entry.where, unknown_name("key", entry.key, {child.key}));
        return nullptr;
    }
    errors_.add(mapping.where, fmt::format("'{}': missing key '{}'; it is one of {}", child.name, child.key,
                                           joined(row_names(catalog_, child.family))));
    return nullptr;
}

/// A `--set` reached inside a scalar that was short for a mapping: the mapping written out.
std::optional<Choice> Loader::overridden_short_form(const Node& node, const Child& child, Context context) {
    const Node& scalar = node.head.front();
    const Constant constant = constant_of(catalog_, child);
    const RowInfo* chosen = child.measures ? constant.row : row(child, scalar);
    if (chosen == nullptr) return std::nullopt;
    Node mapping = node;
    if (child.measures && node.find(constant.parameter->name) == nullptr)
        mapping.entries.push_back({constant.parameter->name, scalar.where, scalar});
    return Choice{chosen->name, section(mapping, chosen->table, context, {child.key})};
}

void Loader::fill(const Node& mapping, const Table& table, Context context, Settings& into) {
    for (const Parameter& parameter : table.parameters) {
        if (into.has(parameter.name) || mapping.find(parameter.name) != nullptr) continue;
        if (!parameter.fallback) {
            errors_.add(mapping.where,
                        fmt::format("missing key '{}': {}", parameter.name, allowed(parameter, context.measures)));
        } else if (!parameter.fallback->empty()) {
            into.set(parameter.name, read_fallback(parameter, context.measures));
        }
    }
    for (const Child& child : table.children)
        if (mapping.find(child.name) == nullptr) fill_child(mapping, child, context, into);
}

void Loader::fill_child(const Node& mapping, const Child& child, Context context, Settings& into) {
    if (!child.fallback) {
        if (child.presence == Child::Presence::required)
            errors_.add(mapping.where, fmt::format("missing key '{}': {}", child.name, child.doc));
        return;
    }
    Errors none({"the scenario table"});
    Loader defaults(catalog_, none);
    Node given{Node::Type::mapping};
    if (child.shape == Child::Shape::section) {
        into.add(child.name, {"", defaults.section(given, *child.table, context)});
        // Not all of it has a default: then it has to be given after all.
        for (const Problem& problem : none.problems())
            errors_.add(mapping.where, fmt::format("'{}': {}", child.name, problem.message));
        return;
    }
    const bool is_row = find_row(catalog_, child.family, *child.fallback) != nullptr;
    if (!is_row) given = Node{Node::Type::scalar, {}, *child.fallback};
    if (std::optional<Choice> choice = defaults.policy(given, child, context)) into.add(child.name, std::move(*choice));
    ORRERY_CHECK(none.empty(), "the default of " + child.name + " is malformed: " + ScenarioError(none).what());
}

}  // namespace

Settings load(const Document& document, const Table& top, const Catalog& catalog) {
    Errors errors = document.errors;
    Settings settings = Loader(catalog, errors).section(document.root, top, {});
    errors.throw_if_any();
    return settings;
}

}  // namespace orrery
