/// Parameters: the one table from which parsing, the JSON Schema, `orrery list` and the docs come.
///
/// A policy or a section of a scenario file declares its parameters as rows; the scenario format reads
/// a file against the rows and hands over `Settings`, in which every parameter has a value of the
/// declared kind, inside the declared range, defaults filled in. Code behind a table therefore checks
/// nothing again but what one row cannot say.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/base/time.hpp"

namespace orrery {

/// What a value measures. The kind fixes the C++ type in `Settings` and the units that a file may use.
enum class Kind : std::uint8_t {
    count,      ///< std::int64_t, no unit ("12", "1e6")
    real,       ///< double, no unit (an exponent, a shape)
    ratio,      ///< double, a fraction: "5%" or 0.05 (a percentage is the same number)
    duration,   ///< Duration: "250us", "1h30m" is not accepted, one number and one unit
    bytes,      ///< std::int64_t bytes: "1kB" = 1000, "1KiB" = 1024
    bandwidth,  ///< std::int64_t bit/s: "10Gbit/s"
    rate,       ///< double per second: "20000/s", "3/min"
    quantity,   ///< double in the base unit of whatever the surrounding section measures (a
                ///< distribution's mean is a duration in `demand`, bytes in `size`)
    flag,       ///< bool: true, false
    choice,     ///< std::string, one of `choices`
    text,       ///< std::string
    list,       ///< std::vector<std::string>: each item as it stands in the file
};

struct Parameter {
    std::string name;
    Kind kind = Kind::count;
    /// As it would stand in a file; nothing means that the parameter must be given. An empty text
    /// means "absent": `Settings::has` is then false.
    std::optional<std::string> fallback;
    /// In the kind's base unit (ns, bytes, bit/s, 1/s); inclusive.
    double least = 0;
    double most = 1e18;
    std::string doc;  ///< one line, ends without a full stop
    std::vector<std::string> choices = {};
};

struct Table;

/// A named part inside a section.
struct Child {
    enum class Shape : std::uint8_t {
        section,   ///< a mapping read against `table`
        sections,  ///< a list of such mappings
        policy,    ///< a mapping whose `key` names a row of `family`; the row's table reads the rest. A
                   ///< scalar is short for {key: scalar}, or, where `measures` is set, for the row
                   ///< `constant` with that value
        tagged,    ///< a list of mappings read against `table`, each with exactly one more key that names
                   ///< a row of `family`; that key's value is read against the row's table
    };
    std::string name;
    Shape shape = Shape::section;
    std::string doc;
    std::string family = {};                  ///< policy, tagged
    std::string key = "policy";               ///< policy: the key that names the row
    std::optional<Kind> measures = {};        ///< policy: the kind of the row's `quantity` parameters
    std::shared_ptr<const Table> table = {};  ///< section, sections, tagged
    /// policy: the row taken when the child is not given. Nothing: the child must be given, unless
    /// `optional` says that it may be absent.
    std::optional<std::string> fallback = {};
    enum class Presence : std::uint8_t { required, optional } presence = Presence::optional;
};

/// What a section may hold. Names of parameters and children are unique together.
struct Table {
    std::vector<Parameter> parameters;
    std::vector<Child> children = {};
};

using Value = std::variant<std::int64_t, double, Duration, bool, std::string, std::vector<std::string>>;

/// Where something stands in a scenario file; line and column count from 1, zero means "by default".
struct Position {
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

/// Parameters that contradict each other, or a value that only its user can judge: what a row's `make` throws.
/// Whoever calls it adds the position (`Settings::where(error.parameter())`).
class ParameterError : public std::runtime_error {
public:
    /// `message` says what was found and what is allowed, without the parameter's name.
    ParameterError(std::string parameter, const std::string& message)
        : std::runtime_error(parameter + ": " + message), parameter_(std::move(parameter)), message_(message) {}
    const std::string& parameter() const { return parameter_; }
    const std::string& message() const { return message_; }

private:
    std::string parameter_;
    std::string message_;
};

struct Choice;

/// The checked values of a section, by name, children included.
class Settings {
public:
    bool has(std::string_view name) const { return values_.find(name) != values_.end(); }

    // Each getter requires that the table declares `name` with a kind of that type and that it has a
    // value; anything else is a bug in the caller and breaks an invariant.
    std::int64_t integer(std::string_view name) const;
    double real(std::string_view name) const;
    Duration duration(std::string_view name) const;
    bool flag(std::string_view name) const;
    const std::string& text(std::string_view name) const;
    const std::vector<std::string>& list(std::string_view name) const;

    /// A child of shape `section` or `policy`; null when it is absent. For a section `Choice::row` is empty.
    const Choice* child(std::string_view name) const;
    /// The items of a child of shape `sections` or `tagged`; empty when it is absent.
    const std::vector<Choice>& items(std::string_view name) const;

    /// Where `name` (a parameter or a child) stands, for errors that only its user can find.
    Position where(std::string_view name) const;
    Position where() const { return where_; }

    // For whoever fills it:
    void set(std::string name, Value value, Position where = {});
    void add(std::string child, Choice choice, Position where = {});
    void set_where(Position where) { where_ = where; }
    const std::map<std::string, Value, std::less<>>& values() const { return values_; }
    const std::map<std::string, std::vector<Choice>, std::less<>>& children() const { return children_; }

private:
    const Value& at(std::string_view name) const;

    std::map<std::string, Value, std::less<>> values_;
    std::map<std::string, std::vector<Choice>, std::less<>> children_;
    std::map<std::string, Position, std::less<>> positions_;
    Position where_;
};

/// A row by name, with its settings. Of a `tagged` item: `settings` are the row's own (under the tag) and
/// `common` those beside the tag.
struct Choice {
    std::string row;
    Settings settings;
    Settings common = {};
};

}  // namespace orrery
