#include "analysis/scale.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace orrery::analysis {

namespace {

constexpr std::array<Scale, 4> of_duration = {{{1e-9, "ns"}, {1e-6, "us"}, {1e-3, "ms"}, {1, "s"}}};
constexpr std::array<Scale, 4> of_rate = {{{1, "/s"}, {1e3, "k/s"}, {1e6, "M/s"}, {1e9, "G/s"}}};
constexpr std::array<Scale, 5> of_bytes = {{{1, "B"}, {1e3, "kB"}, {1e6, "MB"}, {1e9, "GB"}, {1e12, "TB"}}};
constexpr std::array<Scale, 4> of_number = {{{1, ""}, {1e6, "M"}, {1e9, "G"}, {1e12, "T"}}};
constexpr std::array<Scale, 1> of_ratio = {{{0.01, "%"}}};

std::span<const Scale> scales_of(Kind unit) {
    switch (unit) {
        case Kind::duration:
            return of_duration;
        case Kind::rate:
            return of_rate;
        case Kind::bytes:
            return of_bytes;
        case Kind::ratio:
            return of_ratio;
        case Kind::count:
        case Kind::real:
        case Kind::bandwidth:
        case Kind::quantity:
        case Kind::flag:
        case Kind::choice:
        case Kind::text:
        case Kind::list:
            return of_number;
    }
    return of_number;
}

/// The decimal exponent of |value|: 0 for 1 to 9.99. Of 0 it is 0.
int exponent_of(double value) {
    double rest = std::abs(value);
    int exponent = 0;
    if (rest == 0) return 0;
    for (; rest >= 10 && exponent < 400; ++exponent) rest /= 10;
    for (; rest < 1 && exponent > -400; --exponent) rest *= 10;
    return exponent;
}

std::string with_separators(std::string_view text) {
    const std::size_t whole = std::min(text.find('.'), text.size());
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool after_digit = i > 0 && text[i - 1] != '-';
        if (i < whole && after_digit && (whole - i) % 3 == 0) out += ',';
        out += text[i];
    }
    return out;
}

}  // namespace

Scale scale_for(Kind unit, double magnitude) {
    const auto scales = scales_of(unit);
    if (magnitude == 0) return unit == Kind::duration ? of_duration.back() : scales.front();
    Scale best = scales.front();
    // 999.96 us would round to 1,000 us: the next unit begins a little below its base.
    for (const Scale& scale : scales)
        if (std::abs(magnitude) >= scale.base * 0.9999) best = scale;
    return best;
}

int decimals_for(double value, double resolution) {
    const int exponent = exponent_of(value);
    const int decimals =
        resolution > 0 ? std::clamp(1 - exponent_of(resolution), 2 - exponent, 5 - exponent) : 3 - exponent;
    return std::clamp(decimals, 0, 9);
}

std::string number_text(double value, Scale scale, int decimals) {
    std::string text = fmt::format("{:.{}f}", value / scale.base, decimals);
    if (text.find_first_not_of("-0.") == std::string::npos && text.starts_with('-')) text.erase(0, 1);
    return with_separators(text);
}

std::string quantity_text(Kind unit, double value, int digits) {
    const Scale scale = scale_for(unit, value);
    std::string text = number_text(value, scale, std::clamp(digits - 1 - exponent_of(value / scale.base), 0, 9));
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') text.pop_back();
    }
    // "3 k/s" but "3/s": the slash is its own gap.
    if (scale.unit.empty() || scale.unit.starts_with('/')) return text + std::string(scale.unit);
    return text + " " + std::string(scale.unit);
}

std::string count_text(std::uint64_t count) {
    return with_separators(std::to_string(count));
}

std::size_t width_of(std::string_view text) {
    std::size_t width = 0;
    for (const char c : text) width += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
    return width;
}

std::string padded_left(std::string_view text, std::size_t width) {
    const std::size_t own = width_of(text);
    return std::string(own < width ? width - own : 0, ' ') + std::string(text);
}

std::string padded_right(std::string_view text, std::size_t width) {
    const std::size_t own = width_of(text);
    return std::string(text) + std::string(own < width ? width - own : 0, ' ');
}

}  // namespace orrery::analysis
