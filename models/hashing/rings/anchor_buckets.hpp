/// AnchorBuckets: the buckets of AnchorHash (Mendelson, Vargaftik, Barabash, Lorenz, Keslassy, Orda, "AnchorHash: A
/// Scalable Consistent Hash", IEEE/ACM Transactions on Networking 29(2), 2021, section V: the version in constant
/// space, arrays A, W, L, K and stack R).
///
/// Of `size` buckets, the anchor, some work. Whoever looks up starts from a bucket of the whole anchor and, as long as
/// it does not work, draws another one among those that worked just after it was removed.
#pragma once

#include <cstdint>
#include <vector>

namespace orrery::models {

class AnchorBuckets {
public:
    using Bucket = std::uint32_t;

    /// Buckets 0 .. working-1 work. `working` <= `size` < 2^32.
    void reset(Bucket size, Bucket working);
    /// The bucket removed last works again; which one. There is one.
    Bucket add();
    /// `bucket` works.
    void remove(Bucket bucket);

    Bucket size() const { return static_cast<Bucket>(cells_.size()); }
    Bucket working() const { return working_; }
    bool works(Bucket bucket) const { return cells_[bucket].removed_at == 0; }
    std::size_t memory_bytes() const;

    /// `start` is the first bucket, uniform over all; `draw(bucket, n)` gives 0 .. n-1, by a hash of the key and
    /// `bucket`. One bucket works at least. O(1 + log(size / working)) on average.
    template <class Draw>
    Bucket find(Bucket start, Draw draw) const {
        Bucket bucket = start;
        while (const Bucket left = cells_[bucket].removed_at) {
            Bucket next = draw(bucket, left);
            // Among those that worked when `bucket` went: who is in the place of one that was removed before.
            while (cells_[next].removed_at >= left) next = cells_[next].successor;
            bucket = next;
        }
        return bucket;
    }

private:
    struct Cell {
        Bucket removed_at = 0;  ///< A: 0 if it works, else how many worked just after it was removed
        Bucket successor = 0;   ///< K: who took its place then
    };
    std::vector<Cell> cells_;
    std::vector<Bucket> at_;       ///< W: the working buckets, in their latest order
    std::vector<Bucket> place_;    ///< L: where in W each bucket is or was
    std::vector<Bucket> removed_;  ///< R
    Bucket working_ = 0;           ///< N
};

}  // namespace orrery::models
