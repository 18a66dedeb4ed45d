// The same arrivals and keys from every compiler, optimisation level and sanitizer: hashes that were taken once.
#include "fixture.hpp"
#include "sim/workload/arrivals.hpp"
#include "sim/workload/keys.hpp"

using namespace orrery;
using namespace orrery::testing;

namespace {

constexpr StreamKey key = stream_key(2024, "golden", 3);

std::uint64_t hash_of(const std::unique_ptr<ArrivalProcess>& process) {
    std::uint64_t hash = 0;
    Time at = time_zero;
    for (std::uint64_t k = 0; k < 10'000; ++k) {
        at = *process->next(at, k, key);
        hash = mix64(hash ^ static_cast<std::uint64_t>(at.time_since_epoch().count()));
    }
    return hash;
}

std::uint64_t hash_of(const std::unique_ptr<KeyPopularity>& keys) {
    std::uint64_t hash = 0;
    for (std::uint64_t item = 0; item < 10'000; ++item) {
        RandomStream random = stream_of(key, item);
        hash = mix64(hash ^ keys->draw(item, random, Time(Duration(static_cast<std::int64_t>(item) * 1'000'000))));
    }
    return hash;
}

}  // namespace

TEST_CASE("arrivals are the same everywhere") {
    CHECK(hash_of(poisson_arrivals(12'345.678)) == 0x1f91391d5fe704e4u);
    CHECK(hash_of(deterministic_arrivals(7'777.7)) == 0x8b37199b1884cae2u);
    CHECK(hash_of(modulated_arrivals({{3000, 10ms}, {100, 30ms}, {500, 20ms}})) == 0x25d98add8d4fab99u);
    CHECK(hash_of(piecewise_arrivals({{time_zero, 500}, {Time(1s), 4000}}, 3s)) == 0x1bb7bd79ced43b64u);
    CHECK(hash_of(diurnal_arrivals({.rate = 2000, .amplitude = 0.8, .period = 10s, .peak = 3s})) ==
          0x6762607d58f5eed6u);
}

TEST_CASE("keys are the same everywhere") {
    CHECK(hash_of(uniform_keys(1'000'003)) == 0x392f9c7442bfba32u);
    CHECK(hash_of(zipf_keys(1'000'003, 0.99, KeyOrder::scattered, 1s)) == 0xa095a6c0ba90ce75u);
    CHECK(hash_of(hot_set_keys(1'000'003, {.share = 0.1, .traffic = 0.9}, KeyOrder::scattered)) == 0xe7d5e9efe168b30bu);
}
