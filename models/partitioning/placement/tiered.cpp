/// tiered: Tiered Replication (Cidon, Escriva, Katti, Rosenblum, Sirer, USENIX ATC 2015, section 3): copysets made one
/// by one for the node that has shared sets with the fewest others, each filled with those nodes that come next in
/// that order and have not met anyone in the set, until every node has met `scatter_width` others.
///
/// With a `backup_zone` the last replica of every partition is on a node of that zone, which holds nothing else, and
/// the others are elsewhere. Where the nodes do not suffice, nodes meet again.
#include <algorithm>
#include <set>

#include "models/partitioning/catalog.hpp"
#include "models/partitioning/placement/copyset_table.hpp"
#include "models/partitioning/placement/spread_choice.hpp"

namespace orrery::models {

namespace {

class SetMaker {
public:
    SetMaker(const std::vector<Member>& nodes, const Apart& apart, const std::string& backup_zone, std::size_t replicas,
             RandomStream& random)
        : apart_(apart), replicas_(replicas), met_(nodes.size()), turn_(nodes.size()) {
        std::vector<std::uint32_t> order;
        for (std::uint32_t n = 0; n < nodes.size(); ++n) {
            backup_.push_back(!backup_zone.empty() && nodes[n].zone == backup_zone);
            if (!backup_.back()) leaders_.push_back(n);
            order.push_back(n);
        }
        shuffle_items(order, random);
        for (std::uint32_t i = 0; i < order.size(); ++i) turn_[order[i]] = i;
        by_turn_ = std::move(order);
        tiered_ = leaders_.size() < nodes.size();
        if (tiered_ && leaders_.size() + 1 < replicas)
            throw PlacementError("outside of the backup zone there are " + std::to_string(leaders_.size()) +
                                 " nodes for " + std::to_string(replicas - 1) + " replicas");
        if (!backup_zone.empty() && !tiered_)
            throw PlacementError("no node is in the backup zone '" + backup_zone + "'");
        for (std::uint32_t n = 0; n < nodes.size(); ++n) queue(n);
    }

    std::vector<Copyset> run(std::size_t scatter_width) {
        std::vector<Copyset> sets;
        for (const std::uint32_t turn : std::vector<std::uint32_t>(by_turn_)) {
            // Everybody is in one set at least, and goes on until it has met enough, or nobody new.
            const std::uint32_t node = turn;
            if (backup_[node]) continue;
            while (sets_of_.count(node) == 0 || met_[node].size() < scatter_width) {
                const std::size_t before = met_[node].size();
                sets.push_back(make(node));
                if (replicas_ == 1 || met_[node].size() == before) break;
            }
        }
        return sets;
    }

    const std::vector<std::uint32_t>& leaders() const { return leaders_; }

private:
    void queue(std::uint32_t n) { queue_.insert({met_[n].size(), turn_[n]}); }
    void unqueue(std::uint32_t n) { queue_.erase({met_[n].size(), turn_[n]}); }

    bool strangers(std::uint32_t node, const Copyset& set) const {
        return std::none_of(set.begin(), set.end(), [&](auto other) { return met_[node].count(other) > 0; });
    }

    enum class Meeting : std::uint8_t { strangers, anybody };

    /// Adds the next node in the queue that fits.
    bool extend(Copyset& set, Meeting meeting) const {
        const bool backup = tiered_ && set.size() + 1 == replicas_;
        for (const auto& [width, turn] : queue_) {
            const std::uint32_t node = by_turn_[turn];
            if (backup_[node] != backup || !apart_.may_join(node, set)) continue;
            if (meeting == Meeting::strangers && !strangers(node, set)) continue;
            set.push_back(node);
            return true;
        }
        return false;
    }

    Copyset make(std::uint32_t first) {
        Copyset set{first};
        while (set.size() < replicas_ && (extend(set, Meeting::strangers) || extend(set, Meeting::anybody))) {
        }
        if (set.size() < replicas_) throw PlacementError("too few racks or zones for the replicas and their tiers");
        for (const std::uint32_t node : set) {
            unqueue(node);
            for (const std::uint32_t other : set)
                if (other != node) met_[node].insert(other);
            queue(node);
            sets_of_.insert(node);
        }
        return set;
    }

    const Apart& apart_;
    std::size_t replicas_;
    bool tiered_ = false;
    std::vector<bool> backup_;
    std::vector<std::uint32_t> leaders_;  ///< nodes that are not in the backup zone
    std::vector<std::set<std::uint32_t>> met_;
    std::vector<std::uint32_t> turn_;  ///< of each node, ties
    std::vector<std::uint32_t> by_turn_;
    std::set<std::pair<std::size_t, std::uint32_t>> queue_;  ///< (nodes met, turn)
    std::set<std::uint32_t> sets_of_;                        ///< nodes that are in a set
};

class Tiered final : public ReplicaPlacement {
public:
    Tiered(SpreadOver spread, std::size_t scatter_width, std::string backup_zone)
        : spread_(spread), scatter_width_(scatter_width), backup_zone_(std::move(backup_zone)) {}
    std::unique_ptr<ReplicaPlacement> clone() const override { return std::make_unique<Tiered>(*this); }

    ReplicaMap place(std::span<const Member> given, const PlacementSpec& spec, RandomStream& random) const override {
        check_placement(given, spec);
        const auto nodes = by_id(given);
        const Apart apart(nodes, spread_, spec.replicas);
        SetMaker maker(nodes, apart, backup_zone_, spec.replicas, random);
        const auto copysets = maker.run(scatter_width_);
        return {spec.replicas, place_on_copysets(copysets, maker.leaders(), nodes, spec.partitions, random)};
    }

    PlacementPromise promise() const override {
        PlacementPromise promise;
        promise.spread = promised(spread_);
        promise.max_over_mean = backup_zone_.empty() ? 1.6 : 1e9;
        return promise;
    }

private:
    SpreadOver spread_;
    std::size_t scatter_width_;
    std::string backup_zone_;
};

}  // namespace

Row<ReplicaPlacement> tiered_row() {
    Table table{{spread_parameter(),
                 {"scatter_width", Kind::count, "10", 1, 1e6, "how many other nodes a node shares partitions with"},
                 {"backup_zone", Kind::text, "", 0, 0, "the zone that holds the last replica and nothing else"}}};
    return {"tiered",
            "copysets made greedily for the node that has met the fewest; the last replica in a backup zone, if any",
            "Cidon et al., Tiered Replication, USENIX ATC 2015", std::move(table), [](const Settings& settings) {
                return std::make_unique<Tiered>(spread_of(settings),
                                                static_cast<std::size_t>(settings.integer("scatter_width")),
                                                settings.has("backup_zone") ? settings.text("backup_zone") : "");
            }};
}

}  // namespace orrery::models
