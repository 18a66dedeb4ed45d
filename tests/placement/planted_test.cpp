// Placements with a planted fault, which the contract check must find.
#include <doctest/doctest.h>

#include "models/partitioning/placement_contract.hpp"
#include "placement_helpers.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::models::test;

namespace {

using Spread = PlacementPromise::Spread;
using Flat = std::vector<MemberId>;

/// Replicas of a map, partition after partition.
Flat flat_of(const ReplicaMap& map) {
    Flat flat;
    for (std::size_t p = 0; p < map.partitions(); ++p) flat.insert(flat.end(), map.of(p).begin(), map.of(p).end());
    return flat;
}

/// A placement that ships, of which each planted one spoils something.
template <class Self>
struct Planted : ReplicaPlacement {
    static constexpr const char* based_on = "ring_successors";
    static constexpr const char* spread = "nodes";

    std::unique_ptr<ReplicaPlacement> clone() const override {
        return std::make_unique<Self>(static_cast<const Self&>(*this));
    }
    PlacementPromise promise() const override { return shipped()->promise(); }
    ReplicaMap honest(std::span<const Member> nodes, const PlacementSpec& spec, RandomStream& random) const {
        return shipped()->place(nodes, spec, random);
    }
    std::unique_ptr<ReplicaPlacement> shipped() const {
        return make_placement(Self::based_on, placement_settings(Self::spread));
    }
};

#define PLACE \
    ReplicaMap place(std::span<const Member> nodes, const PlacementSpec& spec, RandomStream& random) const override

struct Honest : Planted<Honest> {
    PLACE { return honest(nodes, spec, random); }
};

struct SameNodeTwice : Planted<SameNodeTwice> {
    PLACE {
        Flat flat = flat_of(honest(nodes, spec, random));
        for (std::size_t i = 0; spec.replicas > 2 && i < flat.size(); i += spec.replicas) flat[i + 2] = flat[i];
        return {spec.replicas, flat};
    }
};

struct NodeThatIsNotThere : Planted<NodeThatIsNotThere> {
    PLACE {
        Flat flat = flat_of(honest(nodes, spec, random));
        if (flat.size() > 20) flat[20] = MemberId(1000);
        return {spec.replicas, flat};
    }
};

struct ForgetsAPartition : Planted<ForgetsAPartition> {
    PLACE {
        Flat flat = flat_of(honest(nodes, spec, random));
        if (spec.partitions > 7) flat.resize(flat.size() - spec.replicas);
        return {spec.replicas, flat};
    }
};

struct OneReplicaLess : Planted<OneReplicaLess> {
    PLACE {
        const std::size_t replicas = spec.replicas > 3 ? 3 : spec.replicas;
        const ReplicaMap map = honest(nodes, spec, random);
        Flat flat;
        for (std::size_t p = 0; p < map.partitions(); ++p)
            for (std::size_t i = 0; i < replicas; ++i) flat.push_back(map.of(p)[i]);
        return {replicas, flat};
    }
};

/// Keeps nodes apart, and says racks.
struct RacksShared : Planted<RacksShared> {
    PlacementPromise promise() const override {
        PlacementPromise promise = Planted::promise();
        promise.spread = Spread::racks;
        return promise;
    }
    PLACE {
        make_placement(based_on, placement_settings("racks"))->place(nodes, {0, spec.replicas}, random);
        return honest(nodes, spec, random);
    }
};

/// Keeps racks apart, and says zones.
struct ZonesShared : Planted<ZonesShared> {
    static constexpr const char* spread = "racks";
    PlacementPromise promise() const override {
        PlacementPromise promise = Planted::promise();
        promise.spread = Spread::zones;
        return promise;
    }
    PLACE {
        make_placement(based_on, placement_settings("zones"))->place(nodes, {0, spec.replicas}, random);
        return honest(nodes, spec, random);
    }
};

struct RacksLeftUnused : Planted<RacksLeftUnused> {
    static constexpr const char* based_on = "cassandra_simple";
    PlacementPromise promise() const override {
        PlacementPromise promise = Planted::promise();
        promise.spread = Spread::best_effort;
        return promise;
    }
    PLACE { return honest(nodes, spec, random); }
};

/// Gives up apartness where there are too few racks, instead of refusing.
struct AcceptsTooManyForTheRacks : Planted<AcceptsTooManyForTheRacks> {
    static constexpr const char* spread = "racks";
    PLACE {
        try {
            return honest(nodes, spec, random);
        } catch (const PlacementError&) {
            return make_placement(based_on, placement_settings("nodes"))->place(nodes, spec, random);
        }
    }
};

struct HiddenState : Planted<HiddenState> {
    std::shared_ptr<std::size_t> calls = std::make_shared<std::size_t>(0);
    PLACE {
        Flat flat = flat_of(honest(nodes, spec, random));
        if (++*calls % 2 == 0 && spec.replicas > 1 && !flat.empty()) std::swap(flat[0], flat[1]);
        return {spec.replicas, flat};
    }
};

struct HiddenDraw : Planted<HiddenDraw> {
    std::shared_ptr<std::size_t> calls = std::make_shared<std::size_t>(0);
    PLACE {
        if (++*calls % 2 == 0) random.next();
        return honest(nodes, spec, random);
    }
};

struct GoesByTheOrderGiven : Planted<GoesByTheOrderGiven> {
    PLACE {
        honest(nodes, spec, random);
        Flat flat;
        for (std::size_t p = 0; p < spec.partitions; ++p)
            for (std::size_t i = 0; i < spec.replicas; ++i) flat.push_back(nodes[(p + i) % nodes.size()].id);
        return {spec.replicas, flat};
    }
};

/// The node of the lowest id, where it has no replica yet, is the third one of every other partition.
struct Lopsided : Planted<Lopsided> {
    PLACE {
        const ReplicaMap map = honest(nodes, spec, random);
        Flat flat = flat_of(map);
        for (std::size_t p = 0; spec.replicas > 2 && p < map.partitions(); p += 2) {
            const auto least = std::min_element(nodes.begin(), nodes.end(),
                                                [](const Member& a, const Member& b) { return a.id < b.id; });
            const auto there = map.of(p);
            if (std::find(there.begin(), there.end(), least->id) == there.end())
                flat[p * spec.replicas + 2] = least->id;
        }
        return {spec.replicas, flat};
    }
};

/// Places by number of nodes: one that leaves moves nearly everything.
struct Reshuffles : Planted<Reshuffles> {
    PLACE {
        honest(nodes, spec, random);
        std::vector<Member> sorted(nodes.begin(), nodes.end());
        std::sort(sorted.begin(), sorted.end(), [](const Member& a, const Member& b) { return a.id < b.id; });
        Flat flat;
        for (std::size_t p = 0; p < spec.partitions; ++p)
            for (std::size_t i = 0; i < spec.replicas; ++i) flat.push_back(sorted[(p + i) % sorted.size()].id);
        return {spec.replicas, flat};
    }
};

/// In a hierarchy a node that leaves moves replicas of others too, which this one denies.
struct MovesMoreThanItsOwn : Planted<MovesMoreThanItsOwn> {
    static constexpr const char* based_on = "crush";
    PlacementPromise promise() const override {
        PlacementPromise promise = Planted::promise();
        promise.moved_factor = 1;
        return promise;
    }
    PLACE { return honest(nodes, spec, random); }
};

struct RefusesTwelveNodes : Planted<RefusesTwelveNodes> {
    PLACE {
        if (nodes.size() == 12 && spec.replicas > 1) throw PlacementError("twelve nodes are not to its taste");
        return honest(nodes, spec, random);
    }
};

struct FailsOnOneNode : Planted<FailsOnOneNode> {
    PLACE {
        if (nodes.size() == 1) throw std::runtime_error("needs two nodes");
        return honest(nodes, spec, random);
    }
};

/// As many replicas as there are nodes, without a word.
struct AcceptsTooManyReplicas : Planted<AcceptsTooManyReplicas> {
    PLACE { return honest(nodes, {spec.partitions, std::min(spec.replicas, nodes.size())}, random); }
};

struct AcceptsNoReplicas : Planted<AcceptsNoReplicas> {
    PLACE {
        if (spec.replicas == 0) return {};
        return honest(nodes, spec, random);
    }
};

/// Mends malformed nodes instead of refusing them.
struct MendsNodes : Planted<MendsNodes> {
    PLACE {
        std::vector<Member> mended;
        for (Member node : nodes) {
            if (!(node.weight > 0)) node.weight = 1;
            node.name = "node-" + std::to_string(node.id.value);
            const auto same = [&](const Member& other) { return other.id == node.id; };
            if (std::none_of(mended.begin(), mended.end(), same)) mended.push_back(node);
        }
        return honest(mended, spec, random);
    }
};

struct RefusesWithAnotherError : Planted<RefusesWithAnotherError> {
    PLACE {
        if (nodes.empty()) throw std::out_of_range("no nodes");
        return honest(nodes, spec, random);
    }
};

template <class T>
std::vector<std::string> broken_by() {
    const Row<ReplicaPlacement> row("planted", "", "", {}, [](const Settings&) { return std::make_unique<T>(); });
    return check_placement_contract(row, {}, 7);
}

bool says(const std::vector<std::string>& broken, std::string_view promise) {
    const bool found =
        std::any_of(broken.begin(), broken.end(), [&](const std::string& text) { return text.starts_with(promise); });
    if (!found)
        for (const std::string& text : broken) MESSAGE("said: " << text);
    return found;
}

}  // namespace

