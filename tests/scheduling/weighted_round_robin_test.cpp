#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "scheduling_helpers.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::models::test;

namespace {

/// nginx's rule as it stands: add up everybody at every pick.
class Plain {
public:
    explicit Plain(std::vector<std::int64_t> weights) : weights_(std::move(weights)), credit_(weights_.size(), 0) {}

    std::optional<std::size_t> pick(const std::vector<std::size_t>& among, const WorkerView& view) {
        std::optional<std::size_t> best;
        std::int64_t total = 0;
        for (const std::size_t i : among) {
            if (!view.up(WorkerIndex(i))) continue;
            credit_[i] += weights_[i];
            total += weights_[i];
            if (!best || credit_[i] > credit_[*best]) best = i;
        }
        if (best) credit_[*best] -= total;
        return best;
    }

private:
    std::vector<std::int64_t> weights_;
    std::vector<std::int64_t> credit_;
};

std::vector<double> as_reals(const std::vector<std::int64_t>& weights) {
    return {weights.begin(), weights.end()};
}

nlohmann::json nginx_vectors() {
    const char* data = std::getenv("ORRERY_DATA");
    if (data == nullptr) return {};
    std::ifstream file(std::filesystem::path(data) / ".." / "golden" / "nginx_upstream.json");
    return file ? nlohmann::json::parse(file) : nlohmann::json();
}

}  // namespace

TEST_CASE("smooth weighted round robin gives a a b a c a a for weights 5, 1, 1, and again") {
    WorkerView view = weighted({5, 1, 1});
    const auto policy = dispatcher("weighted_round_robin", view);
    RandomStream random(1);
    const std::vector<std::uint32_t> round{0, 0, 1, 0, 2, 0, 0};
    CHECK(picks(*policy, view, 7, random) == round);
    CHECK(picks(*policy, view, 7, random) == round);
    CHECK(random == RandomStream(1));
}

TEST_CASE("weights that are fractions of one another give the same sequence as integers") {
    WorkerView view = weighted({0.625, 0.125, 0.125});
    const auto policy = dispatcher("weighted_round_robin", view);
    RandomStream random(1);
    CHECK(picks(*policy, view, 7, random) == std::vector<std::uint32_t>{0, 0, 1, 0, 2, 0, 0});
}

TEST_CASE("the kinetic tournament picks what adding up everybody picks, through failures and candidate lists") {
    for (const std::size_t count : {1u, 2u, 3u, 17u, 64u, 200u}) {
        CAPTURE(count);
        RandomStream script(count);
        std::vector<std::int64_t> weights;
        for (std::size_t i = 0; i < count; ++i)
            weights.push_back(1 + static_cast<std::int64_t>(script.below(1 + script.below(1000))));
        WorkerView view = weighted(as_reals(weights));
        const auto policy = dispatcher("weighted_round_robin", view);
        Plain plain(weights);
        std::vector<std::size_t> all(count);
        for (std::size_t i = 0; i < count; ++i) all[i] = i;
        RandomStream random(1);
        for (int step = 0; step < 4000; ++step) {
            const auto worker = static_cast<std::size_t>(script.below(count));
            const std::uint64_t kind = script.below(30);
            if (kind == 0) set_down(*policy, view, worker);
            if (kind == 1 || kind == 2) set_up(*policy, view, worker);
            std::vector<std::size_t> among = all;
            std::vector<WorkerIndex> candidates;
            if (kind > 20) {
                std::rotate(among.begin(), among.begin() + static_cast<std::ptrdiff_t>(worker), among.end());
                among.resize(std::min<std::size_t>(count, 4));
                for (const std::size_t i : among) candidates.emplace_back(i);
            }
            const auto expected = plain.pick(among, view);
            const auto picked = policy->pick({}, candidates, view, random);
            REQUIRE(picked.has_value() == expected.has_value());
            if (picked) REQUIRE(picked->index() == *expected);
        }
    }
}

TEST_CASE("nginx itself picks the same sequences") {
    const nlohmann::json vectors = nginx_vectors();
    if (vectors.is_null()) {
        MESSAGE("skipped: no golden/nginx_upstream.json beside ORRERY_DATA");
        return;
    }
    for (const auto& entry : vectors["smooth_wrr"]) {
        const auto weights = entry["weights"].get<std::vector<std::int64_t>>();
        const auto expected = entry["picks"].get<std::vector<std::uint32_t>>();
        WorkerView view = weighted(as_reals(weights));
        const auto policy = dispatcher("weighted_round_robin", view);
        RandomStream random(1);
        CHECK(picks(*policy, view, expected.size(), random) == expected);
    }
}

TEST_CASE("nginx with a peer that fails for good at its first error tries the same peers") {
    const nlohmann::json vectors = nginx_vectors();
    if (vectors.is_null()) {
        MESSAGE("skipped: no golden/nginx_upstream.json beside ORRERY_DATA");
        return;
    }
    int compared = 0;
    for (const auto& entry : vectors["smooth_wrr_with_failing_peer"]) {
        // With more errors allowed nginx lowers the peer's effective weight in steps; a view has no such state.
        if (entry["max_fails"].get<int>() != 1) continue;
        ++compared;
        const auto failing = entry["failing_index"].get<std::size_t>();
        WorkerView view = weighted(as_reals(entry["weights"].get<std::vector<std::int64_t>>()));
        const auto policy = dispatcher("weighted_round_robin", view);
        RandomStream random(1);
        for (const auto& expected : entry["tries_per_request"]) {
            std::vector<std::size_t> tries{policy->pick({}, {}, view, random)->index()};
            if (tries.front() == failing) {
                set_down(*policy, view, failing);
                tries.push_back(policy->pick({}, {}, view, random)->index());
            }
            REQUIRE(tries == expected.get<std::vector<std::size_t>>());
        }
    }
    CHECK(compared > 0);
}
