// A recursive-descent parser that checks dimensions as it goes.
#include <charconv>
#include <optional>

#include "sim/base/parameter.hpp"
#include "sim/base/units.hpp"
#include "sim/workload/trace/expression.hpp"

namespace orrery {

namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

}  // namespace

class ExpressionParser {
public:
    ExpressionParser(std::string_view field, std::string_view text, ColumnSet& columns)
        : field_(field), text_(text), columns_(columns) {}

    Expression parse(Expression::Measure measure) {
        const Part part = any();
        skip_blanks();
        if (at_ < text_.size())
            fail(at_, "found \"" + std::string(text_.substr(at_, 20)) + "\" behind the end of the expression");
        need_value(part);
        const Dimension wanted{measure == Expression::Measure::duration ? 1 : 0,
                               measure == Expression::Measure::bytes ? 1 : 0};
        const bool bare_bytes = measure == Expression::Measure::bytes && part.dimension == Dimension{};
        if (part.dimension != wanted && !bare_bytes)
            fail(0, "the result is " + named(part.dimension) + ", but " + std::string(field_) + " needs " +
                        named(wanted) +
                        (part.dimension == Dimension{} && wanted.time == 1 ? " (multiply by 1ms, for example)" : ""));
        expression_.root_ = part.node;
        return std::move(expression_);
    }

private:
    using Op = Expression::Op;

    /// Exponents of time and of bytes.
    struct Dimension {
        int time = 0;
        int bytes = 0;
        friend bool operator==(Dimension, Dimension) = default;
    };
    enum class Sort : std::uint8_t { value, condition, text };
    struct Part {
        std::uint32_t node = 0;
        Dimension dimension{};
        Sort sort = Sort::value;
        std::size_t from = 0;  ///< where it begins in the expression
    };

    static constexpr std::size_t depth_most = 100;
    static constexpr std::size_t nodes_most = 1000;

    // ---- errors

    std::string place(std::size_t at) const {
        return std::string(field_) + ": column " + std::to_string(at + 1) + " of \"" +
               std::string(text_.substr(0, 200)) + "\"";
    }
    [[noreturn]] void fail(std::size_t at, const std::string& what) const {
        throw ParameterError("columns", place(at) + ": " + what);
    }
    static std::string named(Dimension dimension) {
        if (dimension == Dimension{0, 0}) return "a plain number";
        if (dimension == Dimension{1, 0}) return "a duration";
        if (dimension == Dimension{0, 1}) return "bytes";
        return "time^" + std::to_string(dimension.time) + " bytes^" + std::to_string(dimension.bytes);
    }
    void need_value(const Part& part) const {
        if (part.sort == Sort::condition) fail(part.from, "found a condition, expected a value");
        if (part.sort == Sort::text) fail(part.from, "a 'text' can only be compared with a column, by == or !=");
    }
    void need_condition(const Part& part) const {
        if (part.sort != Sort::condition) fail(part.from, "found a value, expected a condition (a comparison)");
    }
    void need_equal(const Part& left, const Part& right, std::string_view what) const {
        need_value(left);
        need_value(right);
        if (left.dimension != right.dimension)
            fail(right.from,
                 "cannot " + std::string(what) + " " + named(left.dimension) + " and " + named(right.dimension));
    }

    // ---- tokens

    void skip_blanks() {
        while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    }
    bool take(std::string_view sign) {
        skip_blanks();
        if (!text_.substr(at_).starts_with(sign)) return false;
        at_ += sign.size();
        return true;
    }
    bool take_word(std::string_view word) {
        skip_blanks();
        const std::string_view rest = text_.substr(at_);
        if (!rest.starts_with(word)) return false;
        if (rest.size() > word.size() && (is_letter(rest[word.size()]) || is_digit(rest[word.size()]))) return false;
        at_ += word.size();
        return true;
    }
    void expect(std::string_view sign) {
        if (take(sign)) return;
        const std::string found = at_ < text_.size() ? "\"" + std::string(text_.substr(at_, 1)) + "\"" : "the end";
        fail(at_, "found " + found + ", expected \"" + std::string(sign) + "\"");
    }

