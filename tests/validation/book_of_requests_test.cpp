/// Little's law is held as an exact identity at the end of every run. Here: that it can fail, and that the nodes count
/// the same number in system as the book does.
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

Time at(std::int64_t ns) {
    return time_zero + Duration(ns);
}

}  // namespace

TEST_CASE("Little's law is exact where stays cross both ends of the window") {
    RequestBook book = book_from_2_to_10();
    const RequestId early = book.arrive(0, 0, at(0));   // inside the window from 2 to 5
    const RequestId inside = book.arrive(0, 1, at(3));  // from 3 to 4
    book.arrive(0, 2, at(7));                           // from 7 to 10, never answered
    book.finish(inside, {}, at(4));
    book.finish(early, {}, at(5));
    analysis::RunRecord record;
    book.report(at(10), record);
    CHECK(record.metrics.at("in_system.mean") == doctest::Approx((3 + 1 + 3) / 8.0));
    CHECK(record.metrics.at("requests.arrived") == 2);
    CHECK(record.metrics.at("requests.succeeded") == 1);
}

TEST_CASE("a run that says it ended before its last arrival breaks Little's law") {
    // The integral has the request under way, the sum of stays has not.
    RequestBook book = book_from_2_to_10();
    book.arrive(0, 0, at(7));
    analysis::RunRecord record;
    CHECK_THROWS_AS(book.report(at(5), record), InvariantBroken);
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

TEST_CASE("where links take no time the jobs inside the nodes are the requests in the book") {
    // Two counts that know nothing of each other: integrals at the processors, stays in the book. Both are exact sums
    // of nanoseconds; dividing them rounds.
    Queueing q;
    q.workers = 10;
    q.rate = 9;
    q.demand = "{distribution: exponential, mean: 1s}";
    q.warmup = 100;
    q.duration = 1000;
    const auto result = run(scenario(q), 3);
    const std::vector<double> booked = values(result, "in_system.mean");
    const std::vector<double> inside = values(result, "queue.mean");
    for (std::size_t i = 0; i < booked.size(); ++i) CHECK(10 * inside[i] == doctest::Approx(booked[i]).epsilon(1e-12));
}
