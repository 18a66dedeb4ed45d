#include "sim/workload/trace/expression.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "sim/base/check.hpp"

namespace orrery {

std::uint32_t ColumnSet::slot(std::string_view name, std::string_view where) {
    const auto found = std::find_if(uses_.begin(), uses_.end(), [&](const Use& use) { return use.name == name; });
    if (found != uses_.end()) return static_cast<std::uint32_t>(found - uses_.begin());
    uses_.push_back({std::string(name), std::string(where)});
    return static_cast<std::uint32_t>(uses_.size() - 1);
}

double cell_number(std::string_view text, std::uint32_t slot) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    // Most cells are short whole numbers; fifteen digits are exact in a double.
    if (!text.empty() && text.size() <= 15) {
        std::int64_t whole = 0;
        std::size_t i = 0;
        for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) whole = whole * 10 + (text[i] - '0');
        if (i == text.size()) return static_cast<double>(whole);
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        throw CellError{slot, "found \"" + std::string(text.substr(0, 40)) + "\", expected a number"};
    return value;
}

double Expression::value(std::uint32_t index, std::span<const std::string_view> cells) const {
    const Node& node = nodes_[index];
    switch (node.op) {
        case Op::constant:
            return node.constant;
        case Op::column:
            return cell_number(cells[node.slot], node.slot);
        case Op::negate:
            return -value(node.a, cells);
        case Op::choose:
            return holds(node.a, cells) ? value(node.b, cells) : value(node.c, cells);
        case Op::add:
        case Op::subtract:
        case Op::multiply:
        case Op::divide:
        case Op::minimum:
        case Op::maximum: {
            const double left = value(node.a, cells);
            const double right = value(node.b, cells);
            if (node.op == Op::add) return left + right;
            if (node.op == Op::subtract) return left - right;
            if (node.op == Op::multiply) return left * right;
            if (node.op == Op::divide) return left / right;
            return (node.op == Op::minimum) == (right < left) ? right : left;
        }
        case Op::less:
        case Op::less_equal:
        case Op::greater:
        case Op::greater_equal:
        case Op::equal:
        case Op::not_equal:
        case Op::text_equal:
        case Op::text_not_equal:
        case Op::both:
        case Op::either:
        case Op::negation:
            break;
    }
    ORRERY_CHECK(false, "an expression takes the value of a condition");
}

bool Expression::holds(std::uint32_t index, std::span<const std::string_view> cells) const {
    const Node& node = nodes_[index];
    if (node.op == Op::both) return holds(node.a, cells) && holds(node.b, cells);
    if (node.op == Op::either) return holds(node.a, cells) || holds(node.b, cells);
    if (node.op == Op::negation) return !holds(node.a, cells);
    if (node.op == Op::text_equal) return cells[node.slot] == node.text;
    if (node.op == Op::text_not_equal) return cells[node.slot] != node.text;
    const double left = value(node.a, cells);
    const double right = value(node.b, cells);
    if (node.op == Op::less) return left < right;
    if (node.op == Op::less_equal) return left <= right;
    if (node.op == Op::greater) return left > right;
    if (node.op == Op::greater_equal) return left >= right;
    if (node.op == Op::equal) return left == right;
    ORRERY_CHECK(node.op == Op::not_equal, "an expression takes a value for a condition");
    return left != right;
}

}  // namespace orrery
