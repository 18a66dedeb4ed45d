#include "models/hashing/crush/crush_choose.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "models/hashing/crush/crush_log.hpp"
#include "models/hashing/functions/rjenkins.hpp"

namespace orrery::models {

namespace {

/// A place that is still looked for.
constexpr std::int32_t undefined = 0x7ffffffe;

std::uint32_t word(std::int32_t id) {
    return static_cast<std::uint32_t>(id);
}

std::int32_t pick_straw2(const CrushBucket& bucket, std::uint32_t x, std::uint32_t r) {
    const auto& ids = bucket.ids.empty() ? bucket.items : bucket.ids;
    constexpr std::int64_t log_most = std::int64_t{1} << 48;
    std::size_t best = 0;
    std::int64_t longest = 0;
    for (std::size_t i = 0; i < bucket.items.size(); ++i) {
        std::int64_t straw = std::numeric_limits<std::int64_t>::min();
        if (bucket.weights[i] > 0) {
            const std::uint32_t u = rjenkins1(x, word(ids[i]), r) & 0xffff;
            straw = (crush_log(u) - log_most) / static_cast<std::int64_t>(bucket.weights[i]);
        }
        if (i > 0 && straw <= longest) continue;
        best = i;
        longest = straw;
    }
    return bucket.items[best];
}

/// Out, or out for this input.
bool is_out(const CrushChoice& choice, std::int32_t device) {
    const auto index = static_cast<std::size_t>(device);
    if (index >= choice.reweights.size()) return true;
    const std::uint32_t weight = choice.reweights[index];
    if (weight >= crush_one) return false;
    return weight == 0 || (rjenkins1(choice.x, word(device)) & 0xffff) >= weight;
}

bool contains(const std::vector<std::int32_t>& items, std::int32_t item) {
    return std::find(items.begin(), items.end(), item) != items.end();
}

/// The search of one `firstn` choice: of the replicas, or of one device under a bucket.
class FirstN {
public:
    /// `attempt_base` is added to every attempt (vary_r); `taken` are what must not be chosen again.
    FirstN(const CrushChoice& choice, const CrushBucket& top, std::uint32_t attempt_base,
           const std::vector<std::int32_t>& taken)
        : choice_(choice), top_(top), attempt_base_(attempt_base), taken_(taken) {}

    struct Found {
        std::int32_t item;
        std::int32_t leaf;
    };

    /// The item of replica `rep`; `place` is its place among those placed so far.
    std::optional<Found> find(std::uint32_t rep, std::size_t place) {
        failures_ = 0;
        while (true) {
            const auto outcome = descend(rep, place);
            if (outcome == Outcome::found) return found_;
            if (outcome == Outcome::hopeless) return std::nullopt;
        }
    }

    /// Devices chosen so far under other buckets.
    std::vector<std::int32_t> leaves = {};

private:
    enum class Outcome : std::uint8_t { found, again_from_top, hopeless };

    Outcome descend(std::uint32_t rep, std::size_t place) {
        const CrushBucket* in = &top_;
        std::uint32_t failures_here = 0;
        while (true) {
            const std::uint32_t r = rep + attempt_base_ + failures_;
            bool collides = false;
            if (!in->items.empty()) {
                const std::int32_t item = pick(*in, r, failures_here);
                const CrushBucket* below = item < 0 ? choice_.map.bucket(item) : nullptr;
                if ((item < 0 ? below->type : 0) != choice_.type) {
                    if (item >= 0) return Outcome::hopeless;
                    in = below;
                    continue;
                }
                collides = contains(taken_, item);
                if (!collides && accept(item, r, place)) return Outcome::found;
            }
            ++failures_;
            ++failures_here;
            if (collides && failures_here <= choice_.local_tries) continue;
            if (choice_.local_fallback_tries > 0 && failures_here <= in->items.size() + choice_.local_fallback_tries)
                continue;
            return failures_ < choice_.tries ? Outcome::again_from_top : Outcome::hopeless;
        }
    }

    std::int32_t pick(const CrushBucket& in, std::uint32_t r, std::uint32_t failures_here) const {
        const bool exhaustive = choice_.local_fallback_tries > 0 && failures_here >= in.items.size() / 2 &&
                                failures_here > choice_.local_fallback_tries;
        return exhaustive ? crush_pick_permuted(in, choice_.x, r) : crush_pick(in, choice_.x, r);
    }

    bool accept(std::int32_t item, std::uint32_t r, std::size_t place) {
        found_ = {item, item};
        if (choice_.to == CrushChoice::To::leaf && item < 0) return find_leaf(item, r, place);
        return item < 0 || !is_out(choice_, item);
    }

    bool find_leaf(std::int32_t item, std::uint32_t r, std::size_t place) {
        CrushChoice below = choice_;
        below.type = 0;
        below.to = CrushChoice::To::item;
        below.tries = choice_.leaf_tries;
        const std::uint32_t base = choice_.vary_r > 0 ? r >> (choice_.vary_r - 1) : 0;
        const auto rep = choice_.stable > 0 ? 0u : static_cast<std::uint32_t>(place);
        const auto leaf = FirstN(below, *choice_.map.bucket(item), base, leaves).find(rep, place);
        if (!leaf) return false;
        found_.leaf = leaf->item;
        return true;
    }

