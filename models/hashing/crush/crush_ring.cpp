/// crush: straw2 over zones, racks and members (Weil and others, SC 2006; Ceph's straw2 buckets of 2015).
///
/// A key's number is rjenkins of its bytes. The owner is found from the root down; replicas lie in different racks (or
/// zones) as long as there are any, then on other members anywhere. Weights are honoured at every level, in steps of
/// 2^-16. A draw has 16 bits, so with very many members in one rack ties favour the first by a little: put them into
/// racks.
///
/// A member that comes or goes changes the weight of its rack and zone, too. Each level that branches moves at most as
/// many keys as must move: at most three times the minimum, once for members in one rack.
/// Look-up O(zones + racks of a zone + members of a rack) hashes; a change rebuilds the tree, O(n log n).
#include "models/hashing/catalog.hpp"
#include "models/hashing/crush/crush_tree.hpp"
#include "models/hashing/functions/rjenkins.hpp"
#include "models/hashing/member_list.hpp"
#include "models/hashing/rings/distinct.hpp"

namespace orrery::models {

namespace {

class CrushRing final : public Ring {
public:
    explicit CrushRing(FailureDomain domain) : domain_(domain) {}
    std::unique_ptr<Ring> clone() const override { return std::make_unique<CrushRing>(*this); }

    void reset(std::span<const Member> members) override {
        MemberList list;
        list.reset(members);
        enter(std::move(list));
    }
    void add(const Member& member) override {
        MemberList list = members_;
        list.add(member);
        enter(std::move(list));
    }
    void remove(MemberId member) override {
        MemberList list = members_;
        list.remove(member);
        enter(std::move(list));
    }

    std::span<const Member> members() const override { return members_.all(); }

    MemberId owner(Key key) const override {
        members_.require_some();
        return tree_.pick(rjenkins_string(key), 0);
    }

    std::size_t replicas(Key key, std::span<MemberId> out) const override {
        members_.require_some();
        const std::uint32_t x = rjenkins_string(key);
        std::size_t first = 0;
        if (domain_ != FailureDomain::member)
            for (const MemberId member : tree_.spread(x, domain_, out.size())) out[first++] = member;
        // Others follow by attempts; those placed already are offered again in front.
        const std::vector<MemberId> placed(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(first));
        return replicas_by_attempts(out, members_.all(), [&](std::size_t attempt) {
            return attempt < first ? placed[attempt] : tree_.pick(x, static_cast<std::uint32_t>(attempt - first));
        });
    }

    std::size_t memory_bytes() const override { return tree_.memory_bytes(); }

    RingPromise promise() const override {
        RingPromise promise;
        promise.weights = RingPromise::Weights::honoured;
        promise.moved_factor = 1.0 + tree_.branching_levels();
        promise.max_over_mean = 1;
        return promise;
    }

private:
    void enter(MemberList list) {
        tree_ = CrushTree(list.all());
        members_ = std::move(list);
    }

    FailureDomain domain_;
    MemberList members_;
    CrushTree tree_;
};

}  // namespace

Row<Ring> crush_row() {
    Table table{{{"failure_domain",
                  Kind::choice,
                  "rack",
                  0,
                  0,
                  "what no two replicas share while there are enough",
                  {"member", "rack", "zone"}}}};
    return {"crush", "CRUSH: straw2 over the hierarchy of zones, racks and members, by weight",
            "Weil et al., SC 2006; Ceph 16 (straw2, rjenkins1)", std::move(table), [](const Settings& settings) {
                const std::string& domain = settings.text("failure_domain");
                return std::make_unique<CrushRing>(domain == "zone"   ? FailureDomain::zone
                                                   : domain == "rack" ? FailureDomain::rack
                                                                      : FailureDomain::member);
            }};
}

}  // namespace orrery::models