    std::uint32_t add(Expression::Node node) {
        if (expression_.nodes_.size() == nodes_most) fail(at_, "the expression has more than 1000 parts");
        expression_.nodes_.push_back(std::move(node));
        return static_cast<std::uint32_t>(expression_.nodes_.size() - 1);
    }
    Part join(Op op, const Part& left, const Part& right, Dimension dimension, Sort sort) {
        return {add({.op = op, .a = left.node, .b = right.node}), dimension, sort, left.from};
    }

    // ---- grammar, from the loosest binding to the tightest

    Part any() {
        if (++depth_ > depth_most) fail(at_, "nested more than 100 deep");
        Part left = all();
        while (take_word("or")) {
            const Part right = all();
            need_condition(left);
            need_condition(right);
            left = join(Op::either, left, right, {}, Sort::condition);
        }
        --depth_;
        return left;
    }

    Part all() {
        Part left = inverse();
        while (take_word("and")) {
            const Part right = inverse();
            need_condition(left);
            need_condition(right);
            left = join(Op::both, left, right, {}, Sort::condition);
        }
        return left;
    }

    Part inverse() {
        skip_blanks();
        const std::size_t from = at_;
        if (!take_word("not")) return comparison();
        if (++depth_ > depth_most) fail(at_, "nested more than 100 deep");
        const Part operand = inverse();
        --depth_;
        need_condition(operand);
        return {add({.op = Op::negation, .a = operand.node}), {}, Sort::condition, from};
    }

    std::optional<Op> comparison_sign() {
        // Two-character signs first.
        if (take("<=")) return Op::less_equal;
        if (take(">=")) return Op::greater_equal;
        if (take("==")) return Op::equal;
        if (take("!=")) return Op::not_equal;
        if (take("<")) return Op::less;
        if (take(">")) return Op::greater;
        return std::nullopt;
    }

    Part comparison() {
        const Part left = sum();
        const std::size_t sign_at = at_;
        const auto op = comparison_sign();
        if (!op) return left;
        const Part right = sum();
        if (left.sort != Sort::text && right.sort != Sort::text) {
            need_equal(left, right, "compare");
            return join(*op, left, right, {}, Sort::condition);
        }
        const Part& literal = left.sort == Sort::text ? left : right;
        const Part& column = left.sort == Sort::text ? right : left;
        if (column.sort != Sort::value || expression_.nodes_[column.node].op != Op::column ||
            (*op != Op::equal && *op != Op::not_equal))
            fail(sign_at, "a 'text' can only be compared with a column, by == or !=");
        const std::uint32_t node = add({.op = *op == Op::equal ? Op::text_equal : Op::text_not_equal,
                                        .slot = expression_.nodes_[column.node].slot,
                                        .text = expression_.nodes_[literal.node].text});
        return {node, {}, Sort::condition, left.from};
    }

    Part sum() {
        Part left = product();
        while (true) {
            const bool plus = take("+");
            if (!plus && !take("-")) return left;
            const Part right = product();
            need_equal(left, right, plus ? "add" : "subtract");
            left = join(plus ? Op::add : Op::subtract, left, right, left.dimension, Sort::value);
        }
    }

    Part product() {
        Part left = sign();
        while (true) {
            const bool times = take("*");
            if (!times && !take("/")) return left;
            const Part right = sign();
            need_value(left);
            need_value(right);
            const int turn = times ? 1 : -1;
            const Dimension dimension{left.dimension.time + turn * right.dimension.time,
                                      left.dimension.bytes + turn * right.dimension.bytes};
            left = join(times ? Op::multiply : Op::divide, left, right, dimension, Sort::value);
        }
    }

    Part sign() {
        skip_blanks();
        const std::size_t from = at_;
        if (!take("-")) return primary();
        if (++depth_ > depth_most) fail(at_, "nested more than 100 deep");
        const Part operand = sign();
        --depth_;
        need_value(operand);
        return {add({.op = Op::negate, .a = operand.node}), operand.dimension, Sort::value, from};
    }

