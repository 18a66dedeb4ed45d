// The contract check of rings: rings that ship keep it, in more settings than the catalog test tries, and planted bugs
// are found, with a script from which nothing can be left out.
#include "models/hashing/ring_contract.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "models/hashing/functions/xxh64.hpp"
#include "models/hashing/member_list.hpp"
#include "tests/hashing/row_settings.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::testing;

namespace {

using Findings = std::vector<std::string>;

Findings check(const std::string& name, const Given& given = {}, std::uint64_t seed = 7) {
    for (const auto& row : rings())
        if (row.name == name) return check_ring_contract(row, row_settings(row.table, given), seed);
    return {"no such row"};
}

enum class Bug : std::uint8_t {
    none,
    modulo,          ///< everything moves at every change
    sticky,          ///< a member that has left keeps its keys
    forgetful,       ///< who comes back gets other keys
    order,           ///< depends on the order of members
    same_replica,    ///< the owner is among the further replicas again
    uneven,          ///< the first member gets twice its share
    weight_ignored,  ///< promises weights
    batch,           ///< owners() differs in the last key
    zero_weight,     ///< takes a weight of zero
    shared,          ///< clones share state
    empty_answer,    ///< answers without members
};

/// Rendezvous with one bug.
class Planted final : public Ring {
public:
    explicit Planted(Bug bug) : bug_(bug), shared_(std::make_shared<int>(0)) {}
    std::unique_ptr<Ring> clone() const override { return std::make_unique<Planted>(*this); }
    void reset(std::span<const Member> members) override {
        if (bug_ == Bug::zero_weight) {
            MemberList list;
            std::vector<Member> mended(members.begin(), members.end());
            for (Member& member : mended)
                if (member.weight == 0) member.weight = 1;
            list.reset(mended);
            members_ = list;
        } else {
            members_.reset(members);
        }
        ghosts_.clear();
        left_ = 0;
        arrange();
    }
    void add(const Member& member) override {
        members_.add(member);
        std::erase_if(ghosts_, [&](const Member& ghost) { return ghost.id == member.id; });
        ++*shared_;
        arrange();
    }
    void remove(MemberId member) override {
        const Member gone = members_.find(member);
        members_.remove(member);
        // One that shows late, and not when a visitor of the check's leaves.
        if (bug_ == Bug::sticky && members_.size() == 2 && member.value < 1000) ghosts_.push_back(gone);
        ++left_;
        arrange();
    }
    std::span<const Member> members() const override { return members_.all(); }
    MemberId owner(Key key) const override { return best(key, {}); }
    void owners(std::span<const std::uint64_t> keys, std::span<MemberId> out) const override {
        for (std::size_t i = 0; i < keys.size(); ++i) out[i] = owner(NumberKey(keys[i]));
        if (bug_ == Bug::batch && keys.size() % 2 == 1) out[keys.size() - 1] = MemberId(std::size_t{12345});
    }
    std::size_t replicas(Key key, std::span<MemberId> out) const override {
        members_.require_some();
        const std::size_t count = std::min(out.size(), members_.size());
        for (std::size_t i = 0; i < count; ++i)
            out[i] = bug_ == Bug::same_replica && i == 2 ? out[0] : best(key, out.first(i));
        return count;
    }
    std::size_t memory_bytes() const override { return 0; }
    RingPromise promise() const override {
        RingPromise promise;
        if (bug_ == Bug::weight_ignored) promise.weights = RingPromise::Weights::honoured;
        return promise;
    }

private:
    void arrange() {
        standing_.clear();
        for (const Member& member : members_.all()) standing_.emplace_back(member.id, xxh64(member.name));
        for (const Member& ghost : ghosts_) standing_.emplace_back(ghost.id, xxh64(ghost.name));
    }

    MemberId best(Key key, std::span<const MemberId> without) const {
        if (bug_ == Bug::empty_answer && members_.empty()) return {};
        members_.require_some();
        if (bug_ == Bug::modulo && without.empty()) {
            std::vector<MemberId> ids;
            for (const Member& member : members_.all()) ids.push_back(member.id);
            std::sort(ids.begin(), ids.end());
            return ids[xxh64(key) % ids.size()];
        }
        std::uint64_t most = 0;
        MemberId winner{};
        for (std::size_t i = 0; i < standing_.size(); ++i) {
            if (std::find(without.begin(), without.end(), standing_[i].first) != without.end()) continue;
            std::uint64_t seed = standing_[i].second;
            if (bug_ == Bug::order && i == 5) ++seed;
            if (bug_ == Bug::forgetful && standing_[i].first.value == 3) seed += left_;
            if (bug_ == Bug::shared) seed += static_cast<std::uint64_t>(*shared_);
            std::uint64_t score = xxh64(key, seed);
            if (bug_ == Bug::uneven && standing_[i].first.value == 0) score = std::max(score, xxh64(key, seed + 1));
            if (score >= most) {
                most = score;
                winner = standing_[i].first;
            }
        }
        return winner;
    }

