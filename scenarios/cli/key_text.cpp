// Where keys come from, as the command line says it.
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/cli/placing_text.hpp"
#include "scenarios/format/loader.hpp"
#include "scenarios/format/policy_rows.hpp"
#include "sim/workload/data_file.hpp"
#include "sim/workload/trace/trace_reader.hpp"

namespace orrery {

namespace {

constexpr std::uint64_t requests_most = 1'000'000'000'000;

/// NAME(a, b, c=d): the row and what is in the brackets; nothing for what is not written like that.
struct Call {
    std::string name;
    std::vector<std::string> arguments;
};

std::optional<Call> read_call(const std::string& text) {
    const std::size_t open = text.find('(');
    if (open == 0 || open == std::string::npos || text.back() != ')') return std::nullopt;
    Call call{text.substr(0, open), {}};
    const bool word = std::all_of(call.name.begin(), call.name.end(),
                                  [](char c) { return c == '_' || c == '-' || (c >= 'a' && c <= 'z'); });
    if (!word) return std::nullopt;
    std::string inside = text.substr(open + 1, text.size() - open - 2);
    if (inside.find_first_not_of(' ') == std::string::npos) return call;
    for (std::size_t begin = 0; begin <= inside.size();) {
        const std::size_t end = std::min(inside.find(',', begin), inside.size());
        std::string argument = inside.substr(begin, end - begin);
        argument.erase(0, std::min(argument.find_first_not_of(' '), argument.size()));
        argument.erase(argument.find_last_not_of(' ') + 1);
        call.arguments.push_back(std::move(argument));
        begin = end + 1;
    }
    return call;
}

/// The call as a mapping, arguments by the order of the row's parameters.
std::optional<Node> mapping_of(const Call& call, const RowInfo& row, const std::string& text, Errors& errors) {
    Node mapping(Node::Type::mapping);
    mapping.entries.push_back({"distribution", {}, Node(Node::Type::scalar, {}, call.name)});
    const std::vector<Parameter>& parameters = row.table.parameters;
    std::vector<std::string> names;
    for (const Parameter& parameter : parameters) names.push_back(parameter.name);
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
        const std::string& argument = call.arguments[i];
        const std::size_t equals = argument.find('=');
        if (equals == std::string::npos && i >= names.size()) {
            errors.add({}, fmt::format("--keys {}: {} values; {} takes {}", text, call.arguments.size(), call.name,
                                       joined(names)));
            return std::nullopt;
        }
        const std::string name = equals == std::string::npos ? names[i] : argument.substr(0, equals);
        if (mapping.find(name) != nullptr) {
            errors.add({}, fmt::format("--keys {}: {} is given twice", text, name));
            return std::nullopt;
        }
        const std::string value = equals == std::string::npos ? argument : argument.substr(equals + 1);
        mapping.entries.push_back({name, {}, Node(Node::Type::scalar, {}, value)});
    }
    return mapping;
}

std::optional<DrawnKeys> read_distribution(const Call& call, const std::string& text, const Catalog& catalog,
                                           Errors& errors) {
    const RowInfo* row = find_row(catalog, KeyPopularity::family, call.name);
    if (row == nullptr) {
        errors.add({}, "--keys: " + unknown_name("distribution", call.name, row_names(catalog, KeyPopularity::family)) +
                           "; a file whose name looks like this is written ./NAME");
        return std::nullopt;
    }
    const std::optional<Node> mapping = mapping_of(call, *row, text, errors);
    if (!mapping) return std::nullopt;
    Child child;
    child.name = "keys";
    child.shape = Child::Shape::policy;
    child.family = KeyPopularity::family;
    child.key = "distribution";
    Document document{Node(Node::Type::mapping), Errors({"--keys"})};
    document.root.entries.push_back({"keys", {}, *mapping});
    try {
        const Settings settings = load(document, Table{{}, {child}}, catalog);
        DrawnKeys drawn;
        drawn.popularity = build<KeyPopularity>(*settings.child("keys"), catalog, document.errors);
        document.errors.throw_if_any();
        return drawn;
    } catch (const ScenarioError& error) {
        for (const Problem& problem : error.problems())
            errors.add({}, fmt::format("--keys {}: {}", text, problem.message));
        return std::nullopt;
    }
}

/// What of a scenario's section `trace` matters for keys alone.
Table key_trace_table() {
    const Table all = trace_table();
    Table table;
    for (const Parameter& parameter : all.parameters)
        for (const char* wanted : {"format", "compression", "names", "comment", "skip_rows", "rows"})
            if (parameter.name == wanted) table.parameters.push_back(parameter);
    Child columns = all.children.front();
    Table key_only;
    for (const Parameter& parameter : columns.table->parameters)
        if (parameter.name == "key") key_only.parameters.push_back(parameter);
    columns.table = std::make_shared<const Table>(std::move(key_only));
    columns.presence = Child::Presence::optional;
    table.children.push_back(std::move(columns));
    return table;
}

/// The place of a checked choice among its names is the enum's value.
template <class Enum, class Names>
Enum chosen(const std::string& text, const Names& names) {
    const auto at = std::find(std::begin(names), std::end(names), text);
    return static_cast<Enum>(at - std::begin(names));
}

std::optional<RecordedKeys> read_file(const KeyArguments& arguments, const Catalog& catalog, Errors& errors) {
    constexpr std::string_view compressions[] = {"auto", "none", "gzip", "zstd"};
    Document document{Node(Node::Type::mapping), Errors({"--trace"})};
    try {
        std::vector<Override> overrides;
        for (const std::string& text : arguments.traces) overrides.push_back(parse_override(text));
        apply_overrides(document, overrides);
        const Settings settings = load(document, key_trace_table(), catalog);
        RecordedKeys recorded;
        recorded.record.path =
            find_data({arguments.keys, {}, {}},
                      {".", arguments.data ? std::optional<std::filesystem::path>(*arguments.data) : std::nullopt});
        recorded.record.format = chosen<TraceFormat>(settings.text("format"), trace_format_names);
        recorded.record.compression = chosen<Compression>(settings.text("compression"), compressions);
        if (settings.has("names")) recorded.record.names = settings.list("names");
        if (settings.has("comment")) recorded.record.comment = settings.text("comment");
        recorded.skip_rows = static_cast<std::uint64_t>(settings.integer("skip_rows"));
        if (settings.has("rows")) recorded.rows = static_cast<std::uint64_t>(settings.integer("rows"));
        const Choice* columns = settings.child("columns");
        if (columns != nullptr && columns->settings.has("key")) recorded.key = columns->settings.text("key");
        if (!recorded.key && (recorded.record.format != TraceFormat::automatic || !recorded.record.names.empty()))
            errors.add({}, "--trace: columns.key is missing; without it, each line of the file is a key");
        return recorded;
    } catch (const ScenarioError& error) {
        for (const Problem& problem : error.problems()) errors.add({}, "--trace: " + problem.message);
    } catch (const ParameterError& error) {
        // Of a file on the command line nobody has stated a source or a licence.
        errors.add({}, "--keys: " + error.message().substr(0, error.message().find(" Source: not stated")));
    }
    return std::nullopt;
}

}  // namespace

std::optional<KeySource> read_keys(const KeyArguments& arguments, std::uint64_t default_count, const Catalog& catalog,
                                   Errors& errors) {
    KeySource source{arguments.keys};
    const std::uint64_t requests = read_whole("--count", arguments.count, default_count, 1, requests_most, errors);
    if (find_row(catalog, KeyPopularity::family, arguments.keys) != nullptr) {
        errors.add({}, fmt::format("--keys: {} needs its parameters, such as {}(1e6)", arguments.keys, arguments.keys));
        return std::nullopt;
    }
    if (const std::optional<Call> call = read_call(arguments.keys)) {
        if (!arguments.traces.empty()) errors.add({}, "--trace: it is for a file of keys; these are drawn");
        source.drawn = read_distribution(*call, arguments.keys, catalog, errors);
        if (!source.drawn) return std::nullopt;
        source.drawn->requests = requests;
        return source;
    }
    source.recorded = read_file(arguments, catalog, errors);
    if (!source.recorded) return std::nullopt;
    if (!arguments.count.empty()) source.recorded->rows = std::min(source.recorded->rows.value_or(requests), requests);
    return source;
}

}  // namespace orrery
