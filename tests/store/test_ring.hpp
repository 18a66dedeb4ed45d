// The smallest honest ring: highest random weight over a mixer. Tests of the store need one, and none in particular.
#pragma once

#include <algorithm>
#include <vector>

#include "models/hashing/member_list.hpp"
#include "sim/base/random.hpp"

namespace orrery::test {

class TestRing final : public models::Ring {
public:
    std::unique_ptr<models::Ring> clone() const override { return std::make_unique<TestRing>(*this); }
    void reset(std::span<const models::Member> members) override { members_.reset(members); }
    void add(const models::Member& member) override { members_.add(member); }
    void remove(models::MemberId member) override { members_.remove(member); }
    std::span<const models::Member> members() const override { return members_.all(); }
    models::MemberId owner(models::Key key) const override {
        models::MemberId first;
        replicas(key, std::span(&first, 1));
        return first;
    }
    std::size_t replicas(models::Key key, std::span<models::MemberId> out) const override {
        std::uint64_t hash = 0;
        for (const char c : key) hash = mix64(hash + static_cast<unsigned char>(c) + 1);
        std::vector<std::pair<std::uint64_t, models::MemberId>> scores;
        for (const models::Member& member : members_.all())
            scores.emplace_back(mix64(hash ^ mix64(member.id.value + 77)), member.id);
        std::sort(scores.begin(), scores.end());
        const std::size_t count = std::min(out.size(), scores.size());
        for (std::size_t i = 0; i < count; ++i) out[i] = scores[i].second;
        return count;
    }
    std::size_t memory_bytes() const override { return 0; }
    models::RingPromise promise() const override { return {}; }

private:
    models::MemberList members_;
};

/// Members "node-0", "node-1", ... with these ids.
inline std::vector<models::Member> members_of(std::size_t count) {
    std::vector<models::Member> out;
    for (std::size_t i = 0; i < count; ++i)
        out.push_back({models::MemberId(i), "node-" + std::to_string(i), 1, {}, {}});
    return out;
}

/// A partitioner by the mixer.
class TestPartitioner final : public models::Partitioner {
public:
    explicit TestPartitioner(std::uint32_t partitions) : partitions_(partitions) {}
    std::unique_ptr<models::Partitioner> clone() const override { return std::make_unique<TestPartitioner>(*this); }
    void reset(std::uint32_t partitions) override { partitions_ = partitions; }
    std::uint32_t partitions() const override { return partitions_; }
    models::PartitionId of(const models::Record& record) const override {
        std::uint64_t hash = 99;
        for (const char c : record.key.value_or("")) hash = mix64(hash + static_cast<unsigned char>(c) + 1);
        return models::PartitionId(static_cast<std::size_t>(hash % partitions_));
    }
    std::size_t memory_bytes() const override { return 0; }
    models::PartitionerPromise promise() const override { return {}; }

private:
    std::uint32_t partitions_;
};

}  // namespace orrery::test
