/// Jobs that wait in order of arrival: a ring that grows by doubling and allocates nothing while empty
/// for the first time. 24 bytes, for there may be a million idle servers.
///
/// Taking out a job by its id searches from the front, where jobs that give up mostly are; the hole is
/// skipped, and holes never outnumber jobs for long.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "sim/base/queue_discipline.hpp"

namespace orrery::models {

class JobRing {
public:
    struct Entry {
        Duration cost{};
        JobId id = 0;
        enum class State : std::uint32_t { waiting, gone } state = State::waiting;
    };

    JobRing() = default;
    JobRing(const JobRing& other)
        : entries_(other.capacity_ == 0 ? nullptr : std::make_unique<Entry[]>(other.capacity_)),
          capacity_(other.capacity_),
          head_(other.head_),
          used_(other.used_),
          live_(other.live_) {
        for (std::uint32_t i = 0; i < used_; ++i) at(i) = other.at(i);
    }
    JobRing(JobRing&& other) noexcept { swap(other); }
    JobRing& operator=(JobRing other) noexcept {
        swap(other);
        return *this;
    }
    ~JobRing() = default;

    std::uint32_t size() const { return live_; }
    bool empty() const { return live_ == 0; }

    void push(JobId id, Duration cost) {
        if (used_ == capacity_) make_room();
        at(used_++) = Entry{cost, id, Entry::State::waiting};
        ++live_;
    }

    /// Takes out the job that has waited for longest; there must be one.
    Entry pop() {
        const Entry entry = at(0);
        drop_front();
        --live_;
        drop_holes();
        return entry;
    }

    /// Takes out job `id`; its cost, or nothing if it is not here.
    std::optional<Duration> remove(JobId id) {
        for (std::uint32_t i = 0; i < used_; ++i) {
            Entry& entry = at(i);
            if (entry.id != id || entry.state == Entry::State::gone) continue;
            entry.state = Entry::State::gone;
            --live_;
            drop_holes();
            return entry.cost;
        }
        return std::nullopt;
    }

private:
    Entry& at(std::uint32_t position) { return entries_[(head_ + position) & (capacity_ - 1)]; }
    const Entry& at(std::uint32_t position) const { return entries_[(head_ + position) & (capacity_ - 1)]; }

    void drop_front() {
        head_ = (head_ + 1) & (capacity_ - 1);
        --used_;
    }

    void drop_holes() {
        while (used_ != 0 && at(0).state == Entry::State::gone) drop_front();
    }

    /// Closes the holes; doubles the ring unless that has freed half of it.
    void make_room() {
        const std::uint32_t capacity =
            live_ <= capacity_ / 2 && capacity_ != 0 ? capacity_ : (capacity_ == 0 ? 4 : 2 * capacity_);
        auto entries = std::make_unique<Entry[]>(capacity);
        std::uint32_t count = 0;
        for (std::uint32_t i = 0; i < used_; ++i)
            if (at(i).state == Entry::State::waiting) entries[count++] = at(i);
        entries_ = std::move(entries);
        capacity_ = capacity;
        head_ = 0;
        used_ = count;
    }

    void swap(JobRing& other) noexcept {
        std::swap(entries_, other.entries_);
        std::swap(capacity_, other.capacity_);
        std::swap(head_, other.head_);
        std::swap(used_, other.used_);
        std::swap(live_, other.live_);
    }

    std::unique_ptr<Entry[]> entries_;
    std::uint32_t capacity_ = 0;  ///< zero or a power of two
    std::uint32_t head_ = 0;
    std::uint32_t used_ = 0;  ///< entries from `head_` on, holes included; the first is never a hole
    std::uint32_t live_ = 0;
};

}  // namespace orrery::models