TEST_CASE("the contract check has nothing against an honest placement") {
    CHECK(broken_by<Honest>() == std::vector<std::string>{});
}

TEST_CASE("the contract check finds two replicas on one node, and one on a node that does not exist") {
    CHECK(says(broken_by<SameNodeTwice>(), "two replicas of a partition are on one node"));
    CHECK(says(broken_by<NodeThatIsNotThere>(), "a replica is on a node that does not exist"));
}

TEST_CASE("the contract check finds a partition too few, and a replica too few") {
    CHECK(says(broken_by<ForgetsAPartition>(), "the map has another number of partitions"));
    CHECK(says(broken_by<OneReplicaLess>(), "the map has another number of replicas"));
}

TEST_CASE("the contract check finds replicas that share a rack or zone although it is promised that they do not") {
    CHECK(says(broken_by<RacksShared>(), "replicas share a rack ("));
    CHECK(says(broken_by<ZonesShared>(), "replicas share a zone ("));
    CHECK(says(broken_by<RacksLeftUnused>(), "replicas share a rack although there are others ("));
    CHECK(says(broken_by<AcceptsTooManyForTheRacks>(), "accepts replicas that do not fit"));
    CHECK(says(broken_by<AcceptsTooManyForTheRacks>(), "accepts more replicas than racks"));
}

