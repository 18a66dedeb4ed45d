#include "models/partitioning/partitioner.hpp"

#include <string>

namespace orrery::models {

PartitionId Partitioner::of(const Record&) const {
    throw PartitionError("the partition depends on more than the record; ask pick");
}

void Partitioner::of_numbers(std::span<const std::uint64_t> keys, std::span<PartitionId> out) const {
    for (std::size_t i = 0; i < keys.size(); ++i) out[i] = of_key(NumberKey(keys[i]));
}

PartitionId Partitioner::pick(const Record& record, RandomStream&) {
    return of(record);
}

void Partitioner::pick_all(const Record& record, RandomStream& random, std::vector<PartitionId>& out) {
    out.assign(1, pick(record, random));
}

void Partitioner::reach(const Record& record, std::vector<PartitionId>& out) const {
    out.assign(1, of(record));
}

void Partitioner::require_partitions(std::uint32_t partitions, std::uint32_t most) {
    if (partitions == 0) throw PartitionError("no partitions to choose from");
    if (partitions > most)
        throw PartitionError(std::to_string(partitions) + " partitions; at most " + std::to_string(most) +
                             " are allowed");
}

Key Partitioner::require_key(const Record& record) {
    if (!record.key) throw PartitionError("the record has no key; this scheme needs one");
    return *record.key;
}

void Partitioner::reach_all(std::vector<PartitionId>& out) const {
    out.clear();
    for (std::uint32_t i = 0; i < partitions(); ++i) out.emplace_back(i);
}

}  // namespace orrery::models
