/// A store that runs: requests in, what came of them, changes of the members, and what moving cost.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/partitioning/store/store_port.hpp"
#include "scenarios/systems/open_load.hpp"
#include "sim/base/histogram.hpp"

namespace orrery {

inline constexpr EventKind kind_change{kind_first_load + 2};  ///< payload: index of a planned change

/// A change of the members that the scenario declares.
struct DeclaredChange {
    std::string what;  ///< "system.changes[0] join node 12"
    Time at{};
    models::MemberChange change;
};

struct StoreSystemSpec {
    std::size_t clients = 0;  ///< hosts
    std::size_t nodes = 0;
    std::size_t coordinator_host = 0;
    ProcessId coordinator;
    std::vector<NodeId> storage;  ///< by member
    std::vector<DeclaredChange> changes;
    double reads = 1;  ///< share of requests that read
    std::uint64_t seed = 0;
    Distribution item_size = Distribution::constant(0);
    enum class Sizes : std::uint8_t { by_key, by_trace } sizes = Sizes::by_key;
    enum class Draws : std::uint8_t { no, yes } draws = Draws::no;
    Window window;
    Duration duration{};
};

/// Size of an item, whoever writes it: a function of its key.
std::uint32_t item_size_of(const Distribution& distribution, std::uint64_t seed, std::uint64_t key);

/// The parameters of the kind.
Table store_table();

class StoreSystem final : public System {
public:
    StoreSystem(OpenLoad load, std::shared_ptr<const StoreSystemSpec> spec, EntityId changes);

    std::unique_ptr<System> clone() const override { return std::make_unique<StoreSystem>(*this); }
    void start(Cluster& cluster) override;
    void handle(Cluster& cluster, const Event& event) override;
    void collect(Cluster& cluster) override;
    void report(const Cluster& cluster, Time end, analysis::RunRecord& record) override;
    std::vector<NodeId> serving_nodes() const override { return spec_->storage; }
    bool draws() const override { return load_.spec().draws || spec_->draws == StoreSystemSpec::Draws::yes; }
    std::vector<std::string> roles() const override { return {"busiest"}; }
    std::vector<NodeId> nodes_in_role(const Cluster& cluster, std::string_view role) override;

private:
    /// Notes of one instant. Only sums over stretches of time are made of them, so that their order does not matter.
    struct Copied {
        Time at;
        std::int64_t items = 0;
        std::int64_t bytes = 0;
    };
    struct Stretch {
        Time from;
        Time to;
        enum class End : std::uint8_t { seen, not_seen } end;
    };

    void change(Cluster& cluster, std::size_t index);
    void take(const models::StoreResult& result, Time now);
    void take(const NoteTaken& note);
    bool measured(Time at) const { return at >= spec_->window.from && at < spec_->window.to; }
    void report_requests(analysis::RunRecord& record) const;
    void report_nodes(const Cluster& cluster, analysis::RunRecord& record) const;
    void report_rebalance(const Cluster& cluster, Time end, analysis::RunRecord& record) const;
    void report_heat(const Cluster& cluster, analysis::RunRecord& record) const;
    void report_changes(Time end, analysis::RunRecord& record) const;
    std::vector<Stretch> stretches(models::MemberId const* member, Time end) const;

    OpenLoad load_;
    std::shared_ptr<const StoreSystemSpec> spec_;
    EntityId changes_;
    StreamKey access_;
    std::vector<Copied> copied_;
    std::vector<NoteTaken> notes_;  ///< of the coordinator
    Histogram reads_;
    Histogram writes_;
    Histogram moving_;  ///< of requests that ended while units moved
    std::uint64_t redirects_ = 0;
    std::uint64_t absent_ = 0;
    std::uint64_t refused_ = 0;
    std::uint64_t unavailable_ = 0;
    std::int64_t bytes_served_ = 0;
};

}  // namespace orrery
