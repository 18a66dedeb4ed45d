/// rendezvous: highest random weight (Thaler, Ravishankar, "Using Name-Based Mappings to Increase Hit Rates", IEEE/ACM
/// Transactions on Networking 6(1), 1998).
///
/// Every member scores every key, and the highest score owns it. x is 64 bits of hash(key) xor hash(name), mixed:
///     multiply     x = x C1; x ^= x >> 32; x = x C2
///     xorshift     x ^= x >> 12; x ^= x << 25; x ^= x >> 27; x = x 2685821657736338717 (dgryski/go-rendezvous)
/// With equal weights the largest x wins. With weights the score is -w / log(u), u = x in (0, 1) (Schindelhauer,
/// Schomaker, "Weighted Distributed Hash Tables", SPAA 2005, the logarithmic method); members of one weight are ordered
/// by x, so a weight that comes or goes leaves the others' order as it is. Ties go to the lowest member id.
///
/// A change moves the keys that must move and no other; shares are exact, sampling noise apart. Look-up O(members), a
/// change O(members); 12 bytes a member.
#include <algorithm>
#include <limits>
#include <tuple>

#include "models/hashing/key_hash.hpp"
#include "models/hashing/member_list.hpp"
#include "sim/base/catalog.hpp"
#include "sim/base/math.hpp"

namespace orrery::models {

namespace {

struct Multiply {
    static std::uint64_t score(std::uint64_t x) {
        x *= 0x9e3779b97f4a7c15u;
        return (x ^ (x >> 32)) * 0xd6e8feb86659fd93u;
    }
};

struct Xorshift {
    static std::uint64_t score(std::uint64_t x) {
        x ^= x >> 12;
        x ^= x << 25;
        x ^= x >> 27;
        return x * 2685821657736338717u;
    }
};

/// Members of one weight, in order of id, so that the first of equals is the one that counts.
struct WeightClass {
    double weight = 1;
    std::vector<std::uint64_t> hashes;
    std::vector<MemberId> ids;
};

struct Scored {
    double score = 0;  ///< -w / log(u); 0 where all weights are equal
    std::uint64_t x = 0;
    MemberId member{};
    /// The best one comes first.
    friend bool operator<(const Scored& a, const Scored& b) {
        return std::tie(b.score, b.x, a.member) < std::tie(a.score, a.x, b.member);
    }
};

double weighted_score(double weight, std::uint64_t x) {
    const double u = (static_cast<double>(x >> 12) + 0.5) * 0x1p-52;
    return -weight / portable_log(u);
}

template <class Mix>
class Rendezvous final : public Ring {
public:
    explicit Rendezvous(const Settings& settings) : hash_(settings, 64) {}

    std::unique_ptr<Ring> clone() const override { return std::make_unique<Rendezvous>(*this); }

    void reset(std::span<const Member> members) override {
        members_.reset(members);
        classes_.clear();
        for (const Member& member : members) enter(member);
    }
    void add(const Member& member) override {
        members_.add(member);
        enter(member);
    }
    void remove(MemberId member) override {
        const double weight = members_.find(member).weight;
        members_.remove(member);
        const auto found = class_of(weight);
        const auto at = std::lower_bound(found->ids.begin(), found->ids.end(), member) - found->ids.begin();
        found->ids.erase(found->ids.begin() + at);
        found->hashes.erase(found->hashes.begin() + at);
        if (found->ids.empty()) classes_.erase(found);
    }

    std::span<const Member> members() const override { return members_.all(); }

    MemberId owner(Key key) const override {
        members_.require_some();
        return owner_of(hash_(key));
    }

    void owners(std::span<const std::uint64_t> keys, std::span<MemberId> out) const override {
        members_.require_some();
        hash_.with_number_hash([&](auto hash) {
            for (std::size_t i = 0; i < keys.size(); ++i) out[i] = owner_of(hash(keys[i]));
        });
    }

