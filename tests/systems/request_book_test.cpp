#include "scenarios/systems/request_book.hpp"

#include <doctest/doctest.h>

#include "sim/base/check.hpp"

using namespace orrery;

namespace {

RequestBook book(std::uint32_t sources = 1) {
    return RequestBook({{time_zero + 10s, time_zero + 100s}, sources, {time_zero, 1s, 100}, {}});
}

Time at(Duration duration) {
    return time_zero + duration;
}

}  // namespace

TEST_CASE("latency is measured for requests that arrive inside the window") {
    RequestBook requests = book();
    const RequestId early = requests.arrive(0, 0, at(9s));
    const RequestId inside = requests.arrive(0, 1, at(20s));
    requests.finish(early, {}, at(19s));
    requests.finish(inside, {}, at(23s));
    analysis::RunRecord record;
    requests.report(at(100s), record);
    CHECK(record.metrics.at("requests.arrived") == 1);
    CHECK(record.metrics.at("latency.mean") == doctest::Approx(3));
    CHECK(record.metrics.at("errors.rate") == 0);
    // Inside the window the early one stayed 9 s, the other 3 s.
    CHECK(record.metrics.at("in_system.mean") == doctest::Approx(12.0 / 90));
    // Both were completed inside it.
    CHECK(record.metrics.at("throughput") == doctest::Approx(2.0 / 90));
}

TEST_CASE("what failed and what was never answered counts as an error") {
    RequestBook requests = book();
    const RequestId good = requests.arrive(0, 0, at(20s));
    const RequestId failed = requests.arrive(0, 1, at(21s));
    requests.arrive(0, 2, at(22s));
    requests.finish(good, {}, at(24s));
    requests.finish(failed, {Outcome::Kind::failure, 2, 0}, at(25s));
    analysis::RunRecord record;
    requests.report(at(100s), record);
    CHECK(record.metrics.at("errors.rate") == doctest::Approx(2.0 / 3));
    CHECK(record.metrics.at("requests.failed") == 1);
    CHECK(record.metrics.at("requests.retried") == 2);
    CHECK(record.histograms.at("latency").count() == 1);
}

TEST_CASE("answers may come in any order, from any source, and give back the client") {
    RequestBook requests = book(2);
    std::vector<RequestId> ids;
    for (std::uint64_t k = 0; k < 1000; ++k)
        ids.push_back(requests.arrive(k % 2 == 0 ? 0 : 1, k / 2, at(20s) + Duration(static_cast<std::int64_t>(k)),
                                      static_cast<std::uint32_t>(k)));
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const std::size_t k = (i * 389) % ids.size();  // 389 is coprime to 1000
        CHECK(RequestBook::source_of(ids[k]) == k % 2);
        CHECK(requests.finish(ids[k], {}, at(30s)) == k);
    }
    analysis::RunRecord record;
    requests.report(at(100s), record);
    CHECK(record.metrics.at("requests.succeeded") == 1000);
}

TEST_CASE("an answer twice, or to nobody, breaks an invariant") {
    RequestBook requests = book();
    const RequestId first = requests.arrive(0, 0, at(20s));
    requests.arrive(0, 1, at(20s));
    requests.finish(first, {}, at(21s));
    CHECK_THROWS_AS(requests.finish(first, {}, at(22s)), InvariantBroken);
    CHECK_THROWS_AS(requests.finish(RequestId{7}, {}, at(22s)), InvariantBroken);
    CHECK_THROWS_AS(requests.arrive(0, 5, at(23s)), InvariantBroken);
}
