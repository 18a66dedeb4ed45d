#include "scenarios/format/errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "scenarios/format/source_text.hpp"

namespace orrery {

namespace {

/// The file first, then the command line, then what has no place.
bool before(Position a, Position b) {
    const auto rank = [](Position p) {
        const int group = p.line > 0 ? 0 : p.column > 0 ? 1 : 2;
        return std::tuple(group, p.line, p.column);
    };
    return rank(a) < rank(b);
}

}  // namespace

std::string Problem::text() const {
    if (where.line == 0) return fmt::format("{}: {}", file, message);
    return fmt::format("{}:{}:{}: {}", file, where.line, where.column, message);
}

void Errors::add(Position where, std::string message) {
    problems_.push_back({where, std::move(message)});
    if (problems_.size() >= 2 * kept_max) shrink();
}

void Errors::shrink() {
    std::stable_sort(problems_.begin(), problems_.end(),
                     [](const Entry& a, const Entry& b) { return before(a.where, b.where); });
    omitted_ += problems_.size() - kept_max;
    problems_.erase(problems_.begin() + kept_max, problems_.end());
}

std::size_t Errors::omitted() const {
    return omitted_ + (problems_.size() > kept_max ? problems_.size() - kept_max : 0);
}

std::vector<Problem> Errors::problems() const {
    Errors copy = *this;
    if (copy.problems_.size() > kept_max) copy.shrink();
    std::stable_sort(copy.problems_.begin(), copy.problems_.end(),
                     [](const Entry& a, const Entry& b) { return before(a.where, b.where); });
    std::vector<Problem> out;
    for (Entry& entry : copy.problems_) {
        if (entry.where.line > 0 || entry.where.column == 0 || entry.where.column > source_.overrides.size()) {
            out.push_back({source_.file, entry.where, std::move(entry.message)});
            continue;
        }
        const std::string& text = source_.overrides[entry.where.column - 1];
        out.push_back({"--set", {}, fmt::format("{}: {}", in_quotes(text), entry.message)});
    }
    return out;
}

void Errors::throw_if_any() const {
    if (!empty()) throw ScenarioError(*this);
}

ScenarioError::ScenarioError(const Errors& errors) : problems_(errors.problems()), omitted_(errors.omitted()) {
    compose();
}

ScenarioError::ScenarioError(Problem problem) {
    problems_.push_back(std::move(problem));
    compose();
}

void ScenarioError::compose() {
    for (const Problem& problem : problems_) {
        if (!what_.empty()) what_ += '\n';
        what_ += problem.text();
    }
    if (omitted_ > 0) what_ += fmt::format("\n... and {} more", omitted_);
}

std::string in_quotes(std::string_view text) {
    constexpr std::size_t shown_max = 60;
    std::string out = "'";
    for (std::size_t i = 0; i < text.size();) {
        if (i >= shown_max) return out + "...'";
        const auto byte = static_cast<unsigned char>(text[i]);
        const std::size_t length = std::max<std::size_t>(utf8_length(text, i), 1);
        if (byte == '\n') {
            out += "\\n";
        } else if (byte == '\t') {
            out += "\\t";
        } else if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && length == 1)) {
            out += fmt::format("\\x{:02x}", byte);
        } else {
            out += text.substr(i, length);
        }
        i += length;
    }
    return out + "'";
}

std::string unknown_name(std::string_view what, std::string_view name, const std::vector<std::string>& known) {
    std::string out = fmt::format("unknown {} {}", what, in_quotes(name));
    if (const std::string near = nearest_name(name, known); !near.empty()) {
        out += fmt::format("; did you mean '{}'? allowed here: ", near);
    } else {
        out += "; allowed here: ";
    }
    return out + joined(known);
}

std::string joined(const std::vector<std::string>& names) {
    if (names.empty()) return "nothing";
    return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace orrery
