/// Little's law is held as an exact identity at the end of every run. Here: that it can fail.
#include <doctest/doctest.h>

#include "scenarios/systems/request_book.hpp"
#include "sim/base/check.hpp"
#include "tests/validation/agreement.hpp"

using namespace orrery;
using namespace orrery::validation;

namespace {

RequestBook book_from_2_to_10() {
    RequestBook::Spec spec;
    spec.window = {time_zero + Duration(2), time_zero + Duration(10)};
    spec.series = {time_zero, Duration(1), 10};
    return RequestBook(spec);
}

Time at(std::int64_t ns) { return time_zero + Duration(ns); }

}  // namespace

TEST_CASE("Little's law is exact where stays cross both ends of the window") {
    RequestBook book = book_from_2_to_10();
    const RequestId early = book.arrive(0, 0, at(0));     // inside the window from 2 to 5
    const RequestId inside = book.arrive(0, 1, at(3));    // from 3 to 4
    book.arrive(0, 2, at(7));                             // from 7 to 10, never answered
    book.finish(inside, {}, at(4));
    book.finish(early, {}, at(5));
    analysis::RunRecord record;
    book.report(at(10), record);
    CHECK(record.metrics.at("in_system.mean") == doctest::Approx((3 + 1 + 3) / 8.0 * 1e-9 / 1e-9));
    CHECK(record.metrics.at("requests.arrived") == 2);
    CHECK(record.metrics.at("requests.succeeded") == 1);
}

TEST_CASE("a request that is answered before it arrives breaks Little's law") {
    // Its stay inside the window is counted as nothing, the integral is not.
    RequestBook book = book_from_2_to_10();
    const RequestId first = book.arrive(0, 0, at(6));
    book.finish(first, {}, at(5));
    analysis::RunRecord record;
    CHECK_THROWS_AS(book.report(at(10), record), InvariantBroken);
}

TEST_CASE("a request that is answered twice, or never arrived, is found at once") {
    RequestBook book = book_from_2_to_10();
    const RequestId open = book.arrive(0, 0, at(3));
    const RequestId first = book.arrive(0, 1, at(3));
    book.finish(first, {}, at(4));
    CHECK_THROWS_AS(book.finish(first, {}, at(5)), InvariantBroken);
    CHECK_THROWS_AS(book.finish(RequestId{2}, {}, at(5)), InvariantBroken);
    CHECK_NOTHROW(book.finish(open, {}, at(5)));
}
