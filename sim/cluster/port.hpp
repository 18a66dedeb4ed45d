/// Port: one direction of a link as a first-in-first-out queue, without events.
///
/// A FIFO link needs no queue of messages: when a message enters, the time at which its last bit leaves is known at
/// once, from the time until which the port is busy. That time is kept exactly, as whole nanoseconds and a fraction of
/// one in units of 1/denominator of the rate: 64 bytes at 100 Gbit/s take 5.12 ns, and a hundred of them 512 ns. What
/// leaves the port, and so arrives anywhere, does it at the next whole nanosecond.
///
/// Tail drop: a message is refused when the bytes not yet on the wire (the unsent rest of the message in transmission
/// included), plus its own, exceed the queue's limit. Bytes are counted in fractions, as the wire takes them.
///
/// 64 bytes a port; entering takes one division for a message of another size than the last one.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "sim/base/time.hpp"
#include "sim/base/wide.hpp"

namespace orrery {

/// Nanoseconds a byte as an exact fraction, and the queue's limit as the time its bytes take.
class Rate {
public:
    /// No bandwidth: takes no time, queues nothing.
    Rate() = default;
    /// `bandwidth` in bit/s, at least 1; `queue_bytes` not negative, nothing for no limit.
    Rate(std::int64_t bandwidth, std::optional<std::int64_t> queue_bytes);

    bool unlimited() const { return numerator_ == 0; }
    friend bool operator==(const Rate& a, const Rate& b) {
        return a.numerator_ == b.numerator_ && a.denominator_ == b.denominator_ && a.bytes_narrow_ == b.bytes_narrow_ &&
               a.limit_whole_ == b.limit_whole_ && a.limit_rest_ == b.limit_rest_;
    }

private:
    friend class Port;
    /// Sets `last_` to what so many bytes take, at most `bytes_narrow_`.
    void transmit(std::uint64_t bytes) const {
        if (last_.bytes == bytes) [[likely]]
            return;
        const std::uint64_t total = bytes * numerator_;
        last_ = {bytes, total / denominator_, total % denominator_};
    }
    std::uint64_t numerator_ = 0;
    std::uint64_t denominator_ = 1;
    std::uint64_t bytes_narrow_ = 0;  // up to so many bytes, 64-bit arithmetic is enough
    std::uint64_t limit_whole_ = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t limit_rest_ = 0;
    /// The time that the last message took, whole nanoseconds and rest: messages are mostly of one size, and a division
    /// costs as much as all the rest of entering a port. Not a part of the value.
    struct Transmission {
        std::uint64_t bytes = 0;
        std::uint64_t whole = 0;
        std::uint64_t rest = 0;
    };
    mutable Transmission last_;
};

class alignas(64) Port {
public:
    /// Takes a message in at `now`, not before any earlier `now`. Gives the time at which its last bit is on the wire,
    /// rounded up; nothing if it is dropped for want of room. Times beyond the range become `time_max`.
    std::optional<Time> enter(const Rate& rate, std::uint64_t bytes, Time now) {
        Time departure;
        if (!enter(rate, bytes, now, departure)) return {};
        return departure;
    }
    /// The same with its answer in two parts: an optional made in the inner loop costs more than the division. False is
    /// a drop.
    [[gnu::always_inline]] bool enter(const Rate& rate, std::uint64_t bytes, Time now, Time& departure) {
        departure = now;
        if (rate.unlimited()) {
            count(bytes, 0);
            return true;
        }
        const std::int64_t at = now.time_since_epoch().count();
        const bool idle = busy_ < at;
        const std::int64_t start = idle ? at : busy_;
        const std::uint64_t carried = idle ? 0 : remainder_;
        if (bytes > rate.bytes_narrow_) [[unlikely]]
            return enter_wide(rate, bytes, now, departure);
        rate.transmit(bytes);
        const std::uint64_t parts = carried + rate.last_.rest;
        const bool carries = parts >= rate.denominator_;
        const std::uint64_t whole = rate.last_.whole + (carries ? 1 : 0);
        const std::uint64_t rest = carries ? parts - rate.denominator_ : parts;
        const auto queued = static_cast<std::uint64_t>(start - at);
        if (whole >= range_left(start)) [[unlikely]]
            return enter_wide(rate, bytes, now, departure);
        if (queued + whole >= rate.limit_whole_ && (queued + whole > rate.limit_whole_ || rest > rate.limit_rest_))
            [[unlikely]]
            return false;
        busy_ = start + static_cast<std::int64_t>(whole);
        remainder_ = rest;
        departure = Time(Duration(busy_ + (rest != 0 ? 1 : 0)));
        count(bytes, queued + (carried != 0 ? 1 : 0));
        return true;
    }

    /// Forgets what is queued: the port has failed.
    void clear(Time now) {
        if (busy_ >= now.time_since_epoch().count()) busy_ = now.time_since_epoch().count();
        remainder_ = 0;
    }
    /// The rate changes: what is queued keeps its time, rounded up to the nanosecond.
    void round_up() {
        if (remainder_ != 0 && busy_ < std::numeric_limits<std::int64_t>::max()) ++busy_;
        remainder_ = 0;
    }

    /// Time from `now` until all that is queued is on the wire, rounded up.
    Duration backlog(Time now) const {
        const std::int64_t left = busy_ - now.time_since_epoch().count();
        return Duration(left < 0 ? 0 : left + (remainder_ != 0 ? 1 : 0));
    }
    std::uint64_t messages() const { return messages_; }  ///< taken in
    std::uint64_t bytes() const { return bytes_; }
    /// The integral over time of the number of messages waiting, transmission excluded, in message-nanoseconds: the sum
    /// of the waiting times of all messages taken in, each rounded up. Over the time observed, it is the mean length of
    /// the queue.
    Wide waiting() const { return static_cast<Wide>(waiting_high_) << 64 | waiting_low_; }
    /// Likewise of the bytes waiting, in byte-nanoseconds.
    Wide bytes_waiting() const { return static_cast<Wide>(bytes_waiting_high_) << 64 | bytes_waiting_low_; }

private:
    static std::uint64_t range_left(std::int64_t start) {
        return static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() - start);
    }
    bool enter_wide(const Rate& rate, std::uint64_t bytes, Time now, Time& departure);

    void count(std::uint64_t bytes, std::uint64_t wait) {
        ++messages_;
        bytes_ += bytes;
        if (wait == 0) return;
        waiting_low_ += wait;
        waiting_high_ += waiting_low_ < wait ? 1u : 0u;
        const UnsignedWide product = static_cast<UnsignedWide>(bytes) * wait;
        const auto low = static_cast<std::uint64_t>(product);
        bytes_waiting_low_ += low;
        bytes_waiting_high_ += static_cast<std::uint32_t>(product >> 64) + (bytes_waiting_low_ < low ? 1u : 0u);
    }

    // Busy until busy_ + remainder_ / denominator nanoseconds.
    std::int64_t busy_ = 0;
    std::uint64_t remainder_ = 0;
    std::uint64_t messages_ = 0;
    std::uint64_t bytes_ = 0;
    // Sums of 96 bits, split so that the port fills one cache line.
    std::uint64_t waiting_low_ = 0;
    std::uint64_t bytes_waiting_low_ = 0;
    std::uint32_t waiting_high_ = 0;
    std::uint32_t bytes_waiting_high_ = 0;

    // The network's own notes, here because they are needed together with the rest.
    friend class Network;
    std::uint32_t link_ = 0;    // which of the network's different links it is
    std::uint32_t struck_ = 0;  // active faults on it
};
static_assert(sizeof(Port) == 64);

}  // namespace orrery
