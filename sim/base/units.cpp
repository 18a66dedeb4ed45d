#include "sim/base/units.hpp"

#include <charconv>
#include <limits>
#include <system_error>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/base/unit_tables.hpp"
#include "sim/base/wide.hpp"

namespace orrery {

namespace {

using unit_tables::Unit;
using unit_tables::units_of;

constexpr std::size_t length_max = 100;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string quoted(std::string_view text) {
    // An error is one line of bounded length, whatever was in the file.
    std::string out = "'";
    for (const char c : text.substr(0, length_max)) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    return out + (text.size() > length_max ? "...'" : "'");
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// A decimal number as it stands: digits * 10^exponent.
struct Decimal {
    std::string_view text;  ///< the number's part of the input
    std::string digits;     ///< significant digits, no leading zeros; empty for zero
    std::int64_t exponent = 0;
    bool is_negative = false;
};

struct Split {
    Decimal number;
    std::string_view unit;
    std::string error;  ///< empty if it could be split
};

std::size_t digits_from(std::string_view text, std::size_t at) {
    while (at < text.size() && is_digit(text[at])) ++at;
    return at;
}

/// The exponent "e-3" at `at`, if one stands there: an e without digits belongs to the unit.
std::size_t exponent_end(std::string_view text, std::size_t at) {
    if (at >= text.size() || (text[at] != 'e' && text[at] != 'E')) return at;
    std::size_t digits = at + 1;
    if (digits < text.size() && (text[digits] == '-' || text[digits] == '+')) ++digits;
    const std::size_t end = digits_from(text, digits);
    return end == digits ? at : end;
}

std::string number_error(std::string_view text) {
    if (text.empty()) return "there is nothing";
    if (text.front() == '+') return "a number has no leading '+'";
    return "a number is expected, such as 12, 0.5 or 1e6";
}

Split split(std::string_view text) {
    Split out;
    std::size_t at = 0;
    out.number.is_negative = !text.empty() && text.front() == '-';
    if (out.number.is_negative) at = 1;
    const std::size_t whole_end = digits_from(text, at);
    const std::string_view whole = text.substr(at, whole_end - at);
    if (whole.empty()) {
        out.error = number_error(text);
        return out;
    }
    if (whole.size() > 1 && whole.front() == '0') {
        out.error = "a number has no leading zeros (is it octal or decimal?)";
        return out;
    }
    std::string_view fraction;
    std::size_t end = whole_end;
    if (end < text.size() && text[end] == '.') {
        const std::size_t fraction_end = digits_from(text, end + 1);
        fraction = text.substr(end + 1, fraction_end - end - 1);
        end = fraction_end;
        if (fraction.empty()) {
            out.error = "digits are missing after the point";
            return out;
        }
    }
    const std::size_t mantissa_end = end;
    end = exponent_end(text, end);
    if (end != mantissa_end) {
        const std::string_view shown = text.substr(mantissa_end + 1, end - mantissa_end - 1);
        const std::string_view digits = shown.substr(shown.front() == '+' ? 1 : 0);
        const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), out.number.exponent);
        if (result.ec != std::errc() || out.number.exponent > 9999 || out.number.exponent < -9999) {
            out.error = "the exponent is out of range";
            return out;
        }
    }
    out.number.text = text.substr(0, end);
    out.number.exponent -= static_cast<std::int64_t>(fraction.size());
    out.number.digits = std::string(whole) + std::string(fraction);
    out.number.digits.erase(0, out.number.digits.find_first_not_of('0'));
    out.unit = text.substr(end);
    return out;
}

const Unit* find_unit(Kind kind, std::string_view name) {
    for (const Unit& unit : units_of(kind))
        if (unit.name == name) return &unit;
    return nullptr;
}

/// The kind that knows the unit, for an error that says what the text is instead.
std::optional<Kind> kind_of_unit(std::string_view name) {
    for (const Kind kind : {Kind::duration, Kind::bytes, Kind::bandwidth, Kind::rate, Kind::ratio})
        if (!name.empty() && find_unit(kind, name) != nullptr) return kind;
    return {};
}

std::string expected(Kind kind) {
    return std::string(kind_name(kind)) + " is expected, " + std::string(unit_tables::example_of(kind));
}

std::string unit_error(Kind kind, std::string_view text, std::string_view unit) {
    if (unit.empty()) return quoted(text) + " has no unit; one of " + std::string(kind_units(kind)) + " is needed";
    if (const auto other = kind_of_unit(unit))
        return quoted(text) + " is " + std::string(kind_name(*other)) + "; " + expected(kind);
    if (unit.front() == ' ' || unit.front() == '\t')
        return quoted(text) + " has a space inside; " + expected(kind) + ", without spaces";
    const std::string units(kind_units(kind));
    if (units.empty()) return quoted(text) + " has " + quoted(unit) + " after the number; " + expected(kind);
    return quoted(text) + " has the unknown unit " + quoted(unit) + "; allowed: " + units;
}

/// Number and unit of `text`, or the error.
struct Quantity {
    Decimal number;
    const Unit* unit = nullptr;
    std::string error;
};

Quantity quantity_of(Kind kind, std::string_view text) {
    const std::string_view trim = trimmed(text);
    if (trim.size() > length_max) return {{}, nullptr, quoted(trim) + " is too long; " + expected(kind)};
    Split parts = split(trim);
    if (!parts.error.empty()) return {{}, nullptr, quoted(trim) + ": " + parts.error + "; " + expected(kind)};
    const Unit* unit = find_unit(kind, parts.unit);
    if (unit == nullptr) return {{}, nullptr, unit_error(kind, trim, parts.unit)};
    return {std::move(parts.number), unit, {}};
}

enum class Trouble { none, fraction, overflow };

struct Whole {
    std::int64_t value = 0;
    Trouble trouble = Trouble::none;
};

/// digits * factor, as decimal digits: schoolbook multiplication, so that no length of input overflows.
std::string times(std::string_view digits, std::int64_t factor) {
    std::string reversed;
    UnsignedWide carry = 0;
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
        carry += static_cast<UnsignedWide>(factor) * static_cast<unsigned>(*digit - '0');
        reversed.push_back(static_cast<char>('0' + static_cast<int>(carry % 10)));
        carry /= 10;
    }
    for (; carry != 0; carry /= 10) reversed.push_back(static_cast<char>('0' + static_cast<int>(carry % 10)));
    return {reversed.rbegin(), reversed.rend()};
}

