/// LoadedRing: a listed ring that counts what each member holds, for schemes with bounded loads.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/hashing/rings/listed_ring.hpp"

namespace orrery::models {

/// `owner` is where `take` would put a key now. A member that leaves takes its load with it and comes back with none;
/// to release what it held is no error and does nothing, nor does a release beyond what is held.
class LoadedRing : public ListedRing {
public:
    MemberId take(Key key) final;
    /// O(log n).
    void release(MemberId member) final;

    /// Keys held, by place.
    std::span<const std::uint32_t> loads() const { return loads_; }
    std::uint64_t total_load() const { return total_; }

protected:
    /// As ListedRing::build, for all but the loads; those are still of the list before.
    virtual void build_structure(std::span<const Member> list) = 0;
    void build(std::span<const Member> list) final;

private:
    std::vector<std::uint32_t> loads_;
    std::uint64_t total_ = 0;
};

}  // namespace orrery::models