TEST_CASE("the contract check finds state and draws that a caller cannot see") {
    CHECK(says(broken_by<HiddenState>(), "a clone answers otherwise, or draws otherwise"));
    CHECK(says(broken_by<HiddenDraw>(), "a clone answers otherwise, or draws otherwise"));
}

TEST_CASE("the contract check finds a map that depends on the order of the nodes") {
    CHECK(says(broken_by<GoesByTheOrderGiven>(), "the order of the nodes changes the map"));
}

TEST_CASE("the contract check finds a node that holds too much, and too many moves") {
    CHECK(says(broken_by<Lopsided>(), "the fullest node holds more than promised"));
    CHECK(says(broken_by<Reshuffles>(), "a node that leaves changes more replicas than promised"));
    CHECK(says(broken_by<MovesMoreThanItsOwn>(), "a node that leaves changes more replicas than promised"));
}

TEST_CASE("the contract check finds good input that is refused, and an exception that is none of the family's") {
    CHECK(says(broken_by<RefusesTwelveNodes>(), "throws: twelve nodes are not to its taste"));
    CHECK(says(broken_by<FailsOnOneNode>(), "throws: needs two nodes"));
    CHECK(says(broken_by<RefusesWithAnotherError>(), "refuses no nodes with another error than PlacementError"));
}

TEST_CASE("the contract check finds bad input that is accepted") {
    CHECK(says(broken_by<AcceptsTooManyReplicas>(), "accepts more replicas than nodes"));
    CHECK(says(broken_by<AcceptsNoReplicas>(), "accepts no replicas"));
    const auto broken = broken_by<MendsNodes>();
    for (const char* what :
         {"a node twice", "a name twice", "an empty name", "a weight of zero", "a weight that is no number"})
        CHECK(says(broken, std::string("accepts ") + what));
}

TEST_CASE("a cluster that breaks a promise is shrunk to the fewest nodes, replicas and partitions that do") {
    const auto broken = broken_by<SameNodeTwice>();
    REQUIRE(broken.size() == 1);
    CHECK(broken[0].find("(3 replicas of 1 partitions on ") != std::string::npos);
    CHECK(std::count(broken[0].begin(), broken[0].end(), '/') == 2 * 3);
}
