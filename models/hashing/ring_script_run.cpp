#include <algorithm>
#include <cmath>
#include <set>

#include "models/hashing/ring_script.hpp"

namespace orrery::models {

namespace {

using Owners = std::vector<MemberId>;
using Broken = std::optional<BrokenPromise>;
using Change = RingScript::Change;

/// One ring going through a script, and what is to be said about it.
class ScriptRun {
public:
    ScriptRun(const Row<Ring>& row, const Settings& settings, const RingScript& script, const RingKeys& keys)
        : row_(row), settings_(settings), script_(script), keys_(keys) {}

    Broken run() {
        ring_ = fresh(script_.start);
        twin_ = fresh(script_.start);
        members_ = script_.start;
        judge_state();
        for (const Change& change : script_.changes) {
            if (broken_) break;
            if ((change.kind == Change::Kind::add) != is_member(change.member.id)) apply(change);
        }
        return broken_;
    }

private:
    std::unique_ptr<Ring> fresh(std::span<const Member> members) const {
        auto ring = row_.make(settings_);
        ring->reset(members);
        return ring;
    }

    void expect(bool holds, const char* promise, const std::string& where) {
        if (!holds && !broken_) broken_ = BrokenPromise{promise, where};
    }

    bool is_member(MemberId id) const {
        return std::any_of(members_.begin(), members_.end(), [&](const Member& m) { return m.id == id; });
    }

    Owners owners_of(const Ring& ring) const {
        Owners out;
        if (members_.empty() && ring.members().empty()) return out;
        for (const std::uint64_t key : keys_.numbers) out.push_back(ring.owner(NumberKey(key)));
        for (const std::string& key : keys_.texts) out.push_back(ring.owner(key));
        return out;
    }

    std::string key_text(std::size_t index) const {
        if (index < keys_.numbers.size()) return "key " + std::to_string(keys_.numbers[index]);
        return "text key of " + std::to_string(keys_.texts[index - keys_.numbers.size()].size()) + " bytes";
    }

    void expect_same(const Owners& one, const Owners& other, const char* promise) {
        for (std::size_t i = 0; i < one.size() && i < other.size(); ++i)
            expect(one[i] == other[i], promise, key_text(i));
        expect(one.size() == other.size(), promise, "one has no owner");
    }

    void apply(const Change& change) {
        const Owners before = owners_;
        const RingPromise promise_before = row_promise();
        if (change.kind == Change::Kind::add) {
            members_.push_back(change.member);
            ring_->add(change.member);
            twin_->add(change.member);
        } else {
            members_.erase(std::find_if(members_.begin(), members_.end(),
                                        [&](const Member& m) { return m.id == change.member.id; }));
            ring_->remove(change.member.id);
            twin_->remove(change.member.id);
        }
        judge_state();
        if (!broken_ && !before.empty() && !owners_.empty()) judge_move(change, before, promise_before);
    }

    double total_weight() const {
        double sum = 0;
        for (const Member& member : members_) sum += fair_weight(member);
        return sum;
    }
    double fair_weight(const Member& member) const {
        return row_promise().weights == RingPromise::Weights::ignored ? 1 : member.weight;
    }
    RingPromise row_promise() const { return ring_->promise(); }

    void judge_state() {
        const auto shown = ring_->members();
        expect(std::equal(shown.begin(), shown.end(), members_.begin(), members_.end()),
               "members() are not those who joined and did not leave, in order",
               std::to_string(shown.size()) + " shown, " + std::to_string(members_.size()) + " expected");
        owners_ = owners_of(*ring_);
        for (std::size_t i = 0; i < owners_.size(); ++i)
            expect(is_member(owners_[i]), "an owner is no member", key_text(i));
        if (broken_) return;
        expect_same(owners_, owners_of(*ring_), "the same question twice gives other answers");
        expect_same(owners_, owners_of(*twin_), "the same calls to a twin give other owners");
        expect_same(owners_, owners_of(*ring_->clone()), "a clone gives other owners");
        if (!members_.empty()) {
            judge_batch();
            judge_replicas();
            judge_take();
        }
        judge_identities();
        judge_rebuild();
    }

    void judge_batch() {
        Owners batch(keys_.numbers.size());
        ring_->owners(keys_.numbers, batch);
        for (std::size_t i = 0; i < batch.size(); ++i)
            expect(batch[i] == owners_[i], "owners() is not owner()", key_text(i));
        // Odd lengths: what a batch in blocks leaves over.
        ring_->owners(std::span(keys_.numbers).first(13), batch);
        for (std::size_t i = 0; i < 13; ++i) expect(batch[i] == owners_[i], "owners() is not owner()", key_text(i));
    }

    void judge_replicas() {
        for (const std::size_t wanted : {std::size_t{0}, std::size_t{1}, std::size_t{3}, members_.size() + 2})
            for (std::size_t i = 0; i < keys_.numbers.size(); i += wanted <= 3 ? 17 : 199) {
                const std::string where = std::to_string(wanted) + " replicas of " + key_text(i);
                Owners replicas(wanted);
                replicas.resize(ring_->replicas(NumberKey(keys_.numbers[i]), replicas));
                expect(replicas.size() == std::min(wanted, members_.size()), "replicas are too few or too many", where);
                expect(std::set<MemberId>(replicas.begin(), replicas.end()).size() == replicas.size(),
                       "replicas are not distinct", where);
                for (const MemberId replica : replicas) expect(is_member(replica), "a replica is no member", where);
                expect(replicas.empty() || replicas.front() == owners_[i], "the first replica is not the owner", where);
            }
    }

