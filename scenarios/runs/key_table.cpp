#include "scenarios/runs/key_table.hpp"

#include <algorithm>

#include "models/hashing/functions/xxh64.hpp"
#include "sim/base/random.hpp"

namespace orrery {

namespace {

std::uint64_t hash_of(const KeyBlock& block, std::size_t i) {
    return block.kind() == KeyBlock::Kind::numbers ? mix64(block.numbers()[i] + golden_step)
                                                   : models::xxh64(block.text(i));
}

void add(KeyBlock& to, const KeyBlock& from, std::size_t i) {
    if (from.kind() == KeyBlock::Kind::numbers)
        to.add(from.numbers()[i]);
    else
        to.add(from.text(i));
}

}  // namespace

void KeyTable::count(const KeyBlock& block) {
    if (keys_.size() == 0) keys_.clear(block.kind());
    for (std::size_t i = 0; i < block.size(); ++i) {
        const std::uint64_t hash = hash_of(block, i);
        if (hash > threshold_) continue;
        count(hash, block, i, 1);
        if (overflow_ == Overflow::sample && keys_.size() > most_) thin_out();
    }
}

void KeyTable::count(std::uint64_t hash, const KeyBlock& block, std::size_t i, std::uint64_t times) {
    if (2 * (keys_.size() + 1) > slots_.size()) rebuild(std::max<std::size_t>(1024, 2 * slots_.size()));
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
        if (slots_[at] == 0) {
            add(keys_, block, i);
            counts_.push_back(times);
            hashes_.push_back(hash);
            slots_[at] = static_cast<std::uint32_t>(keys_.size());
            return;
        }
        const std::uint32_t found = slots_[at] - 1;
        if (hashes_[found] == hash && same(found, block, i)) {
            counts_[found] += times;
            return;
        }
    }
}

bool KeyTable::same(std::uint32_t at, const KeyBlock& block, std::size_t i) const {
    return block.kind() == KeyBlock::Kind::numbers ? keys_.numbers()[at] == block.numbers()[i]
                                                   : keys_.text(at) == block.text(i);
}

void KeyTable::rebuild(std::size_t slots) {
    slots_.assign(slots, 0);
    for (std::size_t i = 0; i < hashes_.size(); ++i) {
        std::size_t at = hashes_[i] & (slots - 1);
        while (slots_[at] != 0) at = (at + 1) & (slots - 1);
        slots_[at] = static_cast<std::uint32_t>(i + 1);
    }
}

void KeyTable::thin_out() {
    threshold_ /= 2;
    KeyTable kept(overflow_, most_);
    kept.threshold_ = threshold_;
    kept.keys_.clear(keys_.kind());
    for (std::size_t i = 0; i < hashes_.size(); ++i)
        if (hashes_[i] <= threshold_) kept.count(hashes_[i], keys_, i, counts_[i]);
    *this = std::move(kept);
}

void KeyTable::clear() {
    keys_.clear(keys_.kind());
    counts_.clear();
    hashes_.clear();
    std::fill(slots_.begin(), slots_.end(), 0);
}

}  // namespace orrery
