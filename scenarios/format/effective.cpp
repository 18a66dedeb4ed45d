#include "scenarios/format/effective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/format/policy_rows.hpp"
#include "scenarios/format/value.hpp"
#include "sim/base/check.hpp"

namespace orrery {

namespace {

constexpr std::size_t line_length_max = 110;

bool is_word(std::string_view text) {
    constexpr std::string_view marks = "_-./ ";
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto word = [&](char c) {
        return letter(c) || (c >= '0' && c <= '9') || marks.find(c) != std::string_view::npos;
    };
    // Readers of YAML disagree on which words are no text.
    constexpr std::string_view special[] = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"};
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return !text.empty() && letter(text.front()) && text.back() != ' ' && std::all_of(text.begin(), text.end(), word) &&
           std::find(std::begin(special), std::end(special), lower) == std::end(special);
}

/// A text as a YAML scalar that reads back as it is, in block and in flow style.
std::string scalar(std::string_view text) {
    if (is_word(text)) return std::string(text);
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (byte < 0x20 || byte == 0x7f) {
            out += fmt::format("\\x{:02x}", byte);
        } else {
            out += c;
        }
    }
    return out + "\"";
}

/// A tree of ready scalars: first what is to be written, then how it fits on lines.
struct Item {
    enum class Type : std::uint8_t { scalar, mapping, list } type = Type::scalar;
    std::string text = {};
    std::vector<std::pair<std::string, Item>> entries = {};
    std::vector<Item> items = {};
};

class Composer {
public:
    explicit Composer(const Catalog& catalog) : catalog_(catalog) {}

    Item mapping(const Settings& settings, const Table& table, Measures measures) const {
        Item out{Item::Type::mapping};
        add(settings, table, measures, out);
        return out;
    }

private:
    void add(const Settings& settings, const Table& table, Measures measures, Item& out) const {
        for (const Parameter& parameter : table.parameters) {
            const auto value = settings.values().find(parameter.name);
            if (value != settings.values().end())
                out.entries.emplace_back(parameter.name, item(parameter, measures, value->second));
        }
        for (const Child& child : table.children) {
            const auto choices = settings.children().find(child.name);
            if (choices != settings.children().end())
                out.entries.emplace_back(child.name, item(child, measures, choices->second));
        }
    }

    Item item(const Parameter& parameter, Measures measures, const Value& value) const {
        if (parameter.kind == Kind::list) {
            Item out{Item::Type::list};
            for (const std::string& text : std::get<std::vector<std::string>>(value))
                out.items.push_back({Item::Type::scalar, scalar(text)});
            return out;
        }
        if (parameter.kind == Kind::text || parameter.kind == Kind::choice)
            return {Item::Type::scalar, scalar(std::get<std::string>(value))};
        return {Item::Type::scalar, print_scalar(parameter, measures, value)};
    }

    Item item(const Child& child, Measures measures, const std::vector<Choice>& choices) const {
        ORRERY_CHECK(!choices.empty(), "child " + child.name + " is set without a choice");
        if (child.shape == Child::Shape::section) return mapping(choices.front().settings, *child.table, measures);
        if (child.shape == Child::Shape::policy)
            return policy(choices.front(), child, child.measures ? child.measures : measures);
        Item out{Item::Type::list};
        for (const Choice& choice : choices)
            out.items.push_back(child.shape == Child::Shape::tagged ? tagged(choice, child, measures)
                                                                    : mapping(choice.settings, *child.table, measures));
        return out;
    }

    const Table& table_of(const Child& child, const Choice& choice) const {
        const RowInfo* row = find_row(catalog_, child.family, choice.row);
        ORRERY_CHECK(row != nullptr, "a choice names the row " + choice.row + ", which its catalog does not have");
        return row->table;
    }

    Item policy(const Choice& choice, const Child& child, Measures measures) const {
        Item out{Item::Type::mapping, {}, {{child.key, {Item::Type::scalar, scalar(choice.row)}}}};
        add(choice.settings, table_of(child, choice), measures, out);
        return out;
    }

    Item tagged(const Choice& choice, const Child& child, Measures measures) const {
        Item out = child.table ? mapping(choice.common, *child.table, measures) : Item{Item::Type::mapping};
        out.entries.emplace_back(choice.row, mapping(choice.settings, table_of(child, choice), measures));
        return out;
    }

    const Catalog& catalog_;
};

std::string in_one_line(const Item& item) {
    std::string out;
    switch (item.type) {
        case Item::Type::scalar:
            return item.text;
        case Item::Type::list:
            for (const Item& part : item.items) out += (out.empty() ? "" : ", ") + in_one_line(part);
            return "[" + out + "]";
        case Item::Type::mapping:
            for (const auto& [key, part] : item.entries)
                out += (out.empty() ? "" : ", ") + key + ": " + in_one_line(part);
            return "{" + out + "}";
    }
    return out;
}

bool is_flat(const Item& item) {
    const auto is_scalar = [](const Item& part) { return part.type == Item::Type::scalar; };
    return std::all_of(item.items.begin(), item.items.end(), is_scalar) &&
           std::all_of(item.entries.begin(), item.entries.end(),
                       [&](const auto& entry) { return is_scalar(entry.second); });
}

/// Writes what follows "key:" or "-" at `indent`, the newline included.
void write(const Item& item, std::size_t indent, std::string& out) {
    const bool is_empty = item.items.empty() && item.entries.empty();
    if (item.type == Item::Type::scalar || is_empty || (is_flat(item) && item.type == Item::Type::mapping)) {
        const std::string line = in_one_line(item);
        if (item.type == Item::Type::scalar || is_empty || indent + line.size() <= line_length_max) {
            out += " " + line + "\n";
            return;
        }
    }
    out += "\n";
    for (const Item& part : item.items) {
        out += std::string(indent + 2, ' ') + "-";
        const std::string line = in_one_line(part);
        if (part.type == Item::Type::mapping && indent + line.size() <= line_length_max) {
            out += " " + line + "\n";
        } else {
            write(part, indent + 2, out);
        }
    }
    for (const auto& [key, part] : item.entries) {
        out += std::string(indent + 2, ' ') + key + ":";
        write(part, indent + 2, out);
    }
}

bool same_choices(const std::vector<Choice>& a, const std::vector<Choice>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Choice& x, const Choice& y) {
        return x.row == y.row && same_values(x.settings, y.settings) && same_values(x.common, y.common);
    });
}

}  // namespace

std::string to_yaml(const Settings& settings, const Table& top, const Catalog& catalog) {
    const Item root = Composer(catalog).mapping(settings, top, {});
    std::string out;
    for (const auto& [key, part] : root.entries) {
        out += key + ":";
        write(part, 0, out);
    }
    return out.empty() ? "{}\n" : out;
}

bool same_values(const Settings& a, const Settings& b) {
    return a.values() == b.values() && std::equal(a.children().begin(), a.children().end(), b.children().begin(),
                                                  b.children().end(), [](const auto& x, const auto& y) {
                                                      return x.first == y.first && same_choices(x.second, y.second);
                                                  });
}

}  // namespace orrery
