#include "sim/base/unit_tables.hpp"

#include <array>
#include <limits>

#include "sim/base/units.hpp"

namespace orrery::unit_tables {

namespace {

constexpr std::int64_t thousand = 1000, million = 1'000'000, billion = 1'000'000'000, trillion = 1'000'000'000'000;
constexpr std::int64_t kibi = 1024, mebi = kibi * 1024, gibi = mebi * 1024, tebi = gibi * 1024;

constexpr std::array durations{
    Unit{"ns", 1, 0, Printing::whole_or_fraction},       Unit{"us", thousand, 0, Printing::whole_or_fraction},
    Unit{"\u00b5s", thousand, 0, Printing::never},  // micro sign
    Unit{"\u03bcs", thousand, 0, Printing::never},  // Greek mu, which looks the same
    Unit{"ms", million, 0, Printing::whole_or_fraction}, Unit{"s", billion, 0, Printing::whole_or_fraction},
    Unit{"min", 60 * billion, 0, Printing::whole},       Unit{"h", 3600 * billion, 0, Printing::whole},
    Unit{"d", 86400 * billion, 0, Printing::whole},
};

constexpr std::array byte_units{
    Unit{"B", 1, 0, Printing::whole_or_fraction}, Unit{"kB", thousand, 0, Printing::whole_or_fraction},
    Unit{"KiB", kibi, 0, Printing::whole},        Unit{"MB", million, 0, Printing::whole_or_fraction},
    Unit{"MiB", mebi, 0, Printing::whole},        Unit{"GB", billion, 0, Printing::whole_or_fraction},
    Unit{"GiB", gibi, 0, Printing::whole},        Unit{"TB", trillion, 0, Printing::whole_or_fraction},
    Unit{"TiB", tebi, 0, Printing::whole},
};

constexpr std::array bandwidths{
    Unit{"bit/s", 1, 0, Printing::whole_or_fraction},         Unit{"kbit/s", thousand, 0, Printing::whole_or_fraction},
    Unit{"Mbit/s", million, 0, Printing::whole_or_fraction},  Unit{"Gbit/s", billion, 0, Printing::whole_or_fraction},
    Unit{"Tbit/s", trillion, 0, Printing::whole_or_fraction},
};

constexpr std::array rates{
    Unit{"/ns", 1, 9}, Unit{"/us", 1, 6},   Unit{"/\u00b5s", 1, 6}, Unit{"/\u03bcs", 1, 6}, Unit{"/ms", 1, 3},
    Unit{"/s", 1, 0},  Unit{"/min", 60, 0}, Unit{"/h", 3600, 0},    Unit{"/d", 86400, 0},
};

constexpr std::array ratios{Unit{"", 1, 0}, Unit{"%", 1, -2}};
constexpr std::array numbers{Unit{"", 1, 0, Printing::whole_or_fraction}};

}  // namespace

std::span<const Unit> units_of(Kind kind) {
    switch (kind) {
        case Kind::duration:
            return durations;
        case Kind::bytes:
            return byte_units;
        case Kind::bandwidth:
            return bandwidths;
        case Kind::rate:
            return rates;
        case Kind::ratio:
            return ratios;
        case Kind::count:
        case Kind::real:
            return numbers;
        case Kind::quantity:
        case Kind::flag:
        case Kind::choice:
        case Kind::text:
        case Kind::list:
            break;
    }
    return {};
}

std::string_view example_of(Kind kind) {
    switch (kind) {
        case Kind::duration:
            return "e.g. 250us";
        case Kind::bytes:
            return "e.g. 32GiB";
        case Kind::bandwidth:
            return "e.g. 10Gbit/s";
        case Kind::rate:
            return "e.g. 20000/s";
        case Kind::ratio:
            return "e.g. 5% or 0.05";
        case Kind::count:
            return "e.g. 12 or 1e6";
        case Kind::real:
            return "e.g. 0.99";
        case Kind::quantity:
        case Kind::flag:
        case Kind::choice:
        case Kind::text:
        case Kind::list:
            break;
    }
    return {};
}

std::string_view whole_suffix_of(Kind kind) {
    switch (kind) {
        case Kind::duration:
            return " of nanoseconds";
        case Kind::bytes:
            return " of bytes";
        case Kind::bandwidth:
            return " of bit/s";
        case Kind::count:
        case Kind::rate:
        case Kind::ratio:
        case Kind::real:
        case Kind::quantity:
        case Kind::flag:
        case Kind::choice:
        case Kind::text:
        case Kind::list:
            break;
    }
    return {};
}

std::string most_of(Kind kind) {
    return std::to_string(std::numeric_limits<std::int64_t>::max()) + std::string(units_of(kind).front().name);
}

}  // namespace orrery::unit_tables

namespace orrery {

std::string_view kind_name(Kind kind) {
    switch (kind) {
        case Kind::count:
            return "a whole number";
        case Kind::real:
            return "a number";
        case Kind::ratio:
            return "a ratio";
        case Kind::duration:
            return "a duration";
        case Kind::bytes:
            return "a number of bytes";
        case Kind::bandwidth:
            return "a bandwidth";
        case Kind::rate:
            return "a rate";
        case Kind::quantity:
            return "a quantity";
        case Kind::flag:
            return "true or false";
        case Kind::choice:
            return "a choice";
        case Kind::text:
            return "a text";
        case Kind::list:
            return "a list";
    }
    return {};
}

std::string_view kind_units(Kind kind) {
    switch (kind) {
        case Kind::duration:
            return "ns, us, ms, s, min, h, d";
        case Kind::bytes:
            return "B, kB, MB, GB, TB, KiB, MiB, GiB, TiB";
        case Kind::bandwidth:
            return "bit/s, kbit/s, Mbit/s, Gbit/s, Tbit/s";
        case Kind::rate:
            return "/ns, /us, /ms, /s, /min, /h, /d";
        case Kind::ratio:
            return "%";
        case Kind::count:
        case Kind::real:
        case Kind::quantity:
        case Kind::flag:
        case Kind::choice:
        case Kind::text:
        case Kind::list:
            break;
    }
    return {};
}

}  // namespace orrery