/// number * factor as an integer.
Whole whole(const Decimal& number, std::int64_t factor) {
    if (number.digits.empty()) return {};
    std::string digits = times(number.digits, factor);
    std::int64_t exponent = number.exponent;
    while (digits.back() == '0') {
        digits.pop_back();
        ++exponent;
    }
    if (exponent < 0) return {0, Trouble::fraction};
    if (static_cast<std::int64_t>(digits.size()) + exponent > 19) return {0, Trouble::overflow};
    digits.append(static_cast<std::size_t>(exponent), '0');
    // At most 19 digits fit an unsigned 64-bit integer.
    std::uint64_t magnitude = 0;
    for (const char digit : digits) magnitude = magnitude * 10 + static_cast<unsigned>(digit - '0');
    const std::uint64_t limit = std::uint64_t{1} << 63;
    if (magnitude > limit || (magnitude == limit && !number.is_negative)) return {0, Trouble::overflow};
    return {static_cast<std::int64_t>(number.is_negative ? 0 - magnitude : magnitude), Trouble::none};
}

Parsed<std::int64_t> parse_whole(Kind kind, std::string_view text) {
    const Quantity quantity = quantity_of(kind, text);
    if (!quantity.error.empty()) return {{}, quantity.error};
    const Whole result = whole(quantity.number, quantity.unit->factor);
    switch (result.trouble) {
        case Trouble::none:
            return {result.value, {}};
        case Trouble::fraction:
            return {{},
                    quoted(trimmed(text)) + " is not a whole number" + std::string(unit_tables::whole_suffix_of(kind)) +
                        "; " + expected(kind)};
        case Trouble::overflow:
            return {{},
                    quoted(trimmed(text)) + " is out of range; at most " + unit_tables::most_of(kind) + " is allowed"};
    }
    return {};
}

/// The double nearest to number * 10^shift.
std::optional<double> nearest(const Decimal& number, std::int64_t shift) {
    if (number.digits.empty()) return number.is_negative ? -0.0 : 0.0;
    const std::string text = number.digits + "e" + std::to_string(number.exponent + shift);
    double value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec == std::errc::result_out_of_range &&
        static_cast<std::int64_t>(number.digits.size()) + number.exponent + shift < 0)
        return number.is_negative ? -0.0 : 0.0;  // too small for a double is zero, its nearest
    if (result.ec != std::errc()) return {};
    return number.is_negative ? -value : value;
}

