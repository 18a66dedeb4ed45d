/// What a store's node holds: key to version and size, in memory.
///
/// Open addressing with linear probing, at most 3/4 full; a removal moves later ones up. The order inside means
/// nothing: who goes over all of it sorts (see `keys`).
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/partitioning/store/store_port.hpp"
#include "sim/base/random.hpp"

namespace orrery::models {

class ItemTable {
public:
    struct Item {
        std::uint64_t key = 0;
        std::int64_t stamp = 0;
        std::uint32_t writer = 0;
        std::uint32_t size = absent;
        ItemVersion version() const { return {stamp, writer}; }
    };
    /// No item is as large as this.
    static constexpr std::uint32_t absent = ~std::uint32_t{0};

    /// The item, or null. Valid until the next change. O(1).
    const Item* find(std::uint64_t key) const {
        if (slots_.empty()) return nullptr;
        const Item& item = slots_[place_of(key)];
        return item.size == absent ? nullptr : &item;
    }
    void set(std::uint64_t key, const ItemVersion& version, std::uint32_t size) {
        if (4 * (count_ + 1) > 3 * slots_.size()) grow();
        Item& item = slots_[place_of(key)];
        if (item.size == absent) {
            ++count_;
        } else {
            bytes_ -= item.size;
        }
        bytes_ += size;
        item = Item{key, version.stamp, version.writer, size};
    }
    void erase(std::uint64_t key) {
        if (slots_.empty()) return;
        std::size_t hole = place_of(key);
        if (slots_[hole].size == absent) return;
        --count_;
        bytes_ -= slots_[hole].size;
        for (std::size_t next = after(hole); slots_[next].size != absent; next = after(next)) {
            // It may move up unless the place that it belongs to lies behind the hole.
            const std::size_t home = home_of(slots_[next].key);
            if (((next - home) & mask()) < ((next - hole) & mask())) continue;
            slots_[hole] = slots_[next];
            hole = next;
        }
        slots_[hole].size = absent;
    }
    void clear() {
        slots_.clear();
        count_ = 0;
        bytes_ = 0;
    }
    void reserve(std::size_t items) {
        while (4 * items > 3 * slots_.size()) grow();
    }

    std::size_t size() const { return count_; }
    /// Sizes of all items.
    std::int64_t bytes() const { return bytes_; }
    /// Keys that `wanted(key)` says, ascending.
    template <class Wanted>
    std::vector<std::uint64_t> keys(Wanted&& wanted) const {
        std::vector<std::uint64_t> out;
        for (const Item& item : slots_)
            if (item.size != absent && wanted(item.key)) out.push_back(item.key);
        std::sort(out.begin(), out.end());
        return out;
    }

private:
    std::size_t mask() const { return slots_.size() - 1; }
    std::size_t home_of(std::uint64_t key) const { return static_cast<std::size_t>(mix64(key)) & mask(); }
    std::size_t after(std::size_t place) const { return (place + 1) & mask(); }
    /// Where the key is, or would be put.
    std::size_t place_of(std::uint64_t key) const {
        std::size_t place = home_of(key);
        while (slots_[place].size != absent && slots_[place].key != key) place = after(place);
        return place;
    }
    void grow() {
        std::vector<Item> old(slots_.empty() ? 16 : slots_.size() * 2);
        old.swap(slots_);
        for (const Item& item : old)
            if (item.size != absent) slots_[place_of(item.key)] = item;
    }

    std::vector<Item> slots_;  ///< a power of two of them, or none
    std::size_t count_ = 0;
    std::int64_t bytes_ = 0;
};

}  // namespace orrery::models
