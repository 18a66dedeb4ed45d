#include "models/partitioning/store/layout.hpp"

#include <algorithm>
#include <bit>

#include "sim/base/check.hpp"

namespace orrery::models {

KeySpace KeySpace::slices(std::uint32_t slices) {
    ORRERY_CHECK(std::has_single_bit(slices), "slices of a key space are a power of two");
    return {nullptr, slices};
}

KeySpace KeySpace::partitions(std::unique_ptr<Partitioner> partitioner) {
    const PartitionerPromise promise = partitioner->promise();
    if (promise.depends_on != PartitionerPromise::DependsOn::record ||
        promise.fan_out != PartitionerPromise::FanOut::one || promise.keys == PartitionerPromise::Keys::ignored)
        throw PartitionError(
            "a store needs one partition a key, and the same each time; this scheme looks at more than the key");
    const std::uint32_t units = partitioner->partitions();
    static_cast<void>(partitioner->of_key(NumberKey(0)));  // throws if the scheme needs more than a key
    return {std::move(partitioner), units};
}

Layout::Layout(std::shared_ptr<const Spec> spec, std::unique_ptr<Ring> ring)
    : spec_(std::move(spec)), ring_(std::move(ring)) {
    if (!spec_->keys->by_partition()) return;
    width_ = std::min<std::size_t>(spec_->replicas, ring_->members().size());
    table_.resize(width_ * spec_->keys->units());
    for (std::size_t unit = 0; unit < spec_->keys->units(); ++unit)
        ring_->replicas(NumberKey(unit), std::span(table_).subspan(unit * width_, width_));
}

std::shared_ptr<const Layout> Layout::first(std::shared_ptr<const Spec> spec, std::unique_ptr<Ring> ring) {
    return std::shared_ptr<const Layout>(new Layout(std::move(spec), std::move(ring)));
}

std::shared_ptr<const Layout> Layout::after(Step step) const {
    const std::lock_guard lock(mutex_);
    std::weak_ptr<const Layout>& known = next_[step];
    if (auto layout = known.lock()) return layout;
    std::unique_ptr<Ring> ring = ring_->clone();
    if (step.kind == Step::Kind::join) {
        ring->add(spec_->members[step.member.index()]);
    } else {
        ring->remove(step.member);
    }
    std::shared_ptr<const Layout> layout(new Layout(spec_, std::move(ring)));
    known = layout;
    return layout;
}

std::size_t Layout::replicas(std::uint64_t key, UnitId unit, std::span<MemberId> out) const {
    if (!spec_->keys->by_partition()) return ring_->replicas(NumberKey(key), out);
    if (out.size() > width_ && width_ == spec_->replicas) return ring_->replicas(NumberKey(unit.value), out);
    const std::size_t count = std::min(out.size(), width_);
    std::copy_n(table_.begin() + static_cast<std::ptrdiff_t>(unit.index() * width_), count, out.begin());
    return count;
}

std::size_t Layout::replicas_apart(std::uint64_t key, std::span<MemberId> out) const {
    // Not the key itself: where keys go straight to nodes that is where it is.
    return ring_->replicas(NumberKey(mix64(key + golden_step)), out);
}

bool Layout::has(MemberId member) const {
    const auto all = members();
    return std::any_of(all.begin(), all.end(), [&](const Member& one) { return one.id == member; });
}

std::size_t Layout::memory_bytes() const {
    return ring_->memory_bytes() + table_.size() * sizeof(MemberId);
}

}  // namespace orrery::models
