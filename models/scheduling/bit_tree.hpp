/// A set of small integers with "the first member at or after": a bitmap of bitmaps.
///
/// Level 0 has a bit for each integer, and each bit of a level above says whether a word below is not
/// zero, 64 to one: `first_from` looks at two words a level, three levels at 262,144 integers.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

namespace orrery::models {

class BitTree {
public:
    /// Empties the set and makes it hold integers below `size`.
    void reset(std::size_t size) {
        levels_.clear();
        do {
            size = (size + 63) / 64;
            levels_.emplace_back(size, 0);
        } while (size > 1);
    }

    void insert(std::size_t value) {
        for (auto& level : levels_) {
            level[value / 64] |= std::uint64_t{1} << (value % 64);
            value /= 64;
        }
    }

    void erase(std::size_t value) {
        for (auto& level : levels_) {
            std::uint64_t& word = level[value / 64];
            word &= ~(std::uint64_t{1} << (value % 64));
            if (word != 0) return;
            value /= 64;
        }
    }

    /// The least member that is not below `from`.
    std::optional<std::size_t> first_from(std::size_t from) const {
        for (std::size_t level = 0; level < levels_.size(); ++level) {
            const std::size_t at = from / 64;
            if (at >= levels_[level].size()) return std::nullopt;
            const std::uint64_t rest = levels_[level][at] & (~std::uint64_t{0} << (from % 64));
            if (rest != 0) return descend(level, at * 64 + static_cast<std::size_t>(std::countr_zero(rest)));
            from = at + 1;
        }
        return std::nullopt;
    }

private:
    std::size_t descend(std::size_t level, std::size_t value) const {
        while (level-- > 0) value = value * 64 + static_cast<std::size_t>(std::countr_zero(levels_[level][value]));
        return value;
    }

    std::vector<std::vector<std::uint64_t>> levels_;
};

}  // namespace orrery::models
