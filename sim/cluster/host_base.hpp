/// What the cluster knows of a host without knowing its protocol.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "sim/base/contract.hpp"
#include "sim/kernel/event.hpp"

namespace orrery {

class Cluster;

/// Messages of one type that are under way. Slots are reused; a slot number is no part of any result.
class MessagePoolBase {
public:
    virtual ~MessagePoolBase() = default;
    virtual std::unique_ptr<MessagePoolBase> clone() const = 0;
    virtual std::uint32_t duplicate(std::uint32_t slot) = 0;
    virtual void release(std::uint32_t slot) = 0;
    /// Names the message type: one address a type, compared only.
    virtual const void* type() const = 0;
};

template <class Message>
inline constexpr char message_type_tag = 0;

template <class Message>
class MessagePool final : public MessagePoolBase {
public:
    std::unique_ptr<MessagePoolBase> clone() const override { return std::make_unique<MessagePool>(*this); }
    std::uint32_t put(Message&& message) {
        if (free_ == none) {
            slots_.push_back(Slot{std::move(message), none});
            return static_cast<std::uint32_t>(slots_.size() - 1);
        }
        const std::uint32_t index = free_;
        Slot& slot = slots_[index];
        free_ = slot.next;
        slot.message = std::move(message);
        return index;
    }
    /// Valid until the next `put`.
    Message& at(std::uint32_t slot) { return slots_[slot].message; }
    Message take(std::uint32_t slot) {
        release(slot);
        return std::move(slots_[slot].message);
    }
    std::uint32_t duplicate(std::uint32_t slot) override { return put(Message(slots_[slot].message)); }
    void release(std::uint32_t slot) override {
        slots_[slot].next = free_;
        free_ = slot;
    }
    const void* type() const override { return &message_type_tag<Message>; }

private:
    static constexpr std::uint32_t none = ~std::uint32_t{0};
    struct Slot {
        Message message;
        std::uint32_t next;  ///< free slots: the next free one
    };
    std::vector<Slot> slots_;
    std::uint32_t free_ = none;
};

/// What a crash takes: the process alone, or the node with its page cache.
enum class CrashOf : std::uint8_t { process, node };

/// Hosts the processes of one protocol. `local` counts the host's processes from 0.
class HostBase {
public:
    virtual ~HostBase() = default;
    virtual std::unique_ptr<HostBase> clone() const = 0;

    virtual void start(Cluster& cluster, std::uint32_t local) = 0;
    virtual void receive(Cluster& cluster, std::uint32_t local, ProcessId from, std::uint32_t slot) = 0;
    virtual void expire(Cluster& cluster, std::uint32_t local, const Event& event) = 0;
    virtual void persisted(Cluster& cluster, std::uint32_t local, const Event& event) = 0;
    virtual void worked(Cluster& cluster, std::uint32_t local, Ticket ticket) = 0;
    /// Whether a timer or disk event still counts.
    virtual bool timer_alive(std::uint32_t local, const Event& event) const = 0;
    virtual bool sync_alive(std::uint32_t local, const Event& event) = 0;
    /// Whether a timer's event has come at its deadline; if not it had been moved, and is queued again.
    virtual bool timer_due(Cluster& cluster, std::uint32_t local, const Event& event) = 0;
    /// A timer's event that was due is to come again with another order.
    virtual void renumber_timer(std::uint32_t local, const Event& event, std::uint64_t order) = 0;
    /// Returns the writes that a node's crash lost.
    virtual std::size_t crash(Cluster& cluster, std::uint32_t local, CrashOf what) = 0;
    virtual void recover(Cluster& cluster, std::uint32_t local) = 0;
    virtual std::size_t pool() const = 0;
    /// A process will soon take a step: may prefetch its value.
    virtual void prefetch(std::uint32_t local) const = 0;
    /// Whether any of the processes has drawn a random number.
    virtual bool drew(const Cluster& cluster) const = 0;
};

template <class Result>
struct Answer {
    ProcessId process;
    RequestId request;
    Result result;
};

struct NoteTaken {
    ProcessId process;
    MetricId metric;
    Time at;
    std::int64_t value;
};

/// A host seen through its port: operations in, results out, the protocol unknown.
template <class Operation, class Result>
class PortHost : public HostBase {
public:
    virtual void request(Cluster& cluster, std::uint32_t local, RequestId id, const Operation& operation) = 0;

    /// Results and notes since the last `clear`; whoever owns the load looks after every event.
    std::vector<Answer<Result>>& answers() { return answers_; }
    std::vector<NoteTaken>& notes() { return notes_; }

protected:
    std::vector<Answer<Result>> answers_;
    std::vector<NoteTaken> notes_;
};

}  // namespace orrery
