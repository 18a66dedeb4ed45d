#include "analysis/scale.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "analysis/sparkline.hpp"
#include "sim/base/check.hpp"

using namespace orrery;
using namespace orrery::analysis;

TEST_CASE("quantities read as people write them") {
    const std::pair<std::string, std::string> pairs[] = {
        {quantity_text(Kind::duration, 0.001234), "1.234 ms"},
        {quantity_text(Kind::duration, 0), "0 s"},
        {quantity_text(Kind::duration, 17), "17 s"},
        {quantity_text(Kind::duration, 3e-9), "3 ns"},
        {quantity_text(Kind::duration, 0.00099999), "1 ms"},
        {quantity_text(Kind::duration, 86400), "86,400 s"},
        {quantity_text(Kind::rate, 180000), "180 k/s"},
        {quantity_text(Kind::rate, 3), "3/s"},
        {quantity_text(Kind::ratio, 0.8512), "85.12 %"},
        {quantity_text(Kind::ratio, 0), "0 %"},
        {quantity_text(Kind::bytes, 1500), "1.5 kB"},
        {quantity_text(Kind::count, 123456), "123,456"},
        {quantity_text(Kind::count, 12345678), "12.35 M"},
        {quantity_text(Kind::real, 1.30049), "1.3"},
        {quantity_text(Kind::real, -0.25), "-0.25"},
        {quantity_text(Kind::real, 1e-300), "0"},
        {quantity_text(Kind::duration, 0.0012345, 3), "1.23 ms"},
        {count_text(1234567), "1,234,567"},
        {count_text(999), "999"},
        {number_text(-123456.7, {}, 1), "-123,456.7"},
        {number_text(-0.0001, {}, 2), "0.00"},
    };
    for (const auto& [found, expected] : pairs) CHECK(found == expected);
}

TEST_CASE("decimals show four digits, or two of the uncertainty but three to six of the value") {
    CHECK(decimals_for(1.2345, 0) == 3);
    CHECK(decimals_for(123.45, 0) == 1);
    CHECK(decimals_for(123456, 0) == 0);
    CHECK(decimals_for(0, 0) == 3);
    CHECK(decimals_for(123.45, 0.012) == 3);
    CHECK(decimals_for(5.997, 9.862) == 2);
    CHECK(decimals_for(5.997, 1e-9) == 5);
    CHECK(decimals_for(std::numeric_limits<double>::max(), 1) == 0);
}

TEST_CASE("padding counts characters, not bytes") {
    CHECK(width_of("± 1") == 3);
    CHECK(padded_left("±", 3) == "  ±");
    CHECK(padded_right("±", 3) == "±  ");
    CHECK(padded_right("long", 2) == "long");
}

TEST_CASE("a sparkline has a block for each value, and what is above nothing stays visible") {
    CHECK(sparkline(std::vector<double>{0, 0.001, 0.25, 0.5, 0.75, 1, 2}, 1) == "·▁▂▄▆██");
    CHECK(sparkline(std::vector<double>{0, 0}, 0) == "··");
    CHECK(sparkline(std::vector<double>{}, 1).empty());
}

TEST_CASE("many values are put together: the largest, the least or the mean of neighbours") {
    const std::vector<double> values = {1, 5, 2, 4, 9, 3, 7};
    CHECK(binned(values, 7, Binning::largest) == values);
    CHECK(binned(values, 3, Binning::largest) == std::vector<double>{5, 9, 7});
    CHECK(binned(values, 3, Binning::least) == std::vector<double>{1, 3, 7});
    CHECK(binned(values, 4, Binning::mean) == std::vector<double>{3, 3, 6, 7});
    CHECK(binned(std::vector<double>{}, 4, Binning::mean).empty());
    CHECK_THROWS_AS(binned(values, 0, Binning::mean), InvariantBroken);
}
