/// Placer: a ring or a partitioner of the catalog over a list of nodes, so that both can be measured alike.
///
/// A partitioner's partition i is the i-th node of the list; a node that leaves closes up the list, as it does for a
/// client that takes a hash modulo the number of servers.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/hashing/ring.hpp"
#include "models/partitioning/partitioner.hpp"
#include "scenarios/runs/key_stream.hpp"

namespace orrery {

/// How a scheme places keys; what may be asked of it follows from that.
enum class Placing : std::uint8_t {
    lasting,      ///< a key has its place, whatever else is placed: keys may be looked up on any thread, in any order
    in_order,     ///< a key has its place once it is placed, in turn after others (bounded loads)
    per_request,  ///< every request is placed anew (round robin, two choices): a key does not move, it has no place
};

class Placer {
public:
    virtual ~Placer() = default;

    /// What follows throws RingError or PartitionError for what the scheme does not take.
    virtual void reset(std::span<const models::Member> nodes) = 0;
    virtual void add(const models::Member& node) = 0;
    virtual void remove(models::MemberId node) = 0;
    /// Forgets what has been placed, not what has come and gone.
    virtual void forget() = 0;

    /// Appends the nodes of keys `begin` to `end` of the block: `copies` a key, or as many as the scheme sends a
    /// request to where it places per request.
    virtual void place(const KeyBlock& block, std::size_t begin, std::size_t end, std::size_t copies,
                       std::vector<models::MemberId>& out) = 0;

    virtual Placing placing() const = 0;
    virtual bool honours_weights() const = 0;
    virtual std::size_t copies_most() const = 0;
    virtual std::size_t memory_bytes() const = 0;
};

std::unique_ptr<Placer> place_by(std::unique_ptr<models::Ring> ring);
/// `seed`: of the chance that some partitioners take.
std::unique_ptr<Placer> place_by(std::unique_ptr<models::Partitioner> partitioner, std::uint64_t seed);

}  // namespace orrery
