/// anchor: AnchorHash (see anchor_buckets.hpp).
///
/// `capacity` is how many members there can ever be at a time; without it, twice as many as at the start, at least
/// 1024, rounded up to a power of two. A look-up takes 1 + log(capacity / members) draws.
///
/// hash
///     xxh64       the key's xxh64, then for each draw a mix of it and the bucket, scaled to the range
///     crc32c      cpp-anchorhash: two words k1, k2; s = crc32q(k1 into register k2), modulo the capacity; each draw
///                 s = crc32q(k1 - s into k2 + s), modulo the range. k1 is the key if it has eight bytes (NumberKey),
///                 the first word most significant byte first and k2 the second if it has sixteen, else its xxh64;
///                 k2 = 0 but for sixteen bytes
///     murmur3     go-anchorhash: murmur3_x86_32 of the key with `seed`, modulo the capacity; each draw the same with
///                 seed + bucket, modulo the range
///
/// Members take buckets in the order in which they join; one that joins after others have left takes the bucket that
/// was freed last. A change moves the keys that must move and no other. Removal and addition O(1) but for the list of
/// members; 20 bytes a bucket.
#include <array>
#include <bit>
#include <optional>
#include <utility>

#include "models/hashing/functions/bytes.hpp"
#include "models/hashing/functions/crc32.hpp"
#include "models/hashing/functions/murmur3.hpp"
#include "models/hashing/functions/xxh64.hpp"
#include "models/hashing/member_list.hpp"
#include "models/hashing/rings/anchor_buckets.hpp"
#include "models/hashing/rings/distinct.hpp"
#include "sim/base/catalog.hpp"
#include "sim/base/random.hpp"

namespace orrery::models {

namespace {

using Bucket = AnchorBuckets::Bucket;

Bucket scaled(std::uint64_t hash, Bucket range) {
    return static_cast<Bucket>(((hash >> 32) * range) >> 32);
}

/// A walk from a 64-bit hash; also what all variants find further replicas with.
Bucket walk(const AnchorBuckets& buckets, std::uint64_t hash) {
    return buckets.find(scaled(hash, buckets.size()), [hash](Bucket bucket, Bucket range) {
        std::uint64_t x = (hash ^ (bucket * golden_step)) * 0xbf58476d1ce4e5b9u;
        x = (x ^ (x >> 32)) * 0x94d049bb133111ebu;
        return scaled(x, range);
    });
}

struct Xxh64Walk {
    static Bucket find(const AnchorBuckets& buckets, Key key, std::uint64_t seed) {
        return walk(buckets, xxh64(key, seed));
    }
    static Bucket find_number(const AnchorBuckets& buckets, std::uint64_t number, std::uint64_t seed) {
        return walk(buckets, xxh64_number(number, seed));
    }
};

struct Crc32cWalk {
    static Bucket find(const AnchorBuckets& buckets, Key key, std::uint64_t) {
        if (key.size() == 8) return find(buckets, load_be64(key.data()), 0);
        if (key.size() == 16) return find(buckets, load_be64(key.data()), load_be64(key.data() + 8));
        return find(buckets, xxh64(key), 0);
    }
    static Bucket find_number(const AnchorBuckets& buckets, std::uint64_t number, std::uint64_t) {
        return find(buckets, number, 0);
    }

private:
    static Bucket find(const AnchorBuckets& buckets, std::uint64_t k1, std::uint64_t k2) {
        std::uint64_t s = crc32c_u64(static_cast<std::uint32_t>(k2), k1);
        return buckets.find(static_cast<Bucket>(s % buckets.size()), [&](Bucket, Bucket range) {
            s = crc32c_u64(static_cast<std::uint32_t>(k2 + s), k1 - s);
            return static_cast<Bucket>(s % range);
        });
    }
};

struct Murmur3Walk {
    static Bucket find(const AnchorBuckets& buckets, Key key, std::uint64_t seed) {
        const auto hash = [&](Bucket more) { return murmur3_x86_32(key, static_cast<std::uint32_t>(seed) + more); };
        return buckets.find(hash(0) % buckets.size(),
                            [&](Bucket bucket, Bucket range) { return hash(bucket) % range; });
    }
    static Bucket find_number(const AnchorBuckets& buckets, std::uint64_t number, std::uint64_t seed) {
        return find(buckets, NumberKey(number), seed);
    }
};

template <class Walk>
class Anchor final : public Ring {
public:
    explicit Anchor(const Settings& settings) : seed_(static_cast<std::uint64_t>(settings.integer("seed"))) {
        if (settings.has("capacity")) fixed_capacity_ = static_cast<std::size_t>(settings.integer("capacity"));
        resize(0);
    }

