/// System kind `shuffle`: a task on every node, records from each to random others. `network.delay` is the
/// answer: how long a record is under way.
#include "models/streaming/shuffle.hpp"

#include <algorithm>

#include "scenarios/systems/load.hpp"
#include "scenarios/systems/open_load.hpp"
#include "scenarios/systems/rows.hpp"
#include "sim/cluster/host.hpp"

namespace orrery {

namespace {

using models::Shuffle;
using models::ShuffledRecord;
using models::ShuffleStage;

class ShuffleSystem final : public System {
public:
    ShuffleSystem(Assembly& assembly, const std::shared_ptr<const LoadSpec>& load, ShuffleStage stage)
        : stage_(stage), first_entity_(assembly.cluster.kernel().entities()) {
        sources_.reserve(stage.tasks);
        for (std::uint32_t i = 0; i < stage.tasks; ++i) {
            assembly.cluster.add_load_entity(assembly.cluster.node_of(task(i)));
            sources_.emplace_back(load, ArrivalProcess::Part{i, stage.tasks});
        }
    }

    std::unique_ptr<System> clone() const override { return std::make_unique<ShuffleSystem>(*this); }
    std::vector<NodeId> serving_nodes() const override { return {}; }
    bool draws() const override { return true; }  // where a record goes
    void collect(Cluster&) override {}

    void start(Cluster& cluster) override {
        for (std::uint32_t i = 0; i < stage_.tasks; ++i) schedule_next(cluster, i);
    }

    void handle(Cluster& cluster, const Event& event) override {
        const auto index = static_cast<std::uint32_t>(event.target().index() - first_entity_.index());
        if (cluster.defer(cluster.node_of(task(index)), event)) return;
        ++records_;
        if (cluster.kernel().now() >= cluster.window().from) ++measured_;
        const LoadItem item = sources_[index].item(cluster.kernel().now());
        schedule_next(cluster, index);
        cluster.request<ShuffledRecord, Nothing>(task(index), RequestId{}, ShuffledRecord{Filler{item.request_size}});
        cluster.settle();
    }

    void approach(const Cluster& cluster, const Event& event, Distance distance) const override {
        const std::size_t index = event.target().index() - first_entity_.index();
        cluster.approach(task(static_cast<std::uint32_t>(index)), distance);
        if (distance == Distance::far) {
            cluster.kernel().prefetch(event.target());
            sources_[index].prefetch();
        } else if (distance == Distance::middle) {
            sources_[index].prefetch_arrivals();
        }
    }

    void report(const Cluster& cluster, Time end, analysis::RunRecord& record) override {
        const double span = seconds(end - cluster.window().from);
        record.metrics["requests.arrived"] = static_cast<double>(measured_);
        if (span > 0) record.metrics["throughput"] = static_cast<double>(cluster.counts().delivered) / span;
        record.effects.push_back({"workload", "records sent", records_});
    }

private:
    ProcessId task(std::uint32_t index) const { return ProcessId(std::size_t{stage_.first.value} + index); }
    void schedule_next(Cluster& cluster, std::uint32_t index) {
        const EntityId entity(first_entity_.index() + index);
        if (const std::optional<Time> at = sources_[index].next())
            cluster.kernel().schedule(entity, entity, std::max(*at, cluster.kernel().now()), kind_arrival, 0);
    }

    ShuffleStage stage_;
    EntityId first_entity_;
    std::vector<LoadSource> sources_;
    std::uint64_t records_ = 0;
    std::uint64_t measured_ = 0;
};

class ShuffleKind final : public SystemKind {
public:
    std::unique_ptr<System> assemble(Assembly& assembly) const override {
        Cluster& cluster = assembly.cluster;
        const auto load = LoadSpec::make(assembly);
        if (!load) return nullptr;
        const Settings& settings = assembly.scenario.settings;
        if (load->arrivals && load->arrivals->closed_loop() != nullptr) {
            assembly.errors.add(settings.where("workload"),
                                "'arrivals': nobody answers a shuffled record, so a closed loop would stand still");
            return nullptr;
        }
        if (cluster.nodes() < 2) {
            assembly.errors.add(settings.where("cluster"), "'topology': a shuffle needs two nodes or more");
            return nullptr;
        }
        const ShuffleStage stage{ProcessId(cluster.processes()), cluster.nodes()};
        std::vector<NodeId> nodes;
        for (std::uint32_t i = 0; i < cluster.nodes(); ++i) nodes.push_back(NodeId(i));
        cluster.add_host<Shuffle>(nodes, [stage](std::uint32_t) { return Shuffle(stage); });
        return std::make_unique<ShuffleSystem>(assembly, load, stage);
    }
};

}  // namespace

Row<SystemKind> shuffle_row() {
    return {"shuffle",
            "a task on every node sends records to random others",
            "Storm's shuffle grouping",
            {},
            [](const Settings&) { return std::make_unique<ShuffleKind>(); }};
}

}  // namespace orrery
