/// Units: quantities as people write them in a scenario file, and back.
///
///     duration   ns us ms s min h d ("µs" is read as us)       exact, in nanoseconds
///     bytes      B kB MB GB TB KiB MiB GiB TiB                 exact, kB = 1000 and KiB = 1024
///     bandwidth  bit/s kbit/s Mbit/s Gbit/s Tbit/s             exact, in bit/s
///     rate       /ns /us /ms /s /min /h /d                     double, per second
///     ratio      % or no unit                                  double, 5% = 0.05
///     count      no unit ("12", "1e6")                         exact
///     real       no unit                                       double
///
/// One number and one unit, perhaps with spaces around the whole, none inside. A number is decimal:
/// "12", "0.5", "-3", "1e6", "1.5e-3". No leading '+', no leading zero ("010" is eight to some readers
/// and ten to others), no hexadecimal, no "nan", no "inf", no digit separators, no bare point (".5").
///
/// Exact kinds are computed in integers: "0.1us" is 100 ns and "0.1ns" is an error, not 0. A value
/// outside int64 is an error. Real kinds give the double nearest to the number written (a percentage: to
/// the number divided by 100; a rate per minute, hour or day is divided, which rounds once more).
///
/// A sign is read, and whether a negative value makes sense is the range check of the caller.
/// Everything is independent of the locale. Linear in the text; texts over 100 characters are errors.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/parameter.hpp"
#include "sim/base/time.hpp"

namespace orrery {

/// A value, or one line that says what was found and what is allowed.
template <class T>
struct Parsed {
    std::optional<T> value;
    std::string error;  ///< empty if and only if there is a value

    explicit operator bool() const { return value.has_value(); }
    const T& operator*() const { return *value; }
};

Parsed<Duration> parse_duration(std::string_view text);
Parsed<std::int64_t> parse_bytes(std::string_view text);
Parsed<std::int64_t> parse_bandwidth(std::string_view text);  ///< bit/s
Parsed<double> parse_rate(std::string_view text);             ///< per second
Parsed<double> parse_ratio(std::string_view text);
Parsed<std::int64_t> parse_count(std::string_view text);
Parsed<double> parse_real(std::string_view text);

/// By kind, into the type that `Kind` states. A choice or a text is taken as it stands, a flag is "true"
/// or "false", a list is "a, b, c" with or without brackets. `Kind::quantity` has no unit of its own:
/// the caller passes the kind that its section measures (`parse_quantity`), and passing it here breaks
/// an invariant.
Parsed<Value> parse_value(Kind kind, std::string_view text);

/// `text` as `measures` (duration, bytes, bandwidth, rate, ratio, count or real), as a double in that kind's
/// base unit: what a `Kind::quantity` parameter holds.
Parsed<double> parse_quantity(Kind measures, std::string_view text);

// Printers: the shortest of the exact texts, in the larger unit where two are equally short (binary units, minutes,
// hours and days only without a fraction). What they print parses back to the same value, for every int64 and every
// finite double; other doubles break an invariant, but for print_real, which says "inf" or "nan".
std::string print_duration(Duration duration);        ///< "250us", "1.5ms", "0s"
std::string print_bytes(std::int64_t bytes);          ///< "32GiB", "1500B", "1.5kB"
std::string print_bandwidth(std::int64_t bandwidth);  ///< "10Gbit/s"
std::string print_rate(double per_second);            ///< "20000/s"
std::string print_ratio(double ratio);                ///< "5%"
std::string print_count(std::int64_t count);          ///< "1000000"
std::string print_real(double real);                  ///< "0.99"

/// A value of `kind` as it would stand in a file; `value` holds the type that `Kind` states.
std::string print_value(Kind kind, const Value& value);
/// A quantity in the base unit of `measures`. Kinds that are exact are rounded to whole base units.
std::string print_quantity(Kind measures, double quantity);

/// "a duration", "a bandwidth", ...: for errors.
std::string_view kind_name(Kind kind);
/// The units of a kind as errors name them: "ns, us, ms, s, min, h, d"; empty where there is none.
std::string_view kind_units(Kind kind);

}  // namespace orrery
