// Determinism is law: what the check finds, and what it must find.
#include "scenarios/runs/determinism.hpp"

#include <doctest/doctest.h>

#include <memory>

#include "models/scheduling/dispatcher.hpp"
#include "scenarios/runs/replications.hpp"
#include "scenarios/systems/simulation.hpp"

using namespace orrery;

namespace {

constexpr const char* service =
    "scenario: ties abound\n"
    "seed: 5\n"
    "duration: 400ms\n"
    "replications: 1\n"
    "cluster:\n"
    "  topology: {kind: leaf_spine, racks: 3, nodes_per_rack: 3, spines: 2}\n"
    "  link: {latency: 1ms, loss: 1%}\n"
    "workload:\n"
    "  arrivals: {process: deterministic, rate: 3000/s}\n"
    "  demand: 1ms\n"
    "system:\n"
    "  kind: service\n"
    "  dispatchers: 3\n"
    "  timeout: 40ms\n"
    "  retries: {attempts: 2}\n"
    "  health: {every: 20ms, failures: 2}\n"
    "  scheduling: {policy: power_of_d}\n"
    "faults:\n"
    "  - {at: 100ms, for: 100ms, crash: {rack: 1}}\n"
    "  - {at: 150ms, for: 20ms, pause: {node: 8}}\n"
    "  - {at: 200ms, for: 100ms, partition: {rack: 2}}\n"
    "  - {at: 50ms, for: 200ms, slow: {node: [7, 8], factor: 0.25}}\n";

Scenario scenario(const Catalog& catalog, std::vector<Override> overrides = {}) {
    return read_scenario(service, "ties.yaml", overrides, catalog, {});
}

/// A dispatcher with a bug: it remembers across runs.
class Forgetless final : public models::Dispatcher {
public:
    explicit Forgetless(std::shared_ptr<std::uint64_t> picks) : picks_(std::move(picks)) {}
    std::unique_ptr<Dispatcher> clone() const override { return std::make_unique<Forgetless>(*this); }
    void reset(const models::WorkerView&) override {}
    std::optional<models::WorkerIndex> pick(const models::DispatchItem&, std::span<const models::WorkerIndex>,
                                            const models::WorkerView& view, RandomStream&) override {
        // Harmless at first; from the 700th pick of all runs together on it shows.
        const std::uint64_t pick = ++*picks_;
        return models::WorkerIndex((pick < 700 ? 0 : pick / 7) % view.size());
    }

private:
    std::shared_ptr<std::uint64_t> picks_;
};

}  // namespace

TEST_CASE("a run where ties abound is the same twice, copied on the way, and in shuffled windows") {
    const Catalog catalog = builtin();
    for (const char* policy : {"power_of_d", "round_robin", "least_outstanding", "join_idle_queue"}) {
        CAPTURE(policy);
        const Determinism found =
            check_determinism(scenario(catalog, {{"system.scheduling.policy", policy}}), catalog, nullptr);
        CHECK_MESSAGE(found.verdict == Determinism::Verdict::same, found.text);
    }
    const Determinism queued = check_determinism(
        scenario(catalog,
                 {{"cluster.fidelity", "queue"}, {"cluster.link.bandwidth", "10Mbit/s"}, {"system.view", "periodic"}}),
        catalog, nullptr);
    CHECK_MESSAGE(queued.verdict == Determinism::Verdict::same, queued.text);
}

TEST_CASE("every shuffle of the windows gives the fingerprint of the merged run") {
    const Catalog catalog = builtin();
    const Scenario ties = scenario(catalog);
    Simulation merged = Simulation::build(ties, catalog, {.seed = 5});
    merged.advance(nullptr);
    for (std::uint64_t shuffle = 0; shuffle < 5; ++shuffle) {
        Simulation windowed =
            Simulation::build(ties, catalog, {.seed = 5, .execution = Execution::windowed, .shuffle_seed = shuffle});
        windowed.advance(nullptr);
        CHECK(windowed.kernel().fingerprint() == merged.kernel().fingerprint());
        CHECK(windowed.finish().metrics == Simulation(merged).finish().metrics);
    }
}

TEST_CASE("a copy taken half-way continues as the original does, and neither disturbs the other") {
    const Catalog catalog = builtin();
    Simulation original = Simulation::build(scenario(catalog), catalog, {.seed = 5});
    original.advance(3000, nullptr);
    Simulation copy = original;
    copy.advance(nullptr);
    original.advance(nullptr);
    CHECK(copy.kernel().fingerprint() == original.kernel().fingerprint());
    CHECK(copy.finish().metrics == original.finish().metrics);
}

TEST_CASE("a paused dispatcher catches up with what was due meanwhile, and its latency tells") {
    const Catalog catalog = builtin();
    const Scenario paused =
        scenario(catalog, {{"faults[+]", "{at: 120ms, for: 50ms, pause: {node: 0}}"}, {"system.dispatchers", "1"}});
    const Determinism found = check_determinism(paused, catalog, nullptr);
    CHECK_MESSAGE(found.verdict == Determinism::Verdict::same, found.text);
    Simulation simulation = Simulation::build(paused, catalog, {.seed = 5});
    simulation.advance(nullptr);
    const analysis::RunRecord record = simulation.finish();
    // 3,000 a second for 400 ms, none of them lost; the first that was held back waited 50 ms.
    CHECK(record.metrics.at("requests.arrived") == doctest::Approx(1200).epsilon(0.01));
    CHECK(record.metrics.at("latency.max") >= 0.05);
}

TEST_CASE("another seed is another run") {
    const Catalog catalog = builtin();
    const Scenario ties = scenario(catalog);
    Simulation a = Simulation::build(ties, catalog, {.seed = 5});
    Simulation b = Simulation::build(ties, catalog, {.seed = 6});
    a.advance(nullptr);
    b.advance(nullptr);
    CHECK(a.kernel().fingerprint() != b.kernel().fingerprint());
}

TEST_CASE("a policy that remembers across runs is found, with the event at which two runs part") {
    Catalog catalog = builtin();
    const auto picks = std::make_shared<std::uint64_t>(0);
    catalog.add(Row<models::Dispatcher>{
        "forgetless", "has a bug", "", {}, [picks](const Settings&) { return std::make_unique<Forgetless>(picks); }});
    const Determinism found =
        check_determinism(scenario(catalog, {{"system.scheduling.policy", "forgetless"}}), catalog, nullptr);
    CHECK(found.verdict == Determinism::Verdict::different);
    CHECK(found.text.find("two runs with seed 5 part") != std::string::npos);
}

TEST_CASE("results do not depend on the number of threads") {
    const Catalog catalog = builtin();
    const Scenario ties = scenario(catalog);
    RunOptions options;
    options.replications = 4;
    const std::string one = analysis::to_json(run_replications(ties, catalog, options));
    for (const std::size_t threads : {2, 4}) {
        options.threads = threads;
        CHECK(analysis::to_json(run_replications(ties, catalog, options)) == one);
    }
}

TEST_CASE("warm-up by MSER-5 is found in a pilot run and cut from every replication") {
    const Catalog catalog = builtin();
    const Scenario pilot = scenario(
        catalog,
        {{"warmup_rule", "mser5"}, {"duration", "4s"}, {"cluster.link.loss", "0%"}, {"workload.demand", "1ms"}});
    RunOptions options;
    options.replications = 2;
    const analysis::Result result = run_replications(pilot, catalog, options);
    CHECK(result.runs[0].warmup == result.runs[1].warmup);
    CHECK(result.runs[0].warmup < 2s);
}
