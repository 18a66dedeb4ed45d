#include <algorithm>
#include <optional>

#include "models/partitioning/assignors/uniform.hpp"

namespace orrery::models {

namespace {

/// Members by load, and two moving ends: partitions come to the least loaded ones level by level, and leave the most
/// loaded ones level by level. Loads are those of whoever moves the partitions, and change meanwhile.
class LoadEnds {
public:
    LoadEnds(const std::vector<std::size_t>& load, std::vector<std::uint32_t> members)
        : load_(load), members_(std::move(members)) {
        std::sort(members_.begin(), members_.end(),
                  [&](std::uint32_t a, std::uint32_t b) { return load_[a] != load_[b] ? load_[a] < load_[b] : a < b; });
        low_level_ = level(members_.front()) - 1;
        high_level_ = level(members_.back()) + 1;
        high_begin_ = high_end_ = static_cast<std::int64_t>(members_.size());
        high_next_ = high_end_ - 1;
    }

    std::int64_t spread() const { return level(members_.back()) - level(members_.front()); }

    /// Whoever takes the next partition.
    std::uint32_t least() {
        if (low_next_ >= low_end_) {
            ++low_level_;
            while (low_end_ < members_.size() && level(members_[low_end_]) == low_level_) ++low_end_;
            low_next_ = 0;
        }
        return members_[low_next_++];
    }

    /// Whoever gives the next partition; nothing if all are excluded.
    std::optional<std::uint32_t> most() {
        if (high_next_ < high_begin_) {
            if (high_end_ <= high_begin_ && high_begin_ > 0) {
                high_level_ = level(at(high_begin_ - 1));
            } else {
                --high_level_;
            }
            while (high_begin_ > 0 && level(at(high_begin_ - 1)) == high_level_) --high_begin_;
            high_next_ = high_end_ - 1;
        }
        if (high_next_ < 0) return std::nullopt;
        return at(high_next_--);
    }

    /// The last one of `most` has nothing to give.
    void exclude() {
        std::swap(at(high_next_ + 1), at(high_end_ - 1));
        --high_end_;
    }

    bool even() const { return high_level_ - low_level_ <= 1; }

private:
    std::int64_t level(std::uint32_t m) const { return static_cast<std::int64_t>(load_[m]); }
    std::uint32_t& at(std::int64_t place) { return members_[static_cast<std::size_t>(place)]; }

    const std::vector<std::size_t>& load_;
    std::vector<std::uint32_t> members_;
    std::size_t low_end_ = 0;
    std::size_t low_next_ = 0;
    std::int64_t low_level_ = 0;
    std::int64_t high_begin_ = 0;
    std::int64_t high_end_ = 0;
    std::int64_t high_next_ = 0;
    std::int64_t high_level_ = 0;
};

class Heterogeneous {
public:
    explicit Heterogeneous(const GroupIndex& index)
        : index_(index), owner_(index.partitions(), no_member), load_(index.members(), 0) {
        // From here on members are numbered as the coordinator iterates them.
        place_.resize(index.members());
        for (std::uint32_t i = 0; i < index.members(); ++i) place_[index.iteration()[i]] = i;
    }

    std::vector<std::vector<std::uint32_t>> run() {
        for (const std::uint32_t m : index_.iteration())
            for (const std::uint32_t partition : index_.owned(m))
                if (index_.subscribes(m, index_.topic_of(partition)) && owner_[partition] == no_member)
                    give(partition, place_[m]);
        const auto topics = by_pressure();
        for (const std::uint32_t t : topics) assign_rest(t);
        even_out(topics);
        std::vector<std::vector<std::uint32_t>> shares(index_.members());
        for (std::uint32_t partition = 0; partition < owner_.size(); ++partition)
            shares[index_.iteration()[owner_[partition]]].push_back(partition);
        return shares;
    }

private:
    void give(std::uint32_t partition, std::uint32_t place) {
        if (owner_[partition] != no_member) --load_[owner_[partition]];
        owner_[partition] = place;
        ++load_[place];
    }

    LoadEnds ends(std::uint32_t t) const {
        std::vector<std::uint32_t> places;
        for (const std::uint32_t m : index_.topics()[t].subscribers) places.push_back(place_[m]);
        return {load_, std::move(places)};
    }

    /// Topics with many partitions for each subscriber first, then with few subscribers, then by id.
    std::vector<std::uint32_t> by_pressure() const {
        std::vector<std::uint32_t> order;
        std::vector<TopicId> ids;
        for (std::uint32_t t = 0; t < index_.topics().size(); ++t) {
            order.push_back(t);
            ids.push_back(id_of(*index_.topics()[t].topic));
        }
        std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
            const std::uint64_t subscribers_a = index_.topics()[a].subscribers.size();
            const std::uint64_t subscribers_b = index_.topics()[b].subscribers.size();
            const std::uint64_t pressure_a = index_.topics()[a].count * subscribers_b;
            const std::uint64_t pressure_b = index_.topics()[b].count * subscribers_a;
            if (pressure_a != pressure_b) return pressure_a > pressure_b;
            return subscribers_a != subscribers_b ? subscribers_a < subscribers_b : ids[a] < ids[b];
        });
        return order;
    }

    void assign_rest(std::uint32_t t) {
        const auto& entry = index_.topics()[t];
        LoadEnds members = ends(t);
        for (std::uint32_t partition = entry.first; partition < entry.first + entry.count; ++partition)
            if (owner_[partition] == no_member) give(partition, members.least());
    }

    void even_out(const std::vector<std::uint32_t>& topics) {
        constexpr int rounds_most = 16;
        std::vector<std::uint32_t> shared;
        for (const std::uint32_t t : topics)
            if (index_.topics()[t].subscribers.size() >= 2) shared.push_back(t);
        std::optional<std::size_t> last_changed;
        for (int round = 0; round < rounds_most; ++round) {
            for (std::size_t i = 0; i < shared.size(); ++i) {
                if (last_changed == i) return;
                if (even_out(shared[i]) > 0 || !last_changed) last_changed = i;
            }
        }
    }

    /// Returns how many partitions moved.
    std::size_t even_out(std::uint32_t t) {
        LoadEnds members = ends(t);
        if (members.spread() <= 1) return 0;
        const auto& entry = index_.topics()[t];
        std::vector<std::vector<std::uint32_t>> owned(index_.members());
        for (std::uint32_t partition = entry.first; partition < entry.first + entry.count; ++partition)
            owned[owner_[partition]].push_back(partition);
        std::size_t moved = 0;
        while (!members.even()) {
            auto source = members.most();
            while (source && owned[*source].empty()) {
                members.exclude();
                source = members.most();
            }
            if (!source) break;
            const std::uint32_t partition = owned[*source].back();
            owned[*source].pop_back();
            const std::uint32_t target = members.least();
            if (members.even()) break;
            give(partition, target);
            ++moved;
        }
        return moved;
    }

    const GroupIndex& index_;
    std::vector<std::uint32_t> place_;  ///< of each member in the iteration
    std::vector<std::uint32_t> owner_;  ///< by partition, a place
    std::vector<std::size_t> load_;     ///< by place
};

}  // namespace

std::vector<std::vector<std::uint32_t>> assign_heterogeneous(const GroupIndex& index) {
    return Heterogeneous(index).run();
}

}  // namespace orrery::models
