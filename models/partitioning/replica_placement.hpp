/// ReplicaPlacement: on which nodes the replicas of each partition (chunk, shard, token range) lie.
///
/// A placement is a pure function of the nodes and of an explicit random stream, and places all partitions at once:
///
///     RandomStream random(seed);
///     const ReplicaMap map = placement.place(nodes, {1000, 3}, random);
///     map.of(17)  // three nodes, the first one leads
///
/// Nodes are Members: id, name, weight, zone (data centre), rack. Two nodes lie in one rack if zone and rack are equal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "models/hashing/ring.hpp"
#include "sim/base/random.hpp"

namespace orrery::models {

struct PlacementSpec {
    std::size_t partitions = 1;
    std::size_t replicas = 3;
};

class ReplicaMap {
public:
    ReplicaMap() = default;
    ReplicaMap(std::size_t replicas, std::vector<MemberId> nodes) : replicas_(replicas), nodes_(std::move(nodes)) {}

    std::size_t partitions() const { return replicas_ == 0 ? 0 : nodes_.size() / replicas_; }
    std::size_t replicas() const { return replicas_; }
    std::span<const MemberId> of(std::size_t partition) const {
        return std::span(nodes_).subspan(partition * replicas_, replicas_);
    }
    friend bool operator==(const ReplicaMap&, const ReplicaMap&) = default;

private:
    std::size_t replicas_ = 0;
    std::vector<MemberId> nodes_;  ///< partition after partition
};

/// Bad input to a placement: what was found and what is allowed.
class PlacementError : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

/// What a placement promises; the contract check (placement_contract.hpp) holds it to that.
struct PlacementPromise {
    enum class Spread : std::uint8_t {
        none,         ///< racks play no part
        best_effort,  ///< replicas are in as many racks as there are, up to the number of replicas, wherever nodes are
                      ///< evenly racked
        racks,        ///< no two replicas share a rack; too few racks are an error
        zones,        ///< no two replicas share a zone; too few zones are an error
    } spread = Spread::none;
    /// Replicas of the fullest node over the mean, with nodes of one weight, evenly racked, and hundreds of partitions
    /// a node.
    double max_over_mean = 1;
    /// Whether the map depends on the order in which nodes are given.
    enum class Order : std::uint8_t { ignored, matters } order = Order::ignored;
    /// One node that leaves changes at most `moved_factor` times as many replicas as it held; 0: any number.
    double moved_factor = 0;
};

class ReplicaPlacement {
public:
    static constexpr std::string_view family = "placement";

    virtual ~ReplicaPlacement() = default;
    virtual std::unique_ptr<ReplicaPlacement> clone() const = 0;

    /// Throws PlacementError: no replicas, fewer nodes (racks, zones, where the promise says so) than replicas, a node
    /// twice, an empty name, a weight that is not positive and finite.
    virtual ReplicaMap place(std::span<const Member> nodes, const PlacementSpec& spec, RandomStream& random) const = 0;

    virtual PlacementPromise promise() const = 0;
};

}  // namespace orrery::models
