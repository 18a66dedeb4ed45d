#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "sim/base/check.hpp"
#include "sim/base/unit_tables.hpp"
#include "sim/base/units.hpp"
#include "sim/base/wide.hpp"

namespace orrery {

namespace {

using unit_tables::Printing;
using unit_tables::Unit;
using unit_tables::units_of;

std::string digits_of(UnsignedWide value) {
    std::string out;
    do {
        out.push_back(static_cast<char>('0' + static_cast<int>(value % 10)));
        value /= 10;
    } while (value != 0);
    std::reverse(out.begin(), out.end());
    return out;
}

/// magnitude / factor as an exact decimal; factor is a power of ten or divides magnitude.
std::string decimal(std::uint64_t magnitude, std::uint64_t factor) {
    std::string out = digits_of(magnitude / factor);
    std::uint64_t rest = magnitude % factor;
    if (rest == 0) return out;
    out.push_back('.');
    while (rest != 0) {
        const UnsignedWide scaled = static_cast<UnsignedWide>(rest) * 10;
        out.push_back(static_cast<char>('0' + static_cast<int>(scaled / factor)));
        rest = static_cast<std::uint64_t>(scaled % factor);
    }
    return out;
}

/// The shortest of all exact ways; the larger unit where two are equally short.
std::string print_whole(std::int64_t value, std::span<const Unit> units, std::string_view zero) {
    if (value == 0) return std::string(zero);
    const auto bits = static_cast<std::uint64_t>(value);
    const std::uint64_t magnitude = value < 0 ? 0 - bits : bits;
    std::string best;
    for (const Unit& unit : units) {
        const auto factor = static_cast<std::uint64_t>(unit.factor);
        const bool divides = magnitude % factor == 0;
        if (unit.printing == Printing::never || (unit.printing == Printing::whole && !divides)) continue;
        // "0.25us" is no better than "250ns".
        if (magnitude < factor) continue;
        std::string text = decimal(magnitude, factor) + std::string(unit.name);
        if (best.empty() || text.size() <= best.size()) best = std::move(text);
    }
    return value < 0 ? "-" + best : best;
}

std::string shortest(double value) {
    std::array<char, 32> buffer{};
    const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    std::string out(buffer.data(), result.ptr);
    // "1e+06" -> "1e6", "1e-07" -> "1e-7": fewer characters, the same number.
    if (const auto at = out.find('e'); at != std::string::npos) {
        const std::string sign = out[at + 1] == '-' ? "-" : "";
        out = out.substr(0, at + 1) + sign + out.substr(out.find_first_not_of("0", at + 2));
    }
    return out;
}

/// `text`, a decimal number, times 100, by moving the point.
std::string hundredfold(const std::string& text) {
    const auto at = text.find('e');
    const int exponent = at == std::string::npos ? 0 : std::stoi(text.substr(at + 1));
    std::string mantissa = text.substr(0, at);
    if (at != std::string::npos) return mantissa + "e" + std::to_string(exponent + 2);
    const std::string sign = mantissa.front() == '-' ? "-" : "";
    mantissa.erase(0, sign.size());
    const auto point = mantissa.find('.');
    std::string digits = mantissa;
    std::size_t whole = mantissa.size();
    if (point != std::string::npos) {
        digits.erase(point, 1);
        whole = point;
    }
    while (digits.size() < whole + 2) digits.push_back('0');
    std::string left = digits.substr(0, whole + 2);
    const std::string right = digits.substr(whole + 2);
    left.erase(0, std::min(left.find_first_not_of('0'), left.size() - 1));
    return sign + left + (right.empty() ? "" : "." + right);
}

std::string checked_shortest(double value) {
    ORRERY_CHECK(std::isfinite(value), "a quantity that is not finite cannot be printed");
    return shortest(value);
}

std::int64_t rounded(double value) {
    if (value >= 0x1p63) return std::numeric_limits<std::int64_t>::max();
    if (value <= -0x1p63) return std::numeric_limits<std::int64_t>::min();
    return static_cast<std::int64_t>(std::round(value));
}

}  // namespace

std::string print_duration(Duration duration) {
    return print_whole(duration.count(), units_of(Kind::duration), "0s");
}
std::string print_bytes(std::int64_t bytes) {
    return print_whole(bytes, units_of(Kind::bytes), "0B");
}
std::string print_bandwidth(std::int64_t bandwidth) {
    return print_whole(bandwidth, units_of(Kind::bandwidth), "0bit/s");
}
std::string print_count(std::int64_t count) {
    return std::to_string(count);
}
std::string print_rate(double per_second) {
    return checked_shortest(per_second) + "/s";
}
std::string print_ratio(double ratio) {
    return hundredfold(checked_shortest(ratio)) + "%";
}
std::string print_real(double real) {
    // Errors print what was found, so that this one takes everything.
    if (std::isfinite(real)) return shortest(real);
    return std::isnan(real) ? "nan" : real > 0 ? "inf" : "-inf";
}

std::string print_value(Kind kind, const Value& value) {
    switch (kind) {
        case Kind::count:
            return print_count(std::get<std::int64_t>(value));
        case Kind::real:
        case Kind::quantity:
            return print_real(std::get<double>(value));
        case Kind::ratio:
            return print_ratio(std::get<double>(value));
        case Kind::duration:
            return print_duration(std::get<Duration>(value));
        case Kind::bytes:
            return print_bytes(std::get<std::int64_t>(value));
        case Kind::bandwidth:
            return print_bandwidth(std::get<std::int64_t>(value));
        case Kind::rate:
            return print_rate(std::get<double>(value));
        case Kind::flag:
            return std::get<bool>(value) ? "true" : "false";
        case Kind::choice:
        case Kind::text:
            return std::get<std::string>(value);
        case Kind::list:
            break;
    }
    std::string out;
    for (const auto& item : std::get<std::vector<std::string>>(value)) out += (out.empty() ? "" : ", ") + item;
    return "[" + out + "]";
}

std::string print_quantity(Kind measures, double quantity) {
    switch (measures) {
        case Kind::count:
            return print_count(rounded(quantity));
        case Kind::duration:
            return print_duration(Duration(rounded(quantity)));
        case Kind::bytes:
            return print_bytes(rounded(quantity));
        case Kind::bandwidth:
            return print_bandwidth(rounded(quantity));
        case Kind::rate:
            return print_rate(quantity);
        case Kind::ratio:
            return print_ratio(quantity);
        case Kind::real:
        case Kind::quantity:
        case Kind::flag:
        case Kind::choice:
        case Kind::text:
        case Kind::list:
            break;
    }
    return print_real(quantity);
}

}  // namespace orrery