    void judge_take() {
        const bool by_load = row_promise().depends_on == RingPromise::DependsOn::load;
        const auto placing = ring_->clone();
        const auto twin = ring_->clone();
        Owners taken;
        for (std::size_t i = 0; i < 100; ++i) {
            const NumberKey key(keys_.numbers[i]);
            taken.push_back(placing->take(key));
            expect(is_member(taken.back()), "take() gives no member", key_text(i));
            expect(by_load || taken.back() == owners_[i], "take() is not owner()", key_text(i));
            expect(twin->take(key) == taken.back(), "take() of a clone gives another member", key_text(i));
            if (broken_) return;
            if (i % 3 == 2) {
                placing->release(taken[i - 1]);
                twin->release(taken[i - 1]);
            }
        }
        expect_same(owners_, owners_of(*ring_), "take() of a clone moves owners in the original");
        if (!by_load) expect_same(owners_, owners_of(*placing), "take() and release() move owners");
    }

    /// Joining and leaving again, and leaving and joining again, on clones: the original must not notice.
    void judge_identities() {
        const bool by_load = row_promise().depends_on == RingPromise::DependsOn::load;
        const Member visitor{MemberId(std::size_t{999'999'999}), "a visitor", 2};
        const auto other = ring_->clone();
        other->add(visitor);
        other->remove(visitor.id);
        expect_same(owners_, owners_of(*ring_), "a clone that goes another way moves owners in the original");
        if (!by_load) expect_same(owners_, owners_of(*other), "joining and leaving again moves keys");
        for (std::size_t i = 0; i < members_.size() && !broken_; i += 1 + members_.size() / 3) {
            const auto without = ring_->clone();
            without->remove(members_[i].id);
            without->add(members_[i]);
            if (!by_load)
                expect_same(owners_, owners_of(*without), "leaving and joining again does not return every key");
        }
    }

    void judge_rebuild() {
        if (row_promise().depends_on != RingPromise::DependsOn::members || members_.empty() || broken_) return;
        expect_same(owners_, owners_of(*fresh(members_)), "a ring made at once from the members gives other owners");
        std::vector<Member> reversed(members_.rbegin(), members_.rend());
        std::rotate(reversed.begin(), reversed.begin() + static_cast<std::ptrdiff_t>(reversed.size() / 3),
                    reversed.end());
        expect_same(owners_, owners_of(*fresh(reversed)), "members in another order give other owners");
        const auto used = ring_->clone();
        used->reset(std::span(members_).first(1));
        used->reset(members_);
        expect_same(owners_, owners_of(*used), "a ring that is reset gives other owners than a new one");
    }

    void judge_move(const Change& change, const Owners& before, const RingPromise& promise_before) {
        RingPromise promise = row_promise();
        promise.moved_factor = std::max(promise.moved_factor, promise_before.moved_factor);
        if (promise.depends_on == RingPromise::DependsOn::load || std::isinf(promise.moved_factor)) return;
        const bool joins = change.kind == Change::Kind::add;
        double moved = 0;
        double its_own = 0;
        double needless = 0;
        std::set<MemberId> others;  // besides the one that joins or leaves
        std::size_t shown = 0;
        for (std::size_t i = 0; i < before.size(); ++i) {
            const MemberId mover = joins ? owners_[i] : before[i];
            if (mover == change.member.id) ++its_own;
            if (before[i] == owners_[i]) continue;
            ++moved;
            if (mover == change.member.id) continue;
            ++needless;
            shown = i;
            others.insert(mover);
        }
        const std::size_t others_allowed = promise.removal == RingPromise::Removal::last ? 1 : 0;
        if (promise.moved_factor <= 1) {
            expect(others.size() <= others_allowed, "a change moves keys that need not move",
                   std::to_string(static_cast<int>(needless)) + " of " + std::to_string(before.size()) + " keys, " +
                       key_text(shown));
            return;
        }
        const double total = total_weight() + (joins ? 0 : fair_weight(change.member));
        const double fair = fair_weight(change.member) / total * static_cast<double>(before.size());
        const double allowed = most_by_chance(promise.moved_factor * std::max(its_own, fair));
        expect(moved <= allowed, "a change moves more keys than the promise says",
               std::to_string(static_cast<int>(moved)) + " of " + std::to_string(before.size()) + " keys; " +
                   std::to_string(static_cast<int>(allowed)) + " are allowed");
    }

    const Row<Ring>& row_;
    const Settings& settings_;
    const RingScript& script_;
    const RingKeys& keys_;
    std::vector<Member> members_;
    std::unique_ptr<Ring> ring_;
    std::unique_ptr<Ring> twin_;
    Owners owners_;
    Broken broken_;
};

}  // namespace

Broken run_script(const Row<Ring>& row, const Settings& settings, const RingScript& script, const RingKeys& keys) {
    try {
        return ScriptRun(row, settings, script, keys).run();
    } catch (const std::exception& failure) {
        return BrokenPromise{"throws", failure.what()};
    }
}

}  // namespace orrery::models