    std::size_t replicas(Key key, std::span<MemberId> out) const override {
        members_.require_some();
        const std::uint64_t hash = hash_(key);
        std::vector<Scored> all;
        all.reserve(members_.size());
        for (const WeightClass& equals : classes_)
            for (std::size_t i = 0; i < equals.ids.size(); ++i) all.push_back(scored(equals, i, hash));
        const std::size_t count = std::min(out.size(), all.size());
        std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count), all.end());
        for (std::size_t i = 0; i < count; ++i) out[i] = all[i].member;
        return count;
    }

    std::size_t memory_bytes() const override {
        std::size_t bytes = classes_.capacity() * sizeof(WeightClass);
        for (const WeightClass& equals : classes_)
            bytes += equals.hashes.capacity() * sizeof(std::uint64_t) + equals.ids.capacity() * sizeof(MemberId);
        return bytes;
    }

    RingPromise promise() const override {
        return {RingPromise::Weights::honoured, 1, 1, RingPromise::Removal::any, RingPromise::DependsOn::members};
    }

private:
    std::vector<WeightClass>::iterator class_of(double weight) {
        return std::lower_bound(classes_.begin(), classes_.end(), weight,
                                [](const WeightClass& equals, double w) { return equals.weight < w; });
    }

    void enter(const Member& member) {
        auto found = class_of(member.weight);
        if (found == classes_.end() || found->weight != member.weight)
            found = classes_.insert(found, WeightClass{member.weight, {}, {}});
        const auto at = std::lower_bound(found->ids.begin(), found->ids.end(), member.id) - found->ids.begin();
        found->ids.insert(found->ids.begin() + at, member.id);
        found->hashes.insert(found->hashes.begin() + at, hash_(member.name));
    }

    Scored scored(const WeightClass& equals, std::size_t index, std::uint64_t hash) const {
        const std::uint64_t x = Mix::score(hash ^ equals.hashes[index]);
        return {classes_.size() == 1 ? 0 : weighted_score(equals.weight, x), x, equals.ids[index]};
    }

    /// The first of the largest.
    static std::size_t largest(const WeightClass& equals, std::uint64_t hash) {
        std::uint64_t best = 0;
        std::size_t at = 0;
        for (std::size_t i = 0; i < equals.hashes.size(); ++i) {
            const std::uint64_t x = Mix::score(hash ^ equals.hashes[i]);
            // A branch, for it is taken log(n) times; a conditional move would chain the whole loop.
            if (x > best) [[unlikely]] {
                best = x;
                at = i;
            }
        }
        return at;
    }

    MemberId owner_of(std::uint64_t hash) const {
        if (classes_.size() == 1) return classes_.front().ids[largest(classes_.front(), hash)];
        Scored best = scored(classes_.front(), largest(classes_.front(), hash), hash);
        for (std::size_t i = 1; i < classes_.size(); ++i)
            best = std::min(best, scored(classes_[i], largest(classes_[i], hash), hash));
        return best.member;
    }

    KeyHash hash_;
    MemberList members_;
    std::vector<WeightClass> classes_;  ///< by weight
};

}  // namespace

Row<Ring> rendezvous_row() {
    Table table{{{"score",
                  Kind::choice,
                  "multiply",
                  0,
                  0,
                  "how key and member are mixed; xorshift: go-rendezvous",
                  {"multiply", "xorshift"}}},
                {hash_child("xxh64")}};
    return {"rendezvous", "highest random weight: every member scores every key",
            "Thaler, Ravishankar 1998; Schindelhauer, Schomaker, SPAA 2005 (weights); dgryski/go-rendezvous", table,
            [](const Settings& settings) -> std::unique_ptr<Ring> {
                if (settings.text("score") == "xorshift") return std::make_unique<Rendezvous<Xorshift>>(settings);
                return std::make_unique<Rendezvous<Multiply>>(settings);
            }};
}

}  // namespace orrery::models