    const CrushChoice& choice_;
    const CrushBucket& top_;
    std::uint32_t attempt_base_;
    const std::vector<std::int32_t>& taken_;
    std::uint32_t failures_ = 0;
    Found found_ = {0, 0};
};

/// The search of one `indep` choice: all places in turns, attempt after attempt.
class Indep {
public:
    Indep(const CrushChoice& choice, const CrushBucket& top, std::size_t replicas, std::uint32_t attempt_base)
        : choice_(choice), top_(top), replicas_(static_cast<std::uint32_t>(replicas)), attempt_base_(attempt_base) {}

    /// Places are numbered from `first`: a search below another one goes by its place there.
    CrushChosen run(std::uint32_t first, std::size_t places) {
        chosen_.items.assign(places, undefined);
        chosen_.leaves.assign(places, undefined);
        left_ = places;
        for (std::uint32_t attempt = 0; left_ > 0 && attempt < choice_.tries; ++attempt)
            for (std::size_t i = 0; i < places; ++i)
                if (chosen_.items[i] == undefined) look(i, first + static_cast<std::uint32_t>(i), attempt);
        std::replace(chosen_.items.begin(), chosen_.items.end(), undefined, crush_none);
        std::replace(chosen_.leaves.begin(), chosen_.leaves.end(), undefined, crush_none);
        return std::move(chosen_);
    }

private:
    void look(std::size_t i, std::uint32_t rep, std::uint32_t attempt) {
        const CrushBucket* in = &top_;
        while (!in->items.empty()) {
            // A uniform bucket of a multiple of the replicas would meet the same items again.
            const bool shifted = in->algorithm == CrushBucket::Algorithm::uniform && in->items.size() % replicas_ == 0;
            const std::uint32_t r = rep + attempt_base_ + (replicas_ + (shifted ? 1 : 0)) * attempt;
            const std::int32_t item = crush_pick(*in, choice_.x, r);
            const CrushBucket* below = item < 0 ? choice_.map.bucket(item) : nullptr;
            if ((item < 0 ? below->type : 0) != choice_.type) {
                if (item >= 0) return give_up(i);
                in = below;
                continue;
            }
            if (contains(chosen_.items, item)) return;
            if (!find_leaf(i, rep, item, r)) return;
            if (item >= 0 && is_out(choice_, item)) return;
            chosen_.items[i] = item;
            --left_;
            return;
        }
    }

    bool find_leaf(std::size_t i, std::uint32_t rep, std::int32_t item, std::uint32_t r) {
        chosen_.leaves[i] = item;
        if (choice_.to == CrushChoice::To::item || item >= 0) return true;
        CrushChoice below = choice_;
        below.type = 0;
        below.to = CrushChoice::To::item;
        below.tries = choice_.leaf_tries;
        chosen_.leaves[i] = Indep(below, *choice_.map.bucket(item), replicas_, r).run(rep, 1).items.front();
        return chosen_.leaves[i] != crush_none;
    }

    /// The hierarchy has nothing of the type below this.
    void give_up(std::size_t i) {
        chosen_.items[i] = chosen_.leaves[i] = crush_none;
        --left_;
    }

    const CrushChoice& choice_;
    const CrushBucket& top_;
    std::uint32_t replicas_;
    std::uint32_t attempt_base_;
    CrushChosen chosen_;
    std::size_t left_ = 0;
};

}  // namespace

std::int32_t crush_pick(const CrushBucket& bucket, std::uint32_t x, std::uint32_t r) {
    switch (bucket.algorithm) {
        case CrushBucket::Algorithm::straw2:
            return pick_straw2(bucket, x, r);
        case CrushBucket::Algorithm::uniform:
            break;
    }
    return crush_pick_permuted(bucket, x, r);
}

std::int32_t crush_pick_permuted(const CrushBucket& bucket, std::uint32_t x, std::uint32_t r) {
    const auto size = static_cast<std::uint32_t>(bucket.items.size());
    const std::uint32_t wanted = r % size;
    std::vector<std::uint32_t> order(size);
    std::iota(order.begin(), order.end(), 0u);
    for (std::uint32_t p = 0; p <= wanted && p + 1 < size; ++p)
        std::swap(order[p], order[p + rjenkins1(x, word(bucket.id), p) % (size - p)]);
    return bucket.items[order[wanted]];
}

CrushChosen crush_choose_firstn(const CrushChoice& choice, const CrushBucket& bucket, std::size_t replicas,
                                std::size_t room) {
    CrushChosen out;
    FirstN search(choice, bucket, 0, out.items);
    for (std::uint32_t rep = 0; rep < replicas && out.items.size() < room; ++rep) {
        const auto found = search.find(rep, out.items.size());
        if (!found) continue;
        out.items.push_back(found->item);
        search.leaves.push_back(found->leaf);
    }
    out.leaves = std::move(search.leaves);
    return out;
}

CrushChosen crush_choose_indep(const CrushChoice& choice, const CrushBucket& bucket, std::size_t places,
                               std::size_t replicas) {
    return Indep(choice, bucket, replicas, 0).run(0, places);
}

}  // namespace orrery::models
