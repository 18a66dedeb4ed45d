/// rendezvous_skeleton: highest random weight in logarithmic time, over a virtual hierarchy (Wang, Ravishankar,
/// "Hash-Based Virtual Hierarchies for Scalable Location Service in Mobile Ad-hoc Networks", Mobile Networks and
/// Applications 14, 2009; Yao, Ravishankar, Tripathi, 2001).
///
/// The hierarchy here has fan-out two and follows the bits of hash(name), and its forks are weighted, so that it is
/// even for any number of members (see skeleton_tree.hpp); in the papers' a fork chooses among equals, which asks for a
/// full tree. The price is paid at a change: at every fork above the member that comes or goes, a few keys cross that
/// are not its own, about log2(n) / 2 times its keys in all. `rendezvous` moves none, and takes linear time.
///
/// Look-up and change O(log members); about 144 bytes a member.
#include <array>
#include <utility>

#include "models/hashing/key_hash.hpp"
#include "models/hashing/member_list.hpp"
#include "models/hashing/rings/skeleton_tree.hpp"
#include "sim/base/catalog.hpp"

namespace orrery::models {

namespace {

class RendezvousSkeleton final : public Ring {
public:
    explicit RendezvousSkeleton(const Settings& settings) : hash_(settings, 32) {}

    std::unique_ptr<Ring> clone() const override { return std::make_unique<RendezvousSkeleton>(*this); }

    void reset(std::span<const Member> members) override {
        members_.reset(members);
        tree_.clear();
        for (const Member& member : members) tree_.insert(place_of(member), member.weight);
    }
    void add(const Member& member) override {
        members_.add(member);
        tree_.insert(place_of(member), member.weight);
    }
    void remove(MemberId member) override {
        const SkeletonTree::Place place = place_of(members_.find(member));
        members_.remove(member);
        tree_.erase(place);
    }

    std::span<const Member> members() const override { return members_.all(); }

    MemberId owner(Key key) const override {
        members_.require_some();
        return tree_.find(hash_(key));
    }

    void owners(std::span<const std::uint64_t> keys, std::span<MemberId> out) const override {
        members_.require_some();
        hash_.with_number_hash([&](auto hash) {
            std::array<std::uint64_t, 256> hashes{};
            for (std::size_t first = 0; first < keys.size(); first += hashes.size()) {
                const std::size_t count = std::min(hashes.size(), keys.size() - first);
                for (std::size_t i = 0; i < count; ++i) hashes[i] = hash(keys[first + i]);
                tree_.find(std::span(hashes).first(count), out.subspan(first, count));
            }
        });
    }

    /// The owner, who would own the key without it, and so on.
    std::size_t replicas(Key key, std::span<MemberId> out) const override {
        members_.require_some();
        return tree_.find_distinct(hash_(key), out);
    }

    std::size_t memory_bytes() const override { return tree_.memory_bytes(); }

    RingPromise promise() const override {
        // A new member may come below the deepest one, one fork more.
        return {RingPromise::Weights::honoured, tree_.moved_factor() + 1, 1, RingPromise::Removal::any,
                RingPromise::DependsOn::members};
    }

private:
    SkeletonTree::Place place_of(const Member& member) const { return {hash_(member.name), member.id}; }

    KeyHash hash_;
    MemberList members_;
    SkeletonTree tree_;
};

}  // namespace

Row<Ring> rendezvous_skeleton_row() {
    return {"rendezvous_skeleton",
            "highest random weight down a binary hierarchy, in logarithmic time",
            "Wang, Ravishankar 2009; Yao, Ravishankar, Tripathi 2001",
            {{}, {hash_child("xxh64")}},
            [](const Settings& settings) { return std::make_unique<RendezvousSkeleton>(settings); }};
}

}  // namespace orrery::models
