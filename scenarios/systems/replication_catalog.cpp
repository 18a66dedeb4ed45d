/// The one file that names replication protocols: each row builds the host of one.
#include <memory>

#include "models/replication/raft/raft.hpp"
#include "scenarios/systems/replication.hpp"
#include "sim/cluster/host.hpp"

namespace orrery {

namespace {

using models::Raft;
using models::RaftConfig;
using models::RaftMetric;

class RaftReplication final : public Replication {
public:
    explicit RaftReplication(RaftConfig config) : config_(std::move(config)) {}

    std::size_t add_group(Cluster& cluster, const std::vector<NodeId>& nodes) const override {
        RaftConfig config = config_;
        for (std::size_t i = 0; i < nodes.size(); ++i) config.servers.push_back(ProcessId(cluster.processes() + i));
        return cluster.add_host<Raft>(nodes, [config](std::uint32_t) { return Raft(config); });
    }
    std::vector<NoteTaken>& notes(Cluster& cluster, std::size_t host) const override {
        return cluster.port<models::Command, models::CommandResult>(host).notes();
    }
    MetricId candidacy() const override { return models::metric_id(RaftMetric::became_candidate); }
    MetricId leadership() const override { return models::metric_id(RaftMetric::became_leader); }

private:
    RaftConfig config_;
};

Row<Replication> raft_row() {
    const Table table{
        {{"election_timeout_low", Kind::duration, "150ms", 1, 1e15, "an election timeout is drawn from low to high"},
         {"election_timeout_high", Kind::duration, "300ms", 1, 1e15, "see election_timeout_low"},
         {"heartbeat", Kind::duration, "", 1, 1e15,
          "between heartbeats of a leader; absent: half of election_timeout_low"},
         {"entries_per_message", Kind::count, "64", 1, 1e6, "that one AppendEntries carries at most"}}};
    return {
        "raft", "a log that agrees while a majority of its servers can talk",
        "Ongaro and Ousterhout, In Search of an Understandable Consensus Algorithm (Extended Version), 2014", table,
        [](const Settings& settings) {
            RaftConfig config;
            config.election_timeout_low = settings.duration("election_timeout_low");
            config.election_timeout_high = settings.duration("election_timeout_high");
            if (config.election_timeout_high < config.election_timeout_low)
                throw ParameterError("election_timeout_high", "it must not be less than election_timeout_low");
            if (settings.has("heartbeat")) config.heartbeat_interval = settings.duration("heartbeat");
            if (config.heartbeat() >= config.election_timeout_low)
                throw ParameterError(
                    "heartbeat",
                    "it must be less than election_timeout_low, or followers stand for election between two of them");
            config.entries_per_message_max = static_cast<std::uint32_t>(settings.integer("entries_per_message"));
            return std::make_unique<RaftReplication>(std::move(config));
        }};
}

}  // namespace

std::vector<Row<Replication>> replications() {
    return {
        raft_row(),
    };
}

}  // namespace orrery
