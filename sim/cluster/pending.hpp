/// Tickets that are not done yet, and what is held until they are.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/base/ids.hpp"

namespace orrery {

/// Open tickets of one process, in rising order. Finding one is a binary search, closing the oldest is
/// constant time (a FIFO processor), closing any other leaves a gap that goes when it becomes the oldest.
class PendingTickets {
public:
    static constexpr std::uint32_t none = ~std::uint32_t{0};

    struct Entry {
        std::uint64_t ticket;
        std::uint32_t first_held = none;  ///< head of a list in the host's pool of held outputs
        std::uint32_t last_held = none;
        enum class State : std::uint8_t { working, syncing, closed } state;
    };

    void open(Ticket ticket, Entry::State state) { entries_.push_back(Entry{ticket.value, none, none, state}); }

    /// The open entry, or null when the ticket is done (or never was).
    Entry* find(Ticket ticket) {
        // Mostly the oldest (it is done) or the newest (something is to be held by it).
        if (head_ < entries_.size()) {
            Entry& oldest = entries_[head_];
            if (oldest.ticket == ticket.value) return &oldest;
            Entry& newest = entries_.back();
            if (newest.ticket == ticket.value) return newest.state == Entry::State::closed ? nullptr : &newest;
        }
        const auto found =
            std::lower_bound(entries_.begin() + static_cast<std::ptrdiff_t>(head_), entries_.end(), ticket.value,
                             [](const Entry& entry, std::uint64_t value) { return entry.ticket < value; });
        if (found == entries_.end() || found->ticket != ticket.value || found->state == Entry::State::closed)
            return nullptr;
        return &*found;
    }

    void close(Entry& entry) {
        entry.state = Entry::State::closed;
        // The oldest entry is always an open one.
        while (head_ < entries_.size() && entries_[head_].state == Entry::State::closed) ++head_;
        if (head_ == entries_.size()) {
            entries_.clear();
            head_ = 0;
        } else if (head_ >= 64 && head_ * 2 >= entries_.size()) {
            entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(head_));
            head_ = 0;
        }
    }

    template <class Visit>
    void for_each_open(Visit&& visit) const {
        for (std::size_t i = head_; i < entries_.size(); ++i)
            if (entries_[i].state != Entry::State::closed) visit(entries_[i]);
    }

    void clear() {
        entries_.clear();
        head_ = 0;
    }

private:
    std::vector<Entry> entries_;
    std::size_t head_ = 0;
};

}  // namespace orrery
