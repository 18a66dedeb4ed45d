#include "sim/base/units.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "sim/base/check.hpp"
#include "sim/base/random.hpp"

using namespace orrery;

namespace {

constexpr std::int64_t int64_max = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t int64_min = std::numeric_limits<std::int64_t>::min();

std::int64_t nanoseconds(std::string_view text) {
    const auto parsed = parse_duration(text);
    REQUIRE_MESSAGE(parsed.value.has_value(), parsed.error);
    return (*parsed).count();
}

template <class T>
T value_of(const Parsed<T>& parsed) {
    REQUIRE_MESSAGE(parsed.value.has_value(), parsed.error);
    CHECK(parsed.error.empty());
    return *parsed;
}

}  // namespace

TEST_CASE("durations are read exactly, in every unit") {
    CHECK(nanoseconds("7ns") == 7);
    CHECK(nanoseconds("250us") == 250'000);
    CHECK(nanoseconds("250\u00b5s") == 250'000);
    CHECK(nanoseconds("250\u03bcs") == 250'000);
    CHECK(nanoseconds("1.5ms") == 1'500'000);
    CHECK(nanoseconds("0.1us") == 100);
    CHECK(nanoseconds("60s") == 60'000'000'000);
    CHECK(nanoseconds("2min") == 120'000'000'000);
    CHECK(nanoseconds("0.5h") == 1'800'000'000'000);
    CHECK(nanoseconds("1d") == 86'400'000'000'000);
    CHECK(nanoseconds("1e3ns") == 1000);
    CHECK(nanoseconds("1E-9s") == 1);
    CHECK(nanoseconds("1e+2ms") == 100'000'000);
    CHECK(nanoseconds("0s") == 0);
    CHECK(nanoseconds("0.0ns") == 0);
    CHECK(nanoseconds("0e5s") == 0);
    CHECK(nanoseconds("-3s") == -3'000'000'000);
    CHECK(nanoseconds("  5s ") == 5'000'000'000);
    // A double would make 1.1s one nanosecond more or less after enough digits.
    CHECK(nanoseconds("9007199254.740993001s") == 9'007'199'254'740'993'001);
    CHECK(nanoseconds("1.000000000000s") == 1'000'000'000);
    CHECK(nanoseconds("9223372036854775807ns") == int64_max);
    CHECK(nanoseconds("-9223372036854775808ns") == int64_min);
    CHECK(nanoseconds("9223372036.854775807s") == int64_max);
}

TEST_CASE("bytes, bandwidths and counts are read exactly") {
    CHECK(value_of(parse_bytes("1kB")) == 1000);
    CHECK(value_of(parse_bytes("1KiB")) == 1024);
    CHECK(value_of(parse_bytes("32GiB")) == std::int64_t{32} << 30);
    CHECK(value_of(parse_bytes("1.5MB")) == 1'500'000);
    CHECK(value_of(parse_bytes("0.5KiB")) == 512);
    CHECK(value_of(parse_bytes("64B")) == 64);
    CHECK(value_of(parse_bytes("2TB")) == 2'000'000'000'000);
    // 2^40 - 1 bytes in TiB: forty digits after the point, and none too many.
    CHECK(value_of(parse_bytes("0.9999999999990905052982270717620849609375TiB")) == (std::int64_t{1} << 40) - 1);
    CHECK(value_of(parse_bandwidth("10Gbit/s")) == 10'000'000'000);
    CHECK(value_of(parse_bandwidth("2.5Gbit/s")) == 2'500'000'000);
    CHECK(value_of(parse_bandwidth("56kbit/s")) == 56'000);
    CHECK(value_of(parse_bandwidth("1.2Tbit/s")) == 1'200'000'000'000);
    CHECK(value_of(parse_count("12")) == 12);
    CHECK(value_of(parse_count("1e6")) == 1'000'000);
    CHECK(value_of(parse_count("1.5e3")) == 1500);
    CHECK(value_of(parse_count("-4")) == -4);
    CHECK(value_of(parse_count("12.00")) == 12);
}

TEST_CASE("rates, ratios and reals are the nearest doubles") {
    CHECK(value_of(parse_rate("20000/s")) == 20000);
    CHECK(value_of(parse_rate("3/min")) == 0.05);
    CHECK(value_of(parse_rate("36/h")) == 0.01);
    CHECK(value_of(parse_rate("86400/d")) == 1);
    CHECK(value_of(parse_rate("1.5/ms")) == 1500);
    CHECK(value_of(parse_rate("2/us")) == 2e6);
    CHECK(value_of(parse_rate("2/ns")) == 2e9);
    CHECK(value_of(parse_ratio("5%")) == 0.05);
    CHECK(value_of(parse_ratio("0.05")) == 0.05);
    CHECK(value_of(parse_ratio("0.1%")) == 0.001);
    CHECK(value_of(parse_ratio("150%")) == 1.5);
    CHECK(value_of(parse_real("0.99")) == 0.99);
    CHECK(value_of(parse_real("-1e-3")) == -0.001);
    CHECK(value_of(parse_real("1.7976931348623157e308")) == std::numeric_limits<double>::max());
    CHECK(value_of(parse_real("5e-324")) == 0x1p-1074);
    CHECK(value_of(parse_real("1e-400")) == 0);
}

TEST_CASE("malformed quantities are errors, each in its kind") {
    struct Case {
        Kind kind;
        std::vector<std::string> texts;
    };
    const std::vector<Case> cases{
        {Kind::duration,
         {"",
          " ",
          "5",
          "0",
          "s",
          "5 s",
          "+5s",
          "--5s",
          "-s",
          "05s",
          "010ms",
          "0x10s",
          "1_000s",
          "1,000s",
          ".5s",
          "5.s",
          "1.2.3s",
          "1e",
          "1es",
          "1e+s",
          "e3s",
          "5S",
          "5sec",
          "5m",
          "5min30s",
          "1h30m",
          "nan",
          "nans",
          "inf",
          "infs",
          "-inf s",
          "0.1ns",
          "1.5ns",
          "0.0001us",
          "5s s",
          "5s;",
          "1e19ns",
          "300y",
          "293000d",
          "1e300s",
          "1e99999s",
          "9223372036854775808ns",
          "-9223372036854775809ns",
          "5\ns",
          "\u00b5s",
          "5\u00b5",
          "1e-30h",
          "1e99999999999999999999s",
          "five s",
          "5ks",
          "5kB",
          "5%",
          "5/s",
          "10Gbit/s",
          "1/3s",
          "0b1s",
          "1e5.5s",
          "00s",
          "-05s"}},
        {Kind::bytes,
         {"5", "5b", "5KB", "5kb", "5kiB", "0.5B", "1.0001kB", "8388608TiB", "5 MB", "5s", "5PB", "5B/s", "1e19B",
          "0x1FB", "0.3KiB"}},
        {Kind::bandwidth,
         {"5", "10Gbps", "10GBit/s", "10G", "10Gbit", "1.5bit/s", "10GB/s", "1e9999Tbit/s", "5s", "10 Gbit/s",
          "20000/s"}},
        {Kind::rate,
         {"5", "5/", "/s", "5/sec", "5s", "5 /s", "5/m", "1e999/s", "nan/s", "inf/s", "5%", "5Hz", "1e308/ns"}},
        {Kind::ratio, {"", "%", "5 %", "5%%", "5s", "nan", "inf%", "+5%", "05%", "1e400", "five"}},
        {Kind::count,
         {"", "1.5", "010", "0x10", "+1", "1e-1", "1e19", "9223372036854775808", "12s", "1 2", "1_000", "nan", "one",
          "-", "1e", "12%"}},
        {Kind::real,
         {"", "1e400", "-1e400", "nan", "NaN", "inf", "-inf", "infinity", "0x1p3", "010", "+1", ".5", "5.", "1 2", "1s",
          "1,5", "1e", "1e+"}},
        {Kind::flag, {"", "yes", "True", "1", "on"}},
    };
    int tried = 0;
    for (const Case& entry : cases)
        for (const std::string& text : entry.texts) {
            CAPTURE(kind_name(entry.kind));
            CAPTURE(text);
            const auto parsed = parse_value(entry.kind, text);
            CHECK_FALSE(parsed.value.has_value());
            CHECK_FALSE(parsed.error.empty());
            CHECK(parsed.error.find('\n') == std::string::npos);
            ++tried;
        }
    CHECK(tried >= 60);
}

TEST_CASE("errors say what was found and what is allowed") {
    CHECK(parse_duration("5").error == "'5' has no unit; one of ns, us, ms, s, min, h, d is needed");
    CHECK(parse_bandwidth("5s").error == "'5s' is a duration; a bandwidth is expected, e.g. 10Gbit/s");
    CHECK(parse_duration("20/s").error == "'20/s' is a rate; a duration is expected, e.g. 250us");
    CHECK(parse_count("5kB").error == "'5kB' is a number of bytes; a whole number is expected, e.g. 12 or 1e6");
    CHECK(parse_duration("5sec").error == "'5sec' has the unknown unit 'sec'; allowed: ns, us, ms, s, min, h, d");
    CHECK(parse_duration("0.5ns").error ==
          "'0.5ns' is not a whole number of nanoseconds; a duration is expected, e.g. 250us");
    CHECK(parse_duration("1e10s").error == "'1e10s' is out of range; at most 9223372036854775807ns is allowed");
    CHECK(parse_duration("010s").error ==
          "'010s': a number has no leading zeros (is it octal or decimal?); a duration is expected, e.g. 250us");
    CHECK(parse_duration("5 s").error ==
          "'5 s' has a space inside; a duration is expected, e.g. 250us, without spaces");
    CHECK(parse_rate("7").error == "'7' has no unit; one of /ns, /us, /ms, /s, /min, /h, /d is needed");
    CHECK(parse_count("1.5").error == "'1.5' is not a whole number; a whole number is expected, e.g. 12 or 1e6");
}

TEST_CASE("a text of any length is an error of bounded length") {
    for (const std::string& text :
         {std::string(1'000'000, '9') + "s", std::string(1'000'000, 'x'), "1e" + std::string(1'000'000, '9') + "s"}) {
        const auto parsed = parse_duration(text);
        CHECK_FALSE(parsed.value.has_value());
        CHECK(parsed.error.size() < 300);
    }
}

TEST_CASE("random bytes never give more than an error") {
    RandomStream random(1);
    const std::string alphabet = "0123456789.eE+-smunhdkKMGTiBbt/% x\n\xc2\xb5";
    for (int i = 0; i < 100'000; ++i) {
        std::string text(random.below(12), ' ');
        for (char& c : text) c = alphabet[random.below(alphabet.size())];
        for (const Kind kind :
             {Kind::count, Kind::real, Kind::ratio, Kind::duration, Kind::bytes, Kind::bandwidth, Kind::rate}) {
            const auto parsed = parse_value(kind, text);
            REQUIRE(parsed.value.has_value() == parsed.error.empty());
            if (parsed.value) REQUIRE(parse_value(kind, print_value(kind, *parsed)).value == parsed.value);
        }
    }
}

TEST_CASE("printing picks the shortest exact text") {
    CHECK(print_duration(Duration(250'000)) == "250us");
    CHECK(print_duration(Duration(1'500'000)) == "1.5ms");
    CHECK(print_duration(Duration(0)) == "0s");
    CHECK(print_duration(Duration(1)) == "1ns");
    CHECK(print_duration(Duration(60'000'000'000)) == "60s");
    CHECK(print_duration(Duration(3'600'000'000'000)) == "1h");
    CHECK(print_duration(Duration(-2'000)) == "-2us");
    CHECK(print_duration(Duration(1'234'567'891)) == "1.234567891s");
    CHECK(print_bytes(1500) == "1.5kB");
    CHECK(print_bytes(1024) == "1KiB");
    CHECK(print_bytes(std::int64_t{32} << 30) == "32GiB");
    CHECK(print_bytes(0) == "0B");
    CHECK(print_bandwidth(10'000'000'000) == "10Gbit/s");
    CHECK(print_bandwidth(1) == "1bit/s");
    CHECK(print_rate(20000) == "20000/s");
    CHECK(print_rate(1e6) == "1e6/s");
    CHECK(print_ratio(0.05) == "5%");
    CHECK(print_ratio(0.001) == "0.1%");
    CHECK(print_ratio(0.123) == "12.3%");
    CHECK(print_ratio(1) == "100%");
    CHECK(print_ratio(0) == "0%");
    CHECK(print_ratio(1e-7) == "1e-5%");
    CHECK(print_real(0.99) == "0.99");
    CHECK(print_real(1e-7) == "1e-7");
    CHECK(print_value(Kind::list, Value(std::vector<std::string>{"1us", "2us"})) == "[1us, 2us]");
    CHECK(print_quantity(Kind::duration, 1500.0) == "1.5us");
    CHECK(print_quantity(Kind::real, 0.5) == "0.5");
}

TEST_CASE("what is printed is read back as the same value") {
    RandomStream random(2);
    const auto check_integer = [](std::int64_t value) {
        REQUIRE(value_of(parse_duration(print_duration(Duration(value)))).count() == value);
        REQUIRE(value_of(parse_bytes(print_bytes(value))) == value);
        REQUIRE(value_of(parse_bandwidth(print_bandwidth(value))) == value);
        REQUIRE(value_of(parse_count(print_count(value))) == value);
    };
    const auto check_double = [](double value) {
        const auto bits = std::bit_cast<std::uint64_t>(value);
        REQUIRE(std::bit_cast<std::uint64_t>(value_of(parse_rate(print_rate(value)))) == bits);
        REQUIRE(std::bit_cast<std::uint64_t>(value_of(parse_ratio(print_ratio(value)))) == bits);
        REQUIRE(std::bit_cast<std::uint64_t>(value_of(parse_real(print_real(value)))) == bits);
    };
    for (const std::int64_t value :
         {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, int64_max, int64_min, int64_min + 1})
        check_integer(value);
    for (const double value : {0.0, -0.0, 1.0, 0.1, 1e22, 1e23, 0x1p-1074, -0x1p-1074,
                               std::numeric_limits<double>::max(), 0x1p-1022, 100.0, 0.01, 1e-5})
        check_double(value);
    for (int i = 0; i < 20'000; ++i) {
        const auto bits = random.next();
        // All magnitudes, and round numbers, which take the larger units.
        std::int64_t value = static_cast<std::int64_t>(bits >> random.below(64));
        std::uint64_t round = 1;
        for (std::uint64_t zeros = random.below(12); zeros > 0; --zeros) round *= 10;
        check_integer(random.below(2) == 0 ? value : -value);
        check_integer(static_cast<std::int64_t>(random.below(1'000'000) * round));
        check_integer(static_cast<std::int64_t>(random.below(8192) << (10 * random.below(5))));
        const double real = std::bit_cast<double>(random.next());
        if (std::isfinite(real)) check_double(real);
        check_double(static_cast<double>(random.below(100'000)) / static_cast<double>(round));
    }
}

TEST_CASE("flags, texts and lists are read by their kind") {
    CHECK(std::get<bool>(value_of(parse_value(Kind::flag, "true"))));
    CHECK_FALSE(std::get<bool>(value_of(parse_value(Kind::flag, "false"))));
    CHECK(std::get<std::string>(value_of(parse_value(Kind::text, " as it is "))) == " as it is ");
    CHECK(std::get<std::vector<std::string>>(value_of(parse_value(Kind::list, "[1us, 2us,3us]"))) ==
          std::vector<std::string>{"1us", "2us", "3us"});
    CHECK(std::get<std::vector<std::string>>(value_of(parse_value(Kind::list, "1, 2"))).size() == 2);
    CHECK(std::get<std::vector<std::string>>(value_of(parse_value(Kind::list, "[]"))).empty());
}

TEST_CASE("a quantity is read as what its section measures") {
    CHECK(value_of(parse_quantity(Kind::duration, "250us")) == 250'000);
    CHECK(value_of(parse_quantity(Kind::bytes, "1KiB")) == 1024);
    CHECK(value_of(parse_quantity(Kind::rate, "3/min")) == 0.05);
    CHECK_FALSE(parse_quantity(Kind::duration, "1KiB").value.has_value());
    CHECK_THROWS_AS(parse_value(Kind::quantity, "5s"), InvariantBroken);
}
