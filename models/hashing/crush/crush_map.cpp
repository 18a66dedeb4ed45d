#include "models/hashing/crush/crush_map.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

#include "models/hashing/crush/crush_choose.hpp"
#include "models/hashing/functions/rjenkins.hpp"

namespace orrery::models {

namespace {

using Operation = CrushStep::Operation;

bool is_choice(Operation operation) {
    return operation == Operation::choose_firstn || operation == Operation::choose_indep ||
           operation == Operation::chooseleaf_firstn || operation == Operation::chooseleaf_indep;
}

/// A rule while it runs.
class RuleRun {
public:
    RuleRun(const CrushMap& map, std::uint32_t x, std::size_t replicas, std::span<const std::uint32_t> reweights)
        : map_(map),
          x_(x),
          replicas_(replicas),
          reweights_(reweights),
          tries_(map.tunables.choose_total_tries + 1),
          local_tries_(map.tunables.choose_local_tries),
          local_fallback_tries_(map.tunables.choose_local_fallback_tries),
          vary_r_(map.tunables.chooseleaf_vary_r),
          stable_(map.tunables.chooseleaf_stable) {}

    std::vector<std::int32_t> run(const CrushRule& rule) {
        for (const CrushStep& step : rule) {
            if (is_choice(step.operation)) {
                choose(step);
            } else if (step.operation == Operation::take) {
                working_ = {step.argument};
            } else if (step.operation == Operation::emit) {
                emit();
            } else {
                set(step);
            }
        }
        return std::move(result_);
    }

private:
    void emit() {
        for (const std::int32_t item : working_)
            if (result_.size() < replicas_) result_.push_back(item);
        working_.clear();
    }

    void set(const CrushStep& step) {
        const auto value = static_cast<std::uint32_t>(std::max(step.argument, 0));
        const auto if_positive = [&](std::uint32_t& what) { what = value > 0 ? value : what; };
        const auto unless_negative = [&](std::uint32_t& what) { what = step.argument >= 0 ? value : what; };
        if (step.operation == Operation::set_choose_tries) if_positive(tries_);
        if (step.operation == Operation::set_chooseleaf_tries) if_positive(leaf_tries_);
        if (step.operation == Operation::set_choose_local_tries) unless_negative(local_tries_);
        if (step.operation == Operation::set_choose_local_fallback_tries) unless_negative(local_fallback_tries_);
        if (step.operation == Operation::set_chooseleaf_vary_r) unless_negative(vary_r_);
        if (step.operation == Operation::set_chooseleaf_stable) unless_negative(stable_);
    }

    void choose(const CrushStep& step) {
        const bool leaf =
            step.operation == Operation::chooseleaf_firstn || step.operation == Operation::chooseleaf_indep;
        const bool firstn =
            step.operation == Operation::choose_firstn || step.operation == Operation::chooseleaf_firstn;
        std::vector<std::int32_t> chosen;
        for (const std::int32_t from : working_) {
            const CrushBucket* bucket = map_.bucket(from);
            const std::int64_t wanted =
                step.argument > 0 ? step.argument : step.argument + static_cast<std::int64_t>(replicas_);
            if (wanted <= 0 || bucket == nullptr) continue;
            const auto count = static_cast<std::size_t>(wanted);
            const std::size_t room = replicas_ - chosen.size();
            const CrushChoice choice = choice_of(step, leaf, firstn);
            const CrushChosen found = firstn ? crush_choose_firstn(choice, *bucket, count, room)
                                             : crush_choose_indep(choice, *bucket, std::min(count, room), count);
            const auto& out = leaf ? found.leaves : found.items;
            chosen.insert(chosen.end(), out.begin(), out.end());
        }
        working_ = std::move(chosen);
    }

    CrushChoice choice_of(const CrushStep& step, bool leaf, bool firstn) const {
        CrushChoice choice{map_, reweights_};
        choice.x = x_;
        choice.type = step.type;
        choice.tries = tries_;
        choice.leaf_tries = leaf_tries_;
        if (leaf_tries_ == 0) choice.leaf_tries = firstn && map_.tunables.chooseleaf_descend_once == 0 ? tries_ : 1;
        choice.local_tries = local_tries_;
        choice.local_fallback_tries = local_fallback_tries_;
        choice.vary_r = vary_r_;
        choice.stable = stable_;
        choice.to = leaf ? CrushChoice::To::leaf : CrushChoice::To::item;
        return choice;
    }