Parsed<double> parse_double(Kind kind, std::string_view text) {
    const Quantity quantity = quantity_of(kind, text);
    if (!quantity.error.empty()) return {{}, quantity.error};
    auto value = nearest(quantity.number, quantity.unit->power_of_ten);
    // Only minutes, hours and days of a rate are no powers of ten.
    if (value) *value /= static_cast<double>(quantity.unit->factor);
    if (!value || !(*value <= std::numeric_limits<double>::max() && *value >= std::numeric_limits<double>::lowest()))
        return {{}, quoted(trimmed(text)) + " is out of range; at most 1.7e308 is allowed"};
    return {value, {}};
}

std::vector<std::string> items_of(std::string_view text) {
    text = trimmed(text);
    if (text.size() >= 2 && text.front() == '[' && text.back() == ']') text = trimmed(text.substr(1, text.size() - 2));
    std::vector<std::string> items;
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        items.emplace_back(trimmed(text.substr(0, comma)));
        text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    }
    return items;
}

/// In place: g++ 12 warns of moved variants under the sanitizers.
template <class T>
Parsed<Value> holding(T value) {
    Parsed<Value> out;
    out.value.emplace(std::in_place_type<T>, std::move(value));
    return out;
}

template <class T>
Parsed<Value> as_value(Parsed<T> parsed) {
    if (parsed) return holding(std::move(*parsed.value));
    Parsed<Value> out;
    out.error = std::move(parsed.error);
    return out;
}

Parsed<bool> parse_flag(std::string_view text) {
    if (text == "true") return {true, {}};
    if (text == "false") return {false, {}};
    return {{}, quoted(text) + " is neither true nor false"};
}

}  // namespace

Parsed<Duration> parse_duration(std::string_view text) {
    const auto nanoseconds = parse_whole(Kind::duration, text);
    if (!nanoseconds) return {{}, nanoseconds.error};
    return {Duration(*nanoseconds), {}};
}
Parsed<std::int64_t> parse_bytes(std::string_view text) {
    return parse_whole(Kind::bytes, text);
}
Parsed<std::int64_t> parse_bandwidth(std::string_view text) {
    return parse_whole(Kind::bandwidth, text);
}
Parsed<std::int64_t> parse_count(std::string_view text) {
    return parse_whole(Kind::count, text);
}
Parsed<double> parse_rate(std::string_view text) {
    return parse_double(Kind::rate, text);
}
Parsed<double> parse_ratio(std::string_view text) {
    return parse_double(Kind::ratio, text);
}
Parsed<double> parse_real(std::string_view text) {
    return parse_double(Kind::real, text);
}

Parsed<Value> parse_value(Kind kind, std::string_view text) {
    switch (kind) {
        case Kind::count:
            return as_value(parse_count(text));
        case Kind::real:
            return as_value(parse_real(text));
        case Kind::ratio:
            return as_value(parse_ratio(text));
        case Kind::duration:
            return as_value(parse_duration(text));
        case Kind::bytes:
            return as_value(parse_bytes(text));
        case Kind::bandwidth:
            return as_value(parse_bandwidth(text));
        case Kind::rate:
            return as_value(parse_rate(text));
        case Kind::flag:
            return as_value(parse_flag(trimmed(text)));
        case Kind::choice:
        case Kind::text:
            return holding(std::string(text));
        case Kind::list:
            return holding(items_of(text));
        case Kind::quantity:
            break;
    }
    ORRERY_CHECK(kind != Kind::quantity, "a quantity is parsed as the kind that its section measures");
    return {};
}

Parsed<double> parse_quantity(Kind measures, std::string_view text) {
    const auto parsed = parse_value(measures, text);
    if (!parsed) return {{}, parsed.error};
    if (const auto* integer = std::get_if<std::int64_t>(&*parsed)) return {static_cast<double>(*integer), {}};
    if (const auto* duration = std::get_if<Duration>(&*parsed)) return {static_cast<double>(duration->count()), {}};
    const auto* real = std::get_if<double>(&*parsed);
    ORRERY_CHECK(real != nullptr, "a quantity measures a number");
    return {*real, {}};
}

}  // namespace orrery