    Bug bug_;
    MemberList members_;
    std::vector<Member> ghosts_;
    std::vector<std::pair<MemberId, std::uint64_t>> standing_;
    std::uint64_t left_ = 0;
    std::shared_ptr<int> shared_;
};

Findings planted(Bug bug) {
    const Row<Ring> row{
        "planted", "with a bug", "", {}, [bug](const Settings&) { return std::make_unique<Planted>(bug); }};
    return check_ring_contract(row, {}, 7);
}

bool mentions(const Findings& findings, const std::string& promise) {
    return std::any_of(findings.begin(), findings.end(), [&](const auto& f) { return f.starts_with(promise); });
}

std::size_t count(const std::string& text, const std::string& word) {
    std::size_t found = 0;
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
    return found;
}

}  // namespace

TEST_CASE("rings keep their contract in settings other than the default") {
    CHECK(check("ring", {{"virtual_nodes", "1"}}) == Findings{});
    CHECK(check("ring", {{"virtual_nodes", "1000"}, {"hash", "murmur3_128"}}) == Findings{});
    CHECK(check("ring", {{"hash", "murmur3_32"}}) == Findings{});
    CHECK(check("ring", {{"hash", "md5"}}) == Findings{});
    CHECK(check("rendezvous", {{"score", "xorshift"}}) == Findings{});
    CHECK(check("rendezvous", {{"hash", "siphash24"}}) == Findings{});
    CHECK(check("rendezvous_skeleton", {{"hash", "murmur2_64a"}}) == Findings{});
    CHECK(check("multi_probe", {{"probing", "independent"}}) == Findings{});
    CHECK(check("multi_probe", {{"probes", "1"}}) == Findings{});
    CHECK(check("multi_probe", {{"probes", "2"}, {"seed", "9"}}) == Findings{});
    CHECK(check("anchor", {{"hash", "murmur3"}, {"capacity", "64"}}) == Findings{});
    CHECK(check("anchor", {{"hash", "crc32c"}, {"capacity", "51"}}) == Findings{});
}

TEST_CASE("rings keep their contract with other scripts, names and keys") {
    for (const auto& row : rings())
        for (std::uint64_t seed = 20; seed < 22; ++seed) {
            CAPTURE(row.name);
            CAPTURE(seed);
            CHECK(check_ring_contract(row, row_settings(row.table), seed) == Findings{});
        }
}

TEST_CASE("a ring without a bug passes") {
    CHECK(planted(Bug::none) == Findings{});
}

TEST_CASE("planted bugs are found") {
    CHECK(mentions(planted(Bug::modulo), "a change moves keys that need not move"));
    CHECK(mentions(planted(Bug::sticky), "an owner is no member"));
    CHECK(mentions(planted(Bug::forgetful), "joining and leaving again moves keys"));
    CHECK(mentions(planted(Bug::order), "leaving and joining again does not return every key"));
    CHECK(mentions(planted(Bug::same_replica), "replicas are not distinct"));
    CHECK(mentions(planted(Bug::uneven), "the fullest of 16 members has more keys than the promise says"));
    CHECK(mentions(planted(Bug::weight_ignored), "weights are not honoured, or not ignored, as promised"));
    CHECK(mentions(planted(Bug::batch), "owners() is not owner()"));
    CHECK(mentions(planted(Bug::zero_weight), "bad input is accepted"));
    CHECK(mentions(planted(Bug::shared), "a clone that goes another way moves owners in the original"));
    CHECK(mentions(planted(Bug::empty_answer), "bad input is accepted"));
}

TEST_CASE("what is found is reduced to the least script that shows it") {
    // Three members, one of which leaves: nothing less leaves two behind.
    const Findings findings = planted(Bug::sticky);
    REQUIRE(!findings.empty());
    CAPTURE(findings[0]);
    CHECK(count(findings[0], "host-") == 4);
    CHECK(count(findings[0], "; remove ") == 1);
    CHECK(count(findings[0], "; add ") == 0);
}
