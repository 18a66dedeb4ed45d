/// Errors of a scenario: each says where it stands, what was found and what is allowed; all of them are
/// reported at once.
///
/// Values come from a file or from `--set path=value` on the command line, and every `Position` says which:
/// - line >= 1: a line and column of the file, both counted from 1, columns in characters (not bytes);
/// - line 0, column k >= 1: the k-th `--set`;
/// - line 0, column 0: nowhere, the value is a default.
/// `Source` turns a position back into words, `Errors` collects, `ScenarioError` is what a caller catches.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/nearest_name.hpp"
#include "sim/base/parameter.hpp"

namespace orrery {

/// Where the values of a scenario come from.
struct Source {
    std::string file;                         ///< as the user named it
    std::vector<std::string> overrides = {};  ///< "path=value", in the order of the command line
};

constexpr Position override_position(std::size_t index) {
    return {0, static_cast<std::uint32_t>(index + 1)};
}

struct Problem {
    std::string file;     ///< the scenario's file, or "--set"
    Position where;       ///< in that file; zero where a line means nothing
    std::string message;  ///< one line, without a full stop; of a `--set` it begins with its text

    /// "file:line:column: message", or "file: message" where there is no line.
    std::string text() const;
};

/// Collects problems. Keeps the first hundred in the order of the file (then of the command line) and counts the rest,
/// so that a file of a million mistakes costs no more than one of a hundred.
class Errors {
public:
    static constexpr std::size_t kept_max = 100;

    explicit Errors(Source source) : source_(std::move(source)) {}

    /// `add` costs amortised O(log kept_max).
    void add(Position where, std::string message);
    bool empty() const { return problems_.empty(); }
    /// Problems beyond the first `kept_max`.
    std::size_t omitted() const;
    /// Sorted by position; at most `kept_max`.
    std::vector<Problem> problems() const;
    /// Throws `ScenarioError` unless it is empty.
    void throw_if_any() const;

    const Source& source() const { return source_; }
    Source& source() { return source_; }

private:
    struct Entry {
        Position where;
        std::string message;
    };
    void shrink();

    Source source_;
    std::vector<Entry> problems_;  ///< fewer than 2 * kept_max
    std::size_t omitted_ = 0;
};

/// A scenario that cannot be run: bad input, exit code 64.
class ScenarioError : public std::exception {
public:
    explicit ScenarioError(const Errors& errors);
    /// For whoever checks something outside a document: one problem.
    explicit ScenarioError(Problem problem);

    const std::vector<Problem>& problems() const { return problems_; }
    std::size_t omitted() const { return omitted_; }
    /// One line a problem, then "... and N more" if some were omitted; no newline at the end.
    const char* what() const noexcept override { return what_.c_str(); }

private:
    void compose();

    std::vector<Problem> problems_;
    std::size_t omitted_ = 0;
    std::string what_;
};

// Words for messages: ------------------------------------------------------------------------------------

/// `text` in single quotes, unprintable bytes and those that are not UTF-8 escaped, cut to about 60 bytes.
std::string in_quotes(std::string_view text);

/// "unknown WHAT 'name'; did you mean 'x'? allowed here: a, b, c".
std::string unknown_name(std::string_view what, std::string_view name, const std::vector<std::string>& known);

/// "a, b, c"; "nothing" for none.
std::string joined(const std::vector<std::string>& names);

}  // namespace orrery
