#include "sim/workload/trace/timestamp.hpp"

#include <array>
#include <limits>

#include "sim/base/wide.hpp"

namespace orrery {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Eats a text from the left; every step says whether what it wanted was there.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    bool at_end() const { return text_.empty(); }
    char front() const { return text_.empty() ? '\0' : text_.front(); }

    bool take(char c) {
        if (front() != c || text_.empty()) return false;
        text_.remove_prefix(1);
        return true;
    }

    /// Between `least` and `most` digits.
    std::optional<unsigned> number(std::size_t least, std::size_t most) {
        unsigned value = 0;
        std::size_t digits = 0;
        while (digits < most && is_digit(front())) {
            value = value * 10 + static_cast<unsigned>(front() - '0');
            text_.remove_prefix(1);
            ++digits;
        }
        return digits < least ? std::nullopt : std::optional(value);
    }

    /// ".979" as nanoseconds; zero where there is no point; nothing for a point without digits.
    std::optional<std::int64_t> fraction() {
        if (!take('.') && !take(',')) return 0;
        if (!is_digit(front())) return std::nullopt;
        std::int64_t value = 0;
        for (std::int64_t place = 100'000'000; is_digit(front()); place /= 10) {
            value += place * (front() - '0');
            text_.remove_prefix(1);
        }
        return value;
    }

    std::optional<unsigned> month_name() {
        static constexpr std::array<std::string_view, 12> names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        for (unsigned month = 0; month < names.size(); ++month) {
            if (!text_.starts_with(names[month])) continue;
            text_.remove_prefix(3);
            return month + 1;
        }
        return std::nullopt;
    }

    /// "+0100", "+01:00", "-07": what is to be subtracted to get to UTC.
    std::optional<Duration> offset() {
        const bool west = front() == '-';
        if (!take('+') && !take('-')) return std::nullopt;
        const auto hours = number(2, 2);
        take(':');
        const auto minutes = at_end() ? std::optional(0u) : number(2, 2);
        if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
        const Duration ahead = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
        return west ? -ahead : ahead;
    }

private:
    std::string_view text_;
};

/// A date and a time of day; the members are unchecked until `since_epoch`.
struct Civil {
    unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    std::int64_t nanosecond = 0;

    std::optional<Duration> since_epoch() const {
        const auto date = std::chrono::year(static_cast<int>(year)) / std::chrono::month(month) / std::chrono::day(day);
        // A leap second (60) is counted as the first second of the next minute, as Unix time does.
        if (!date.ok() || year < 1824 || year > 2115 || hour > 23 || minute > 59 || second > 60) return std::nullopt;
        return std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(hour) +
               std::chrono::minutes(minute) + std::chrono::seconds(second) + std::chrono::nanoseconds(nanosecond);
    }
};

template <class... Part>
bool all(const Part&... part) {
    return (part.has_value() && ...);
}

}  // namespace

std::optional<Duration> parse_decimal(std::string_view text, Duration unit) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    std::uint64_t mantissa = 0;
    int scale = 0;  // the value is mantissa * 10^scale
    bool any = false;
    bool after_point = false;
    std::size_t i = 0;
    for (; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '.' && !after_point) {
            after_point = true;
            continue;
        }
        if (!is_digit(c)) break;
        any = true;
        if (mantissa > (std::numeric_limits<std::uint64_t>::max() - 9) / 10) {
            if (!after_point) return std::nullopt;
            continue;  // nineteen digits are there: what follows is far below a nanosecond
        }
        mantissa = mantissa * 10 + static_cast<std::uint64_t>(c - '0');
        if (after_point) --scale;
    }
    if (!any) return std::nullopt;
    if (i < text.size()) {
        if (text[i] != 'e' && text[i] != 'E') return std::nullopt;
        Scanner rest(text.substr(i + 1));
        const bool small = rest.front() == '-';
        if (!rest.take('-')) rest.take('+');
        const auto exponent = rest.number(1, 4);
        if (!exponent || !rest.at_end()) return std::nullopt;
        scale += small ? -static_cast<int>(*exponent) : static_cast<int>(*exponent);
    }
    constexpr Wide limit = (std::int64_t{1} << 62) - 1;
    Wide value = static_cast<Wide>(mantissa) * unit.count();
    for (; scale < 0 && value != 0; ++scale) value /= 10;
    for (; scale > 0 && value != 0; --scale) {
        value *= 10;
        if (value > limit) return std::nullopt;
    }
    if (value > limit) return std::nullopt;
    const auto count = static_cast<std::int64_t>(value);
    return Duration(negative ? -count : count);
}