    const CrushMap& map_;
    std::uint32_t x_;
    std::size_t replicas_;
    std::span<const std::uint32_t> reweights_;
    std::uint32_t tries_;
    std::uint32_t leaf_tries_ = 0;  ///< zero: by the tunable
    std::uint32_t local_tries_;
    std::uint32_t local_fallback_tries_;
    std::uint32_t vary_r_;
    std::uint32_t stable_;
    std::vector<std::int32_t> working_;
    std::vector<std::int32_t> result_;
};

/// x modulo n where the next power of two covers it, else modulo half of that: growing n splits groups one by one.
std::uint32_t stable_modulo(std::uint32_t x, std::uint32_t n) {
    const std::uint32_t mask = std::bit_ceil(n) - 1;
    return (x & mask) < n ? x & mask : x & (mask >> 1);
}

}  // namespace

void CrushMap::add(CrushBucket bucket) {
    const std::string what = "bucket " + std::to_string(bucket.id);
    if (bucket.id >= 0) throw CrushError(what + ": a bucket's id is negative");
    if (this->bucket(bucket.id) != nullptr) throw CrushError(what + " is there already");
    if (bucket.type <= 0)
        throw CrushError(what + " has type " + std::to_string(bucket.type) + "; 0 is the devices' own");
    if (bucket.items.size() != bucket.weights.size()) throw CrushError(what + " needs one weight for each item");
    if (!bucket.ids.empty() && bucket.ids.size() != bucket.items.size())
        throw CrushError(what + " needs one id for each item, or none");
    for (const std::int32_t item : bucket.items)
        if (item >= 0 ? static_cast<std::size_t>(item) >= devices_ : this->bucket(item) == nullptr)
            throw CrushError(what + " holds item " + std::to_string(item) + ", which is not there");
    const auto place = static_cast<std::size_t>(-1 - bucket.id);
    constexpr std::size_t most = 1 << 20;
    if (place >= most) throw CrushError(what + ": ids go down to " + std::to_string(-static_cast<int>(most)));
    if (place >= buckets_.size()) {
        CrushBucket hole;
        hole.id = 0;
        buckets_.resize(place + 1, hole);
    }
    buckets_[place] = std::move(bucket);
}

void CrushMap::add_rule(std::int32_t id, CrushRule rule) {
    const std::string what = "rule " + std::to_string(id);
    if (rules_.count(id) > 0) throw CrushError(what + " is there already");
    for (const CrushStep& step : rule)
        if (step.operation == Operation::take && bucket(step.argument) == nullptr)
            throw CrushError(what + " takes " + std::to_string(step.argument) + ", which is no bucket");
    rules_.emplace(id, std::move(rule));
}

const CrushBucket* CrushMap::bucket(std::int32_t id) const {
    const auto place = static_cast<std::size_t>(-1 - std::int64_t{id});
    if (id >= 0 || place >= buckets_.size() || buckets_[place].id == 0) return nullptr;
    return &buckets_[place];
}

std::uint32_t CrushMap::weight_of(std::int32_t id) const {
    const CrushBucket* found = bucket(id);
    if (found == nullptr) throw CrushError("there is no bucket " + std::to_string(id));
    return std::accumulate(found->weights.begin(), found->weights.end(), std::uint32_t{0});
}

std::vector<std::int32_t> CrushMap::place(std::int32_t rule, std::uint32_t x, std::size_t replicas,
                                          std::span<const std::uint32_t> reweights) const {
    const auto found = rules_.find(rule);
    if (found == rules_.end()) throw CrushError("there is no rule " + std::to_string(rule));
    return place(found->second, x, replicas, reweights);
}

std::vector<std::int32_t> CrushMap::place(const CrushRule& rule, std::uint32_t x, std::size_t replicas,
                                          std::span<const std::uint32_t> reweights) const {
    return RuleRun(*this, x, replicas, reweights).run(rule);
}

std::uint32_t crush_group(std::string_view object, std::uint32_t groups) {
    if (groups == 0) throw CrushError("a pool has at least one placement group");
    return stable_modulo(rjenkins_string(object), groups);
}

std::uint32_t crush_input(std::uint32_t group, std::uint32_t groups_for_placement, std::uint32_t pool) {
    if (groups_for_placement == 0) throw CrushError("a pool has at least one placement group");
    return rjenkins1(stable_modulo(group, groups_for_placement), pool);
}

}  // namespace orrery::models
