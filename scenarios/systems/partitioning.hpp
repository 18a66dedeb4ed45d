/// Partitioning: the schemes that say which nodes have a key, of both families under one name in a scenario file:
///
///     partitioning: {policy: ring, virtual_nodes: 128}                        a Ring: keys go straight to nodes
///     partitioning: {policy: redis_slots, partitions: 64, placement: {policy: rendezvous}}
///                                                   a Partitioner: keys go to partitions, and a Ring places these
///
/// Every row of the families `ring` and `partitioner` that ships is a row of this one; `partitioning_row` makes one of
/// a row of your own.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "models/hashing/ring.hpp"
#include "models/partitioning/store/layout.hpp"
#include "scenarios/format/errors.hpp"
#include "sim/base/catalog.hpp"

namespace orrery {

class Partitioning {
public:
    static constexpr std::string_view family = "partitioning";

    virtual ~Partitioning() = default;
    /// From keys to what moves as one. Null if `errors` has got something.
    virtual std::shared_ptr<const models::KeySpace> keys(const Catalog& catalog, Errors& errors) const = 0;
    /// What places keys, or partitions, on nodes; without members. Null if `errors` has got something.
    virtual std::unique_ptr<models::Ring> ring(const Catalog& catalog, Errors& errors) const = 0;
    /// How many workers are candidates for a request (kind `service`).
    virtual std::uint32_t candidates() const = 0;
};

Row<Partitioning> partitioning_row(const Row<models::Ring>& row);
Row<Partitioning> partitioning_row(const Row<models::Partitioner>& row);
std::vector<Row<Partitioning>> partitionings();

}  // namespace orrery
