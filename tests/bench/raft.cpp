// Raft through the driver: five servers on a star, every reply held until its write is durable; messages per
// CPU second.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "models/replication/raft/raft.hpp"
#include "models/scheduling/catalog.hpp"
#include "sim/cluster/host.hpp"
#include "sim/cluster/topology.hpp"
#include "sim/kernel/run.hpp"

using namespace orrery;
using models::Command;
using models::CommandOutcome;
using models::CommandResult;
using models::Raft;

namespace {

/// Keeps `window` commands under way at the leader.
class World {
public:
    explicit World(std::uint64_t window) : cluster_(spec(), network()), window_(window) {
        models::RaftConfig config;
        std::vector<NodeId> nodes;
        for (std::size_t i = 0; i < 5; ++i) {
            config.servers.push_back(ProcessId(i));
            nodes.push_back(NodeId(i));
        }
        host_ = cluster_.add_host<Raft>(nodes, [config](std::uint32_t) { return Raft(config); });
        cluster_.start();
    }

    Kernel& kernel() { return cluster_.kernel(); }
    bool alive(const Event& event) const { return cluster_.alive(event); }
    bool small() const { return cluster_.small(); }
    void approach(const Event& event, Distance distance) const { cluster_.approach(event, distance); }
    void handle(const Event& event) {
        cluster_.handle(event);
        auto& port = cluster_.port<Command, CommandResult>(host_);
        for (const NoteTaken& note : port.notes())
            if (note.metric == models::metric_id(models::RaftMetric::became_leader)) begin(note.process);
        port.notes().clear();
        answers_.swap(port.answers());
        for (const auto& answer : answers_) {
            if (answer.result.outcome != CommandOutcome::committed) continue;
            ++committed_;
            propose(answer.process);
        }
        answers_.clear();
    }
    std::uint64_t committed() const { return committed_; }
    std::uint64_t messages() const { return cluster_.counts().messages; }

private:
    static ClusterSpec spec() {
        ClusterSpec spec;
        spec.seed = 1;
        NodeSpec node;
        node.disk.fsync = Distribution::constant(50'000);
        for (const auto& row : models::disciplines())
            if (row.name == "fifo") node.discipline = row.make({});
        spec.kinds.push_back(node);
        return spec;
    }
    static Network network() {
        Settings settings;
        settings.set("nodes", std::int64_t{5});
        std::shared_ptr<const Topology> topology;
        for (const auto& row : topologies())
            if (row.name == "star") topology = row.make(settings);
        LinkSpec link;
        link.latency = Distribution::constant(50'000);
        return Network(topology, link, Fidelity::latency);
    }
    void begin(ProcessId leader) {
        for (std::uint64_t i = 0; i < window_; ++i) propose(leader);
    }
    void propose(ProcessId leader) {
        Command command;
        command.payload = models::Payload(Filler{128});  // the state machine is not what is measured
        cluster_.request<Command, CommandResult>(leader, RequestId{next_++}, command);
        cluster_.settle();
    }

    Cluster cluster_;
    std::uint64_t window_;
    std::size_t host_ = 0;
    std::uint64_t next_ = 1;
    std::uint64_t committed_ = 0;
    std::vector<Answer<CommandResult>> answers_;
};

void raft_5(benchmark::State& state) {
    const std::uint64_t events = std::getenv("ORRERY_BENCH_TINY") != nullptr ? 20'000 : 2'000'000;
    double messages = 0;
    double committed = 0;
    for (auto _ : state) {
        World world(static_cast<std::uint64_t>(state.range(0)));
        RunLimits limits;
        limits.events_max = events;
        run(world, limits);
        messages += static_cast<double>(world.messages());
        committed += static_cast<double>(world.committed());
    }
    state.counters["messages/s"] = benchmark::Counter(messages, benchmark::Counter::kIsRate);
    state.counters["commits/s"] = benchmark::Counter(committed, benchmark::Counter::kIsRate);
}

}  // namespace

BENCHMARK(raft_5)->Arg(1)->Arg(16)->Arg(256)->Unit(benchmark::kMillisecond);
