/// jump, guava: consistent hashing without a structure (see jump.hpp).
///
/// A key of exactly eight bytes is a number, most significant byte first (NumberKey), and goes in as it is; any other
/// key goes in as its xxh64.
///
/// Buckets are numbers, so members take them in the order in which they join. A member that leaves hands its bucket to
/// the member in the last one, whose own bucket vanishes: then both members' keys move, and only the last member to
/// join leaves at the price of its own keys. If the next to join is the one that left (the same id and name), it gets
/// its bucket back and the other one returns; changes undone in reverse order leave no trace, up to the latest 4096.
#include <deque>
#include <limits>
#include <utility>

#include "models/hashing/functions/bytes.hpp"
#include "models/hashing/functions/xxh64.hpp"
#include "models/hashing/member_list.hpp"
#include "models/hashing/rings/distinct.hpp"
#include "models/hashing/rings/jump.hpp"
#include "sim/base/catalog.hpp"
#include "sim/base/random.hpp"

namespace orrery::models {

namespace {

struct Jump {
    static std::int32_t bucket(std::uint64_t key, std::int32_t buckets) { return jump_hash(key, buckets); }
    static void buckets(std::span<const std::uint64_t> keys, std::int32_t buckets, std::span<std::int32_t> out) {
        jump_hash(keys, buckets, out);
    }
};

struct Guava {
    static std::int32_t bucket(std::uint64_t key, std::int32_t buckets) { return guava_consistent_hash(key, buckets); }
    static void buckets(std::span<const std::uint64_t> keys, std::int32_t buckets, std::span<std::int32_t> out) {
        for (std::size_t i = 0; i < keys.size(); ++i) out[i] = guava_consistent_hash(keys[i], buckets);
    }
};

template <class Function>
class JumpRing final : public Ring {
public:
    std::unique_ptr<Ring> clone() const override { return std::make_unique<JumpRing>(*this); }

    void reset(std::span<const Member> members) override {
        members_.reset(members);
        buckets_.clear();
        for (const Member& member : members) buckets_.push_back(member.id);
        changes_.clear();
    }

    void add(const Member& member) override {
        members_.add(member);
        if (!changes_.empty() && changes_.back().kind == Change::Kind::removed && changes_.back().id == member.id &&
            changes_.back().name == member.name) {
            const std::size_t bucket = changes_.back().bucket;
            changes_.pop_back();
            buckets_.push_back(member.id);
            std::swap(buckets_[bucket], buckets_.back());
            return;
        }
        buckets_.push_back(member.id);
        remember({Change::Kind::added, member.id, member.name, buckets_.size() - 1});
    }

    void remove(MemberId member) override {
        const std::string name = members_.find(member).name;
        members_.remove(member);
        const auto bucket =
            static_cast<std::size_t>(std::find(buckets_.begin(), buckets_.end(), member) - buckets_.begin());
        buckets_[bucket] = buckets_.back();
        buckets_.pop_back();
        if (!changes_.empty() && changes_.back().kind == Change::Kind::added && changes_.back().id == member) {
            changes_.pop_back();
        } else {
            remember({Change::Kind::removed, member, name, bucket});
        }
    }

    std::span<const Member> members() const override { return members_.all(); }

    MemberId owner(Key key) const override {
        members_.require_some();
        return owner_of(number_of(key));
    }

    void owners(std::span<const std::uint64_t> keys, std::span<MemberId> out) const override {
        members_.require_some();
        constexpr std::size_t block = 256;
        std::array<std::int32_t, block> buckets{};
        for (std::size_t first = 0; first < keys.size(); first += block) {
            const auto some = keys.subspan(first, std::min(block, keys.size() - first));
            Function::buckets(some, count(), buckets);
            for (std::size_t i = 0; i < some.size(); ++i)
                out[first + i] = buckets_[static_cast<std::size_t>(buckets[i])];
        }
    }

    /// Further replicas are owners of the key under other names.
    std::size_t replicas(Key key, std::span<MemberId> out) const override {
        members_.require_some();
        const std::uint64_t number = number_of(key);
        return replicas_by_attempts(out, members_.all(), [&](std::size_t attempt) {
            return owner_of(attempt == 0 ? number : mix64(number + attempt * golden_step));
        });
    }

    std::size_t memory_bytes() const override { return buckets_.capacity() * sizeof(MemberId); }

    RingPromise promise() const override {
        return {RingPromise::Weights::ignored, 1, 1, RingPromise::Removal::last, RingPromise::DependsOn::history};
    }

private:
    struct Change {
        enum class Kind : std::uint8_t { added, removed } kind;
        MemberId id;
        std::string name;
        std::size_t bucket;
    };

    static std::uint64_t number_of(Key key) { return key.size() == 8 ? load_be64(key.data()) : xxh64(key); }
    std::int32_t count() const { return static_cast<std::int32_t>(buckets_.size()); }
    MemberId owner_of(std::uint64_t key) const {
        return buckets_[static_cast<std::size_t>(Function::bucket(key, count()))];
    }
    void remember(Change change) {
        constexpr std::size_t remembered = 4096;
        changes_.push_back(std::move(change));
        if (changes_.size() > remembered) changes_.pop_front();
    }

    MemberList members_;
    std::vector<MemberId> buckets_;
    std::deque<Change> changes_;
};

}  // namespace

Row<Ring> jump_row() {
    return {"jump",
            "jump consistent hash: no table, members take numbered buckets",
            "Lamping, Veach 2014 (arXiv:1406.2294)",
            {},
            [](const Settings&) { return std::make_unique<JumpRing<Jump>>(); }};
}

Row<Ring> guava_row() {
    return {"guava", "jump hash as Guava computes it", "Guava 31.1, Hashing.consistentHash", {}, [](const Settings&) {
                return std::make_unique<JumpRing<Guava>>();
            }};
}

}  // namespace orrery::models
