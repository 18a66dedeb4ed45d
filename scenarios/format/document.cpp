#include "scenarios/format/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <variant>

#include "scenarios/format/tree.hpp"

namespace orrery {

namespace {

struct Append {};
using Step = std::variant<std::string, std::size_t, Append>;  ///< a key, an index, [+]

constexpr std::size_t steps_max = document_depth_max;

/// The items in brackets after a key; false if they are malformed.
bool read_brackets(std::string_view text, std::vector<Step>& steps) {
    while (!text.empty()) {
        const std::size_t end = text.find(']');
        if (text.front() != '[' || end == std::string_view::npos) return false;
        const std::string_view inside = text.substr(1, end - 1);
        std::size_t index = 0;
        const auto [rest, error] = std::from_chars(inside.data(), inside.data() + inside.size(), index);
        if (inside == "+") {
            steps.emplace_back(Append{});
        } else if (error == std::errc{} && rest == inside.data() + inside.size()) {
            steps.emplace_back(index);
        } else {
            return false;
        }
        text.remove_prefix(end + 1);
    }
    return true;
}

/// The steps of "faults[0].at"; nothing if it is malformed.
std::optional<std::vector<Step>> read_path(std::string_view path) {
    std::vector<Step> steps;
    while (true) {
        const std::size_t dot = path.find('.');
        const std::string_view part = path.substr(0, dot);
        const std::size_t bracket = std::min(part.find('['), part.size());
        if (bracket == 0) return std::nullopt;
        steps.emplace_back(std::string(part.substr(0, bracket)));
        if (!read_brackets(part.substr(bracket), steps) || steps.size() > steps_max) return std::nullopt;
        if (dot == std::string_view::npos) return steps;
        path.remove_prefix(dot + 1);
    }
}

std::string_view type_name(Node::Type type) {
    switch (type) {
        case Node::Type::null:
            return "nothing";
        case Node::Type::scalar:
            return "a single value";
        case Node::Type::mapping:
            return "a mapping";
        case Node::Type::sequence:
            return "a list";
        case Node::Type::broken:
            return "something broken";
    }
    return "";
}

/// What `key` names in `node`, created if it is missing. A scalar becomes the head of a mapping: it may be
/// short for a policy, which only `load` can tell.
Node* enter_key(Node& node, const std::string& key, Position where, Errors& errors) {
    if (node.type == Node::Type::null) node = Node{Node::Type::mapping, where};
    if (node.type == Node::Type::scalar) {
        Node mapping{Node::Type::mapping, where};
        mapping.head.push_back(std::move(node));
        node = std::move(mapping);
    }
    if (node.type == Node::Type::broken) return nullptr;
    if (node.type != Node::Type::mapping) {
        errors.add(where, fmt::format("{} is looked up in {}; use [0], [1], ... or [+] there", in_quotes(key),
                                      type_name(node.type)));
        return nullptr;
    }
    const auto found = std::find_if(node.entries.begin(), node.entries.end(),
                                    [&](const Node::Entry& entry) { return entry.key == key; });
    if (found != node.entries.end()) return &found->value;
    node.entries.push_back({key, where, Node{Node::Type::null, where}});
    return &node.entries.back().value;
}

Node* enter_item(Node& node, const Step& step, Position where, Errors& errors) {
    if (node.type == Node::Type::null) node = Node{Node::Type::sequence, where};
    if (node.type == Node::Type::broken) return nullptr;
    if (node.type != Node::Type::sequence) {
        errors.add(where, fmt::format("an item in brackets of {}; only a list has items", type_name(node.type)));
        return nullptr;
    }
    if (std::holds_alternative<Append>(step)) return &node.items.emplace_back(Node{Node::Type::null, where});
    const std::size_t index = std::get<std::size_t>(step);
    if (index < node.items.size()) return &node.items[index];
    errors.add(where, fmt::format("item [{}] of a list with {} items; they are numbered from 0, and [+] appends one",
                                  index, node.items.size()));
    return nullptr;
}

void set_positions(Node& node, Position where) {
    node.where = where;
    for (Node::Entry& entry : node.entries) {
        entry.where = where;
        set_positions(entry.value, where);
    }
    for (Node& item : node.items) set_positions(item, where);
}

/// The node that an override's value stands for; nothing if it is malformed.
std::optional<Node> read_value(const std::string& value, Position where, Errors& errors) {
    const bool yaml = !value.empty() && std::string_view("{['\"").find(value.front()) != std::string_view::npos;
    const bool null = value.empty() || value == "~" || value == "null";
    Errors inner({"--set"});
    const SourceText source(value);
    std::optional<Node> node;
    if (source.check(inner)) {
        if (yaml) {
            node = read_tree(source, inner);
        } else {
            node = Node{null ? Node::Type::null : Node::Type::scalar, where, value};
        }
    }
    for (const Problem& problem : inner.problems())
        errors.add(where, fmt::format("in its value, column {}: {}", problem.where.column, problem.message));
    if (node) set_positions(*node, where);
    return node;
}

}  // namespace

Node::Node() = default;

Node::Node(Type type_, Position where_, std::string text_) : type(type_), where(where_), text(std::move(text_)) {}

const Node::Entry* Node::find(std::string_view key) const {
    const auto found =
        std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.key == key; });
    return found == entries.end() ? nullptr : &*found;
}

Document parse(const std::string& text, std::string file) {
    Document document{Node(), Errors({std::move(file)})};
    const SourceText source(text);
    std::optional<Node> root;
    if (source.check(document.errors)) root = read_tree(source, document.errors);
    if (root && root->type != Node::Type::mapping && root->type != Node::Type::broken) {
        const std::string found =
            root->type == Node::Type::scalar ? in_quotes(root->text) : std::string(type_name(root->type));
        document.errors.add(
            root->where, fmt::format("a scenario is a mapping of keys to values, such as 'seed: 1'; found {}", found));
    }
    if (!root || root->type != Node::Type::mapping) throw ScenarioError(document.errors);
    document.root = std::move(*root);
    return document;
}

Override parse_override(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0)
        throw ScenarioError(Problem{
            "--set", {}, fmt::format("{}: expected path=value, such as cluster.link.latency=50us", in_quotes(text))});
    return {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

void apply_overrides(Document& document, const std::vector<Override>& overrides) {
    for (const Override& override_ : overrides) {
        std::vector<std::string>& texts = document.errors.source().overrides;
        texts.push_back(override_.path + "=" + override_.value);
        const Position where = override_position(texts.size() - 1);
        const std::optional<std::vector<Step>> steps = read_path(override_.path);
        if (!steps) {
            document.errors.add(
                where, "a path is keys joined by dots, list items in brackets, such as faults[0].at or expect[+]");
            continue;
        }
        std::optional<Node> value = read_value(override_.value, where, document.errors);
        if (!value) continue;
        Node* node = &document.root;
        for (const Step& step : *steps) {
            const auto* key = std::get_if<std::string>(&step);
            node = key != nullptr ? enter_key(*node, *key, where, document.errors)
                                  : enter_item(*node, step, where, document.errors);
            if (node == nullptr) break;
        }
        if (node != nullptr) *node = std::move(*value);
    }
}

}  // namespace orrery