    Part primary() {
        skip_blanks();
        const std::size_t from = at_;
        if (take("(")) {
            const Part inner = any();
            expect(")");
            return inner;
        }
        if (take("'")) return literal(from);
        if (take("`")) {
            const std::string_view name = until('`', from);
            return {add({.op = Op::column, .slot = columns_.slot(name, place(from))}), {}, Sort::value, from};
        }
        if (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.')) return number();
        if (at_ < text_.size() && is_letter(text_[at_])) return name();
        const std::string found =
            at_ < text_.size() ? "\"" + std::string(text_.substr(at_, 1)) + "\"" : "the end of the expression";
        fail(at_, "found " + found + ", expected a number, a column, a function or \"(\"");
    }

    std::string_view until(char quote, std::size_t from) {
        const std::size_t end = text_.find(quote, at_);
        if (end == std::string_view::npos) fail(from, std::string("the quote ") + quote + " is not closed");
        const std::string_view inside = text_.substr(at_, end - at_);
        at_ = end + 1;
        return inside;
    }

    Part literal(std::size_t from) {
        const std::string_view inside = until('\'', from);
        return {add({.text = std::string(inside)}), {}, Sort::text, from};
    }

    Part number() {
        const std::size_t from = at_;
        const auto digits = [&] {
            while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
        };
        digits();
        if (at_ < text_.size() && text_[at_] == '.') ++at_, digits();
        // "1e6" has an exponent; "2eggs" would be the number 2 and an unknown unit.
        std::size_t ahead = at_ + 1;
        if (ahead < text_.size() && (text_[ahead] == '-' || text_[ahead] == '+')) ++ahead;
        if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E') && ahead < text_.size() &&
            is_digit(text_[ahead])) {
            at_ = ahead;
            digits();
        }
        const std::size_t unit_at = at_;
        while (at_ < text_.size() && is_letter(text_[at_])) ++at_;
        const std::string_view whole = text_.substr(from, at_ - from);
        const Parsed<double> amount = parse_quantity(Kind::real, text_.substr(from, unit_at - from));
        if (!amount) fail(from, amount.error);
        if (unit_at == at_) return {add({.constant = *amount}), {0, 0}, Sort::value, from};
        // As exactly as units can say it; else by the unit, for 0.8ns a byte is worth saying and no whole nanosecond.
        const std::string unit = "1" + std::string(text_.substr(unit_at, at_ - unit_at));
        for (const Kind kind : {Kind::duration, Kind::bytes}) {
            const Parsed<double> exact = parse_quantity(kind, whole);
            const Parsed<double> one = parse_quantity(kind, unit);
            if (!one) continue;
            const Dimension dimension{kind == Kind::duration ? 1 : 0, kind == Kind::bytes ? 1 : 0};
            return {add({.constant = exact ? *exact : *amount * *one}), dimension, Sort::value, from};
        }
        fail(from, "found \"" + std::string(whole) + "\", expected a number, perhaps with a unit of " +
                       std::string(kind_units(Kind::duration)) + ", " + std::string(kind_units(Kind::bytes)));
    }

    Part name() {
        const std::size_t from = at_;
        while (at_ < text_.size()) {
            if (is_letter(text_[at_]) || is_digit(text_[at_]) || text_[at_] == '.' || text_[at_] == '[' ||
                text_[at_] == ']')
                ++at_;
            else
                break;
        }
        const std::string_view word = text_.substr(from, at_ - from);
        if (!take("("))
            return {add({.op = Op::column, .slot = columns_.slot(word, place(from))}), {}, Sort::value, from};
        if (word == "min" || word == "max") return extreme(word == "min" ? Op::minimum : Op::maximum, from);
        if (word == "if") return choice(from);
        fail(from, "there is no function \"" + std::string(word) + "\"; there are min, max and if");
    }

    Part extreme(Op op, std::size_t from) {
        Part left = any();
        need_value(left);
        expect(",");
        do {
            const Part right = any();
            need_equal(left, right, "take the extreme of");
            left = join(op, left, right, left.dimension, Sort::value);
        } while (take(","));
        expect(")");
        left.from = from;
        return left;
    }

    Part choice(std::size_t from) {
        const Part condition = any();
        need_condition(condition);
        expect(",");
        const Part then = any();
        expect(",");
        const Part otherwise = any();
        need_equal(then, otherwise, "choose between");
        expect(")");
        const std::uint32_t node = add({.op = Op::choose, .a = condition.node, .b = then.node, .c = otherwise.node});
        return {node, then.dimension, Sort::value, from};
    }

    std::string_view field_;
    std::string_view text_;
    ColumnSet& columns_;
    Expression expression_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
};

Expression Expression::compile(std::string_view field, std::string_view text, Measure measure, ColumnSet& columns) {
    return ExpressionParser(field, text, columns).parse(measure);
}

}  // namespace orrery
