#include "sim/workload/trace/expression.hpp"

#include <cmath>

#include "fixture.hpp"

using namespace orrery;
using namespace orrery::testing;

namespace {

using Measure = Expression::Measure;

/// Evaluates over the columns a, b, c (numbers) and t (a text).
double value(const std::string& text, Measure measure, const std::vector<std::string>& abct) {
    ColumnSet columns;
    const Expression expression = Expression::compile("field", text, measure, columns);
    std::vector<std::string_view> cells;
    for (const auto& use : columns.uses()) {
        const std::size_t index = std::string_view("abct").find(use.name);
        REQUIRE(index != std::string_view::npos);
        cells.push_back(abct.at(index));
    }
    return expression.evaluate(cells);
}
double number(const std::string& text) {
    return value(text, Measure::number, {"2", "3.5", "-4", "GET"});
}

std::string mistake(const std::string& text, Measure measure = Measure::number) {
    ColumnSet columns;
    return error_of([&] { Expression::compile("demand", text, measure, columns); });
}

}  // namespace

TEST_CASE("expressions bind as arithmetic does") {
    CHECK(number("1 + 2 * 3") == 7);
    CHECK(number("(1 + 2) * 3") == 9);
    CHECK(number("10 - 4 - 3") == 3);
    CHECK(number("16 / 4 / 2") == 2);
    CHECK(number("-2 * -3") == 6);
    CHECK(number("--2") == 2);
    CHECK(number("a * b + c") == 3);
    CHECK(number("1e3 + 1.5e-1") == 1e3 + 0.15);
    CHECK(number("1ms / 1us") == 1000);
    CHECK(number("min(a, b, c)") == -4);
    CHECK(number("max(a, b, c)") == 3.5);
    CHECK(std::isinf(number("1 / (a - 2)")));
}

TEST_CASE("conditions choose, and the branch not taken is not looked at") {
    CHECK(number("if(a < b, 1, 2)") == 1);
    CHECK(number("if(a >= b, 1, 2)") == 2);
    CHECK(number("if(t == 'GET', 1, 2)") == 1);
    CHECK(number("if('PUT' == t, 1, 2)") == 2);
    CHECK(number("if(t != 'GET' or not a > 3 and c <= 0, 1, 2)") == 1);
    CHECK(number("if(not (a == 2 and b != 3.5), 1, 2)") == 1);
    CHECK(number("if(a > 0, 1, t)") == 1);
    CHECK(number("if((a < b), (1), 2)") == 1);
}

TEST_CASE("literals carry units and results are checked against what is wanted") {
    CHECK(value("0.25ms * a + 20ms * b", Measure::duration, {"2", "3.5", "", ""}) == 70.5e6);
    CHECK(value("250us", Measure::duration, {}) == 250e3);
    CHECK(value("0.8ns * a", Measure::duration, {"1000", "", "", ""}) == 800);
    CHECK(value("0.1us", Measure::duration, {}) == 100);
    CHECK(value("a * 1KiB", Measure::bytes, {"2"}) == 2048);
    CHECK(value("a", Measure::bytes, {"512"}) == 512);
    CHECK(contains(mistake("a / (1GB / 1s)", Measure::duration), "time^1 bytes^-1"));
    CHECK(contains(mistake("a", Measure::duration),
                   "the result is a plain number, but demand needs a duration (multiply by 1ms"));
    CHECK(contains(mistake("1ms * 1ms", Measure::duration), "time^2"));
    CHECK(contains(mistake("1KiB", Measure::duration), "the result is bytes"));
    CHECK(contains(mistake("3ms + 2"), "column 7 of \"3ms + 2\": cannot add a duration and a plain number"));
    CHECK(contains(mistake("if(1ms < 2, 1, 2)"), "cannot compare"));
    CHECK(contains(mistake("min(1ms, 1B)"), "cannot take the extreme of a duration and bytes"));
}

TEST_CASE("a division by a rate of bytes gives a duration") {
    // 3 MB at 1 GB/s.
    CHECK(value("a * 1B / (1GB / 1s)", Measure::duration, {"3000000", "", "", ""}) == 3e6);
}

TEST_CASE("mistakes in an expression name the column of it") {
    CHECK(contains(mistake(""), "demand: column 1 of \"\": found the end of the expression"));
    CHECK(contains(mistake("a +"), "column 4"));
    CHECK(contains(mistake("a b"), "column 3 of \"a b\": found \"b\" behind the end"));
    CHECK(contains(mistake("(a"), "expected \")\""));
    CHECK(contains(mistake("12parsecs"), "found \"12parsecs\", expected a number, perhaps with a unit of ns"));
    CHECK(contains(mistake("010 * a"), "column 1"));
    CHECK(contains(mistake("sqrt(a)"), "there is no function \"sqrt\""));
    CHECK(contains(mistake("'text'"), "a 'text' can only be compared"));
    CHECK(contains(mistake("if(a + 1 == 'x', 1, 2)"), "a 'text' can only be compared"));
    CHECK(contains(mistake("if(t < 'x', 1, 2)"), "a 'text' can only be compared"));
    CHECK(contains(mistake("if(a, 1, 2)"), "column 4 of \"if(a, 1, 2)\": found a value, expected a condition"));
    CHECK(contains(mistake("a < b"), "found a condition, expected a value"));
    CHECK(contains(mistake("`a"), "is not closed"));
    CHECK(contains(mistake("a $ b"), "behind the end"));
    CHECK(contains(mistake("min(a)"), "expected \",\""));
    CHECK(contains(mistake(std::string(100'000, '(')), "nested more than 100 deep"));
    CHECK(contains(mistake(std::string(100'000, '-')), "nested more than 100 deep"));
    std::string sum = "a";
    for (int i = 0; i < 1000; ++i) sum += " + a";
    CHECK(contains(mistake(sum), "more than 1000 parts"));
}

TEST_CASE("no text makes the parser do anything but answer or complain") {
    const std::string alphabet = "ab01.eE+-*/()<>=!,'` ifmnaxotr_[]usKB";
    std::uint64_t state = 7;
    int compiled = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (int i = 0; i < round % 24; ++i)
            text += alphabet[(state = state * 6364136223846793005u + 1442695040888963407u) >> 33 & 31];
        ColumnSet columns;
        try {
            Expression::compile("x", text, Measure::number, columns);
            ++compiled;
        } catch (const ParameterError&) {
        }
    }
    CHECK(compiled > 100);
}

TEST_CASE("cells are numbers or errors") {
    CHECK(cell_number("12", 0) == 12);
    CHECK(cell_number(" 1.5 ", 0) == 1.5);
    CHECK(cell_number("-3e2", 0) == -300);
    CHECK(cell_number("12345678901234567890", 0) == 12345678901234567890.0);
    for (const char* text : {"", " ", "x", "1x", "nan", "inf", "1e999", "0x1", "1 2"})
        CHECK_THROWS_AS(cell_number(text, 0), CellError);
}
