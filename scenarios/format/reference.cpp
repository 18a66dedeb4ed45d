#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "scenarios/format/schema.hpp"
#include "scenarios/format/value.hpp"

namespace orrery {

namespace {

struct Line {
    std::size_t indent;
    std::string name;
    std::string text;
};

std::string explained(const Parameter& parameter) {
    std::string out = allowed(parameter, Kind::quantity);
    if (!parameter.fallback)
        out += ", required";
    else if (parameter.fallback->empty())
        out += ", optional";
    else
        out += ", default " + *parameter.fallback;
    return out + ": " + parameter.doc;
}

std::string explained(const Child& child) {
    std::string out;
    switch (child.shape) {
        case Child::Shape::section:
            out = "a section";
            break;
        case Child::Shape::sections:
            out = "a list of sections";
            break;
        case Child::Shape::policy:
            out = fmt::format("a policy of family '{}', named by '{}'", child.family, child.key);
            break;
        case Child::Shape::tagged:
            out = fmt::format("a list, each item with one of family '{}'", child.family);
            break;
    }
    if (child.measures) out += fmt::format(", of {}", kind_name(*child.measures));
    if (child.fallback && !child.fallback->empty())
        out += ", default " + *child.fallback;
    else if (!child.fallback && child.presence == Child::Presence::required)
        out += ", required";
    return out + ": " + child.doc;
}

void collect(const Table& table, std::size_t indent, std::vector<Line>& lines) {
    for (const Parameter& parameter : table.parameters) lines.push_back({indent, parameter.name, explained(parameter)});
    for (const Child& child : table.children) {
        lines.push_back({indent, child.name, explained(child)});
        if (child.table) collect(*child.table, indent + 2, lines);
    }
}

std::string aligned(const Table& table, std::size_t indent) {
    std::vector<Line> lines;
    collect(table, indent, lines);
    std::size_t width = 0;
    for (const Line& line : lines) width = std::max(width, line.indent + line.name.size());
    std::string out;
    for (const Line& line : lines)
        out += fmt::format("{:{}}{:{}}  {}\n", "", line.indent, line.name, width - line.indent, line.text);
    return out;
}

}  // namespace

std::string describe(const RowInfo& row) {
    return fmt::format("{}  {}\n    from {}\n", row.name, row.summary, row.source) + aligned(row.table, 4);
}

std::string describe(const Table& table) {
    return aligned(table, 0);
}

}  // namespace orrery
