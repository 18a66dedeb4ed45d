#include "sim/workload/trace/timestamp.hpp"

#include <doctest/doctest.h>

using namespace orrery;

TEST_CASE("decimal numbers are read exactly, in the unit that is asked for") {
    CHECK(parse_decimal("1684.25", 1s) == 1684250ms);
    CHECK(parse_decimal("0.1", 1us) == 100ns);
    CHECK(parse_decimal("3.8955", 24h) == 336'571'200ms);
    CHECK(parse_decimal("1.5e3", 1ms) == 1500ms);
    CHECK(parse_decimal("25E-1", 1ns) == 2ns);
    CHECK(parse_decimal("-2.5", 1s) == -2500ms);
    CHECK(parse_decimal("+7", 1ns) == 7ns);
    CHECK(parse_decimal("1700158623.123456789", 1s) == Duration(1'700'158'623'123'456'789));
    // Where a double has 256 ns between neighbours, and further digits are cut off.
    CHECK(parse_decimal("1700158623.1234567899999999999999999", 1s) == Duration(1'700'158'623'123'456'789));
    CHECK(parse_decimal("0.0000000009", 1s) == 0ns);
    CHECK(parse_decimal("1e-300", 1s) == 0ns);
}

TEST_CASE("what is no decimal number or does not fit is refused") {
    for (const char* text : {"", "-", ".", "1.2.3", "1e", "1e+", "0x10", "nan", "inf", "1 ", " 1", "1,5", "1e99",
                             "99999999999999999999", "4611686019", "-4611686019", "1e00005"})
        CHECK_MESSAGE(!parse_decimal(text, 1s), text);
    CHECK(parse_decimal("4611686018", 1s));
}

TEST_CASE("ISO dates are read to the nanosecond, with an offset or as UTC") {
    const auto at = parse_iso8601("2023-11-16 18:17:03.9799600");
    CHECK(at == Duration(1'700'158'623'979'960'000));
    CHECK(parse_iso8601("2023-11-16T18:17:03.97996Z") == at);
    CHECK(parse_iso8601("2023-11-16T19:17:03.97996+01:00") == at);
    CHECK(parse_iso8601("2023-11-16 13:47:03.97996 -0430") == at);
    CHECK(parse_iso8601("20231116T181703,97996Z") == at);
    CHECK(parse_iso8601("1970-01-01") == 0ns);
    CHECK(parse_iso8601("1969-12-31 23:59:59.5") == -500ms);
    CHECK(parse_iso8601("1970-01-01 00:01") == 60s);
    CHECK(parse_iso8601("2000-02-29 00:00:00.123456789") == Duration(951'782'400'123'456'789));
    for (const char* text : {"2023-13-01", "2023-02-29", "2023-1-01", "2023-01-01 24:00:00", "2023-01-01 10:60:00",
                             "2023-01-01 10:00:00.", "2023-01-01 10:00:00x", "2023-01-01 ", "0001-01-01", "9999-01-01",
                             "", "1684", "2023-01-01 10:00:00+1", "2023-01-01 10:00:00+25:00"})
        CHECK_MESSAGE(!parse_iso8601(text), text);
}

TEST_CASE("times of access logs are read with their zone") {
    CHECK(parse_access_log_time("[17/May/2015:10:05:03 +0000]") == 1431857103s);
    CHECK(parse_access_log_time("17/May/2015:12:05:03 +0200") == 1431857103s);
    CHECK(parse_access_log_time("17/May/2015:03:05:03 -0700") == 1431857103s);
    for (const char* text : {"17/may/2015:10:05:03 +0000", "17/May/2015 10:05:03", "[17/May/2015:10:05:03 +0000",
                             "32/May/2015:10:05:03 +0000", "-"})
        CHECK_MESSAGE(!parse_access_log_time(text), text);
}

TEST_CASE("American dates of failure logs are read") {
    CHECK(parse_us_date("6/21/2005 9:04") == 1119344640s);
    CHECK(parse_us_date("12/31/1999 23:59") == 946684740s);
    for (const char* text : {"21/6/2005 9:04", "6/21/05 9:04", "6/21/2005", "6/21/2005 9:04:00", "6/31/2005 9:04"})
        CHECK_MESSAGE(!parse_us_date(text), text);
}

TEST_CASE("without a format a date is recognised and a bare number is not") {
    CHECK(parse_stamp("2015-05-17 10:05:03", TimeFormat::automatic) == 1431857103s);
    CHECK(parse_stamp("[17/May/2015:10:05:03 +0000]", TimeFormat::automatic) == 1431857103s);
    CHECK(!parse_stamp("1431857103", TimeFormat::automatic));
    CHECK(parse_stamp("1431857103", TimeFormat::seconds) == 1431857103s);
    CHECK(parse_stamp("1431857103", TimeFormat::microseconds) == 1431857103us);
    CHECK(!parse_stamp("2015-05-17", TimeFormat::milliseconds));
}
