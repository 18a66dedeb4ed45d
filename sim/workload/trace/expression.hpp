/// Expressions over the columns of a trace: how a scenario makes a demand, a size or a key of what was recorded.
///
///     0.25ms * ContextTokens + 20ms * GeneratedTokens
///     if(op == '28', bytes, 0) + 64B
///     min(size, 1MiB)
///
///     numbers     12, 0.5, 1e6; a unit directly behind makes a duration (ns us ms s min h d) or bytes (B kB MiB ...)
///     columns     by name; names with blanks or signs in backquotes: `Down Time`. Of JSON lines also a.b and a[0]
///     operators   + - * / with the usual ranks, parentheses, unary minus
///     functions   min(a, b, ...), max(a, b, ...), if(condition, then, else)
///     conditions  < <= > >= == != between numbers, == != between a column and a 'text'; and, or, not
///
/// Dimensions are checked when the expression is compiled: a column is a plain number, 3ms + 2 is an error, and
/// 1ms / 1us is the number 1000. Arithmetic is in doubles, in the written order; a branch of `if` that is not taken is
/// not evaluated.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

/// The columns that a set of expressions uses, each once; the position in `names` is the column's slot.
class ColumnSet {
public:
    struct Use {
        std::string name;
        std::string where;  ///< who asked first, for errors: "demand: column 9 of ..."
    };
    std::uint32_t slot(std::string_view name, std::string_view where);
    const std::vector<Use>& uses() const { return uses_; }

private:
    std::vector<Use> uses_;
};

/// A cell that is not what an expression needs; whoever knows the row turns it into a `DataError`.
struct CellError {
    std::uint32_t slot;
    std::string message;
};

/// `text` as a number, blanks around it ignored. Throws `CellError` unless it is one, and finite.
double cell_number(std::string_view text, std::uint32_t slot);

class Expression {
public:
    enum class Measure : std::uint8_t {
        duration,  ///< the result is in nanoseconds
        bytes,     ///< the result is in bytes; a plain number is read as bytes
        number,
    };

    /// Throws `ParameterError` ("columns") that names `field`, the column of the expression and what is allowed.
    static Expression compile(std::string_view field, std::string_view text, Measure measure, ColumnSet& columns);

    /// The value for a row whose cells stand in slot order. May be negative, infinite or nan (a division by zero):
    /// the caller judges. Throws `CellError`. Linear in the expression.
    double evaluate(std::span<const std::string_view> cells) const { return value(root_, cells); }

    /// Whether it is one column and nothing else; its text can then be a key.
    bool is_column() const { return nodes_[root_].op == Op::column; }
    std::uint32_t column_slot() const { return nodes_[root_].slot; }

    enum class Op : std::uint8_t {
        constant,
        column,
        add,
        subtract,
        multiply,
        divide,
        negate,
        minimum,
        maximum,
        choose,
        less,
        less_equal,
        greater,
        greater_equal,
        equal,
        not_equal,
        text_equal,
        text_not_equal,
        both,
        either,
        negation
    };

private:
    friend class ExpressionParser;
    struct Node {
        Op op = Op::constant;
        std::uint32_t a = 0, b = 0, c = 0;  ///< operands, indices of nodes
        std::uint32_t slot = 0;             ///< of a column
        double constant = 0;
        std::string text = {};  ///< what a column is compared with
    };

    double value(std::uint32_t index, std::span<const std::string_view> cells) const;
    bool holds(std::uint32_t index, std::span<const std::string_view> cells) const;

    std::vector<Node> nodes_;
    std::uint32_t root_ = 0;
};

}  // namespace orrery
