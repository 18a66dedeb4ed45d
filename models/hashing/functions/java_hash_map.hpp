/// The order in which java.util.HashMap and HashSet (OpenJDK 17) iterate, where a production system's answer depends
/// on it.
///
/// A table of 2^k buckets; bucket (h ^ h>>>16) & (2^k - 1) of hash h; the table doubles as soon as there are more than
/// 0.75 * 2^k entries, or when a bucket of a table below 64 gets its ninth entry. Iteration goes through the buckets,
/// in each by place in the chain: `put` appends to the chain, `compute_if_absent` puts in front and lets the table
/// grow one insertion later, as Java's methods of these names do. A set is a map without values.
///
/// Not emulated: chains of nine and more in a table of 64 and more buckets become trees in Java, whose iteration may
/// begin elsewhere. Short keys that Java hashes alike by the dozen would be needed.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace orrery::models {

/// `Hash` is called with a key and returns what hashCode() would.
template <class Key, class Value, class Hash>
class JavaHashMap {
public:
    struct Entry {
        Key key;
        Value value;
    };

    /// new HashMap<>() and new HashSet<>(): 16 buckets when the first entry comes.
    JavaHashMap() = default;
    /// new HashMap<>(capacity): the next power of two.
    static JavaHashMap with_capacity(std::size_t capacity) {
        JavaHashMap map;
        map.first_buckets_ = std::bit_ceil(capacity);
        return map;
    }

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

    /// The key's value, or null.
    Value* find(const Key& key) {
        if (chains_.empty()) return nullptr;
        for (Entry& entry : chain_of(key))
            if (entry.key == key) return &entry.value;
        return nullptr;
    }

    /// put and putIfAbsent, HashSet.add: the entry's value, new or not.
    Value& put(const Key& key, Value value = {}) {
        if (Value* found = find(key)) return *found = std::move(value);
        if (chains_.empty()) grow();
        chain_of(key).push_back({key, std::move(value)});
        ++size_;
        if (chain_of(key).size() > long_chain && chains_.size() < buckets_least_for_trees) grow();
        if (size_ > threshold()) grow();
        return *find(key);
    }

    Value& compute_if_absent(const Key& key, Value value = {}) {
        if (size_ > threshold() || chains_.empty()) grow();
        if (Value* found = find(key)) return *found;
        auto& chain = chain_of(key);
        chain.insert(chain.begin(), {key, std::move(value)});
        ++size_;
        if (chain.size() > long_chain && chains_.size() < buckets_least_for_trees) grow();
        return *find(key);
    }

    void erase(const Key& key) {
        if (chains_.empty()) return;
        auto& chain = chain_of(key);
        for (auto entry = chain.begin(); entry != chain.end(); ++entry) {
            if (!(entry->key == key)) continue;
            chain.erase(entry);
            --size_;
            return;
        }
    }

    /// Calls visit(key, value) in Java's order. `visit` must not change the map.
    template <class Visit>
    void for_each(Visit&& visit) const {
        for (const auto& chain : chains_)
            for (const Entry& entry : chain) visit(entry.key, entry.value);
    }

    /// Keys in Java's order.
    std::vector<Key> keys() const {
        std::vector<Key> out;
        out.reserve(size_);
        for_each([&](const Key& key, const Value&) { out.push_back(key); });
        return out;
    }

    /// iterator().next().key of a map that is not empty.
    const Key& first() const {
        std::size_t i = 0;
        while (chains_[i].empty()) ++i;
        return chains_[i].front().key;
    }

private:
    static constexpr std::size_t long_chain = 8;
    static constexpr std::size_t buckets_least_for_trees = 64;

    std::vector<Entry>& chain_of(const Key& key) { return chains_[bucket_of(key, chains_.size())]; }

    static std::size_t bucket_of(const Key& key, std::size_t buckets) {
        const auto hash = static_cast<std::uint32_t>(Hash{}(key));
        return (hash ^ (hash >> 16)) & (buckets - 1);
    }

    std::size_t threshold() const { return chains_.size() * 3 / 4; }

    void grow() {
        std::vector<std::vector<Entry>> old(chains_.empty() ? first_buckets_ : 2 * chains_.size());
        old.swap(chains_);
        for (auto& chain : old)
            for (Entry& entry : chain) chain_of(entry.key).push_back(std::move(entry));
    }

    std::vector<std::vector<Entry>> chains_;
    std::size_t first_buckets_ = 16;
    std::size_t size_ = 0;
};

struct NoValue {};

template <class Key, class Hash>
using JavaHashSet = JavaHashMap<Key, NoValue, Hash>;

struct JavaIntegerHash {
    std::int32_t operator()(std::int32_t value) const { return value; }
};

}  // namespace orrery::models