    std::unique_ptr<Ring> clone() const override { return std::make_unique<Anchor>(*this); }

    void reset(std::span<const Member> members) override {
        if (fixed_capacity_) check_room(members.size(), *fixed_capacity_);
        members_.reset(members);
        resize(members.size());
        for (std::size_t i = 0; i < members.size(); ++i) by_bucket_[i] = members[i].id;
    }

    void add(const Member& member) override {
        members_.check_new(member);
        check_room(members_.size() + 1, buckets_.size());
        members_.add(member);
        by_bucket_[buckets_.add()] = member.id;
    }

    void remove(MemberId member) override {
        members_.remove(member);
        for (Bucket b = 0; b < buckets_.size(); ++b)
            if (by_bucket_[b] == member && works(b)) {
                buckets_.remove(b);
                return;
            }
    }

    std::span<const Member> members() const override { return members_.all(); }

    MemberId owner(Key key) const override {
        members_.require_some();
        return by_bucket_[Walk::find(buckets_, key, seed_)];
    }

    void owners(std::span<const std::uint64_t> keys, std::span<MemberId> out) const override {
        members_.require_some();
        for (std::size_t i = 0; i < keys.size(); ++i) out[i] = by_bucket_[Walk::find_number(buckets_, keys[i], seed_)];
    }

    /// Further replicas are owners of the key under other hashes.
    std::size_t replicas(Key key, std::span<MemberId> out) const override {
        members_.require_some();
        const std::uint64_t hash = xxh64(key, seed_);
        return replicas_by_attempts(out, members_.all(), [&](std::size_t attempt) {
            return attempt == 0 ? owner(key) : by_bucket_[walk(buckets_, mix64(hash + attempt * golden_step))];
        });
    }

    std::size_t memory_bytes() const override {
        return buckets_.memory_bytes() + by_bucket_.capacity() * sizeof(MemberId);
    }

    RingPromise promise() const override {
        return {RingPromise::Weights::ignored, 1, 1, RingPromise::Removal::any, RingPromise::DependsOn::history};
    }

private:
    static void check_room(std::size_t members, std::size_t capacity) {
        if (members > capacity)
            throw RingError(std::to_string(members) + " members, but the anchor has a capacity of " +
                            std::to_string(capacity) + "; 'capacity' sets it");
    }

    void resize(std::size_t members) {
        const std::size_t capacity = fixed_capacity_.value_or(std::bit_ceil(std::max<std::size_t>(1024, 2 * members)));
        buckets_.reset(static_cast<Bucket>(capacity), static_cast<Bucket>(members));
        by_bucket_.assign(capacity, MemberId{});
    }

    /// The last bucket that goes leaves none working behind it, which looks as if it did work.
    bool works(Bucket bucket) const { return buckets_.working() > 0 && buckets_.works(bucket); }

    std::optional<std::size_t> fixed_capacity_;
    std::uint64_t seed_;
    MemberList members_;
    AnchorBuckets buckets_;
    std::vector<MemberId> by_bucket_;
};

}  // namespace

Row<Ring> anchor_row() {
    Table table{{{"capacity", Kind::count, "", 1, 1 << 26, "most members at a time; absent: twice those at the start"},
                 {"hash",
                  Kind::choice,
                  "xxh64",
                  0,
                  0,
                  "of keys; crc32c: cpp-anchorhash, murmur3: go-anchorhash",
                  {"xxh64", "crc32c", "murmur3"}},
                 {"seed", Kind::count, "0", 0, 4294967295.0, "of xxh64 or murmur3"}}};
    return {"anchor", "AnchorHash: a fixed set of buckets, of which some work",
            "Mendelson et al., IEEE/ACM ToN 29(2), 2021; anchorhash/cpp-anchorhash, anchorhash/go-anchorhash", table,
            [](const Settings& settings) -> std::unique_ptr<Ring> {
                const std::string& hash = settings.text("hash");
                if (hash == "crc32c") return std::make_unique<Anchor<Crc32cWalk>>(settings);
                if (hash == "murmur3") return std::make_unique<Anchor<Murmur3Walk>>(settings);
                return std::make_unique<Anchor<Xxh64Walk>>(settings);
            }};
}

}  // namespace orrery::models