std::optional<Duration> parse_iso8601(std::string_view text) {
    Scanner in(text);
    const auto year = in.number(4, 4);
    in.take('-');
    const auto month = in.number(2, 2);
    in.take('-');
    const auto day = in.number(2, 2);
    if (!all(year, month, day)) return std::nullopt;
    Civil civil{.year = *year, .month = *month, .day = *day};
    Duration ahead{};
    if (!in.at_end()) {
        if (!in.take('T') && !in.take(' ')) return std::nullopt;
        const auto hour = in.number(2, 2);
        in.take(':');
        const auto minute = in.number(2, 2);
        const auto second = in.take(':') || is_digit(in.front()) ? in.number(2, 2) : std::optional(0u);
        const auto fraction = in.fraction();
        if (!all(hour, minute, second, fraction)) return std::nullopt;
        civil = {*year, *month, *day, *hour, *minute, *second, *fraction};
        in.take(' ');
        if (!in.take('Z') && !in.at_end()) {
            const auto offset = in.offset();
            if (!offset) return std::nullopt;
            ahead = *offset;
        }
    }
    const auto at = civil.since_epoch();
    return at && in.at_end() ? std::optional(*at - ahead) : std::nullopt;
}

std::optional<Duration> parse_access_log_time(std::string_view text) {
    if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
    Scanner in(text);
    const auto day = in.number(1, 2);
    if (!in.take('/')) return std::nullopt;
    const auto month = in.month_name();
    if (!in.take('/')) return std::nullopt;
    const auto year = in.number(4, 4);
    if (!in.take(':')) return std::nullopt;
    const auto hour = in.number(2, 2);
    if (!in.take(':')) return std::nullopt;
    const auto minute = in.number(2, 2);
    if (!in.take(':')) return std::nullopt;
    const auto second = in.number(2, 2);
    const auto fraction = in.fraction();
    if (!all(day, month, year, hour, minute, second, fraction)) return std::nullopt;
    Duration ahead{};
    if (in.take(' ')) {
        const auto offset = in.offset();
        if (!offset) return std::nullopt;
        ahead = *offset;
    }
    const auto at = Civil{*year, *month, *day, *hour, *minute, *second, *fraction}.since_epoch();
    return at && in.at_end() ? std::optional(*at - ahead) : std::nullopt;
}

std::optional<Duration> parse_us_date(std::string_view text) {
    Scanner in(text);
    const auto month = in.number(1, 2);
    if (!in.take('/')) return std::nullopt;
    const auto day = in.number(1, 2);
    if (!in.take('/')) return std::nullopt;
    const auto year = in.number(4, 4);
    if (!in.take(' ')) return std::nullopt;
    const auto hour = in.number(1, 2);
    if (!in.take(':')) return std::nullopt;
    const auto minute = in.number(2, 2);
    if (!all(month, day, year, hour, minute) || !in.at_end()) return std::nullopt;
    return Civil{.year = *year, .month = *month, .day = *day, .hour = *hour, .minute = *minute}.since_epoch();
}

std::optional<Duration> parse_stamp(std::string_view text, TimeFormat format) {
    switch (format) {
        case TimeFormat::automatic: {
            const auto date = parse_iso8601(text);
            return date ? date : parse_access_log_time(text);
        }
        case TimeFormat::seconds:
            return parse_decimal(text, 1s);
        case TimeFormat::milliseconds:
            return parse_decimal(text, 1ms);
        case TimeFormat::microseconds:
            return parse_decimal(text, 1us);
        case TimeFormat::nanoseconds:
            return parse_decimal(text, 1ns);
        case TimeFormat::iso8601:
            return parse_iso8601(text);
        case TimeFormat::access_log:
            return parse_access_log_time(text);
    }
    return std::nullopt;
}

}  // namespace orrery
