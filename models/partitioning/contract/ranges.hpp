/// Splits, merges and maintenance in a script: no key is lost or moved by a change that does not concern it.
#pragma once

#include <map>

#include "models/partitioning/contract/instances.hpp"
#include "models/partitioning/contract/script.hpp"

namespace orrery::models {

class ScriptRanges {
public:
    explicit ScriptRanges(ScriptInstances& instances) : instances_(instances) {}

    bool is_open(PartitionId id) const;
    std::vector<PartitionId> open_ids() const;

    // Each does nothing for a scheme whose partitions do not split, and returns whether keys may have moved.
    bool split_and_merge(const ScriptStep& step);
    bool merge(const ScriptStep& step);
    bool maintain(Time now);

private:
    using Owners = std::map<std::string, PartitionId>;
    using Change = std::function<const PartitionChange&(Resharding&)>;

    Partitioner& first() const { return *instances_.front().partitioner; }
    bool can_change() const;
    Owners owners() const;
    void check_change(const PartitionChange& change, const Owners& before) const;
    std::optional<PartitionChange> change_all(const Change& change);

    ScriptInstances& instances_;
};

}  // namespace orrery::models
