/// System kind `consensus`: one replication group, a server on every node, for studying the protocol itself.
/// Measured: how soon after each loss of the leader a server stands for election, and how soon one leads.
#include <algorithm>

#include "scenarios/format/loader.hpp"
#include "scenarios/systems/replication.hpp"
#include "scenarios/systems/rows.hpp"
#include "sim/base/histogram.hpp"

namespace orrery {

namespace {

/// The time without a leader that begins with a strike against it. Only what belongs to the earliest note
/// counts, so that the order in which domains of one window are looked at does not matter.
struct Election {
    Time lost;
    std::optional<Time> candidacy = {};
    std::optional<Time> leadership = {};
};

class ConsensusSystem final : public System {
public:
    ConsensusSystem(std::shared_ptr<const Replication> replication, std::size_t host, Window window)
        : replication_(std::move(replication)), host_(host), window_(window) {}

    std::unique_ptr<System> clone() const override { return std::make_unique<ConsensusSystem>(*this); }
    std::vector<NodeId> serving_nodes() const override { return {}; }
    bool draws() const override { return false; }  // the servers' own draws are known to the cluster
    void start(Cluster&) override {}
    void handle(Cluster&, const Event&) override {
        ORRERY_CHECK(false, "a group without a load has got an event of one");
    }

    void collect(Cluster& cluster) override {
        std::vector<NoteTaken>& notes = replication_->notes(cluster, host_);
        for (const NoteTaken& note : notes) take(note);
        notes.clear();
    }

    std::vector<NodeId> nodes_in_role(const Cluster& cluster, std::string_view role) override {
        if (role != "leader" || !leader_) return {};
        if (!cluster.running(*leader_)) return {};
        close();
        open_ = Election{cluster.kernel().now()};
        return {cluster.node_of(*leader_)};
    }
    std::vector<std::string> roles() const override { return {"leader"}; }

    void report(const Cluster&, Time, analysis::RunRecord& record) override {
        close();
        report_time("election.first_candidacy", candidacies_, record);
        report_time("election.leader", leaderships_, record);
        record.metrics["election.count"] = static_cast<double>(leaders_);
        record.effects.push_back({"system consensus", "leaders elected", leaders_});
    }

private:
    void take(const NoteTaken& note) {
        if (note.metric == replication_->leadership()) {
            ++leaders_;
            if (note.value > term_) {
                term_ = note.value;
                leader_ = note.process;
            }
            if (open_ && note.at >= open_->lost)
                open_->leadership = std::min(open_->leadership.value_or(time_max), note.at);
        }
        if (note.metric == replication_->candidacy() && open_ && note.at >= open_->lost)
            open_->candidacy = std::min(open_->candidacy.value_or(time_max), note.at);
    }

    void close() {
        if (open_ && open_->lost >= window_.from) {
            if (open_->candidacy) candidacies_.record((*open_->candidacy - open_->lost).count());
            if (open_->leadership) leaderships_.record((*open_->leadership - open_->lost).count());
        }
        open_.reset();
    }

    static void report_time(const std::string& name, const Histogram& times, analysis::RunRecord& record) {
        if (times.count() == 0) return;
        record.metrics[name] = times.mean() * 1e-9;
        record.metrics[name + ".p50"] = static_cast<double>(times.value_at(0.5)) * 1e-9;
        record.metrics[name + ".p99"] = static_cast<double>(times.value_at(0.99)) * 1e-9;
        record.metrics[name + ".max"] = static_cast<double>(times.max()) * 1e-9;
        record.histograms[name] = times;
    }

    std::shared_ptr<const Replication> replication_;
    std::size_t host_;
    Window window_;
    std::optional<ProcessId> leader_;
    std::int64_t term_ = 0;
    std::uint64_t leaders_ = 0;
    std::optional<Election> open_;
    Histogram candidacies_;
    Histogram leaderships_;
};

class ConsensusKind final : public SystemKind {
public:
    explicit ConsensusKind(Settings settings) : settings_(std::move(settings)) {}

    std::unique_ptr<System> assemble(Assembly& assembly) const override {
        const Settings& workload = assembly.scenario.settings.child("workload")->settings;
        if (workload.child("arrivals") != nullptr || workload.child("trace") != nullptr)
            assembly.errors.add(workload.where(), "'workload': a system of kind consensus takes no load");
        std::shared_ptr<const Replication> replication =
            build<Replication>(*settings_.child("replication"), assembly.catalog, assembly.errors);
        if (!replication || !assembly.errors.empty()) return nullptr;
        std::vector<NodeId> nodes;
        for (std::uint32_t i = 0; i < assembly.cluster.nodes(); ++i) nodes.push_back(NodeId(i));
        const std::size_t host = replication->add_group(assembly.cluster, nodes);
        return std::make_unique<ConsensusSystem>(std::move(replication), host, assembly.cluster.window());
    }

    std::vector<analysis::MetricInfo> metrics() const override {
        using analysis::Better;
        std::vector<analysis::MetricInfo> rows = {{"election.count", Kind::count, Better::neither, "leaders elected"}};
        const std::pair<const char*, const char*> names[] = {
            {"election.first_candidacy", "from the loss of the leader to the first candidacy"},
            {"election.leader", "from the loss of the leader to a new one"}};
        for (const auto& [name, summary] : names)
            for (const char* statistic : {".p50", ".p99", ".max"})
                rows.push_back({std::string(name) + statistic, Kind::duration, Better::smaller,
                                std::string(summary) + ", " + (statistic + 1)});
        return rows;
    }

private:
    Settings settings_;
};

}  // namespace

Row<SystemKind> consensus_row() {
    Child replication;
    replication.name = "replication";
    replication.shape = Child::Shape::policy;
    replication.doc = "the protocol of the group";
    replication.family = "replication";
    replication.fallback = "raft";
    return {"consensus", "one replication group, a server on every node", "", Table{{}, {replication}},
            [](const Settings& settings) { return std::make_unique<ConsensusKind>(settings); }};
}

}  // namespace orrery
