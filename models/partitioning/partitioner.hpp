/// Partitioner: a record's partition out of n.
///
/// A partitioner is a value. Many depend on the record alone (`of`); some keep state, one value a producer, as the real
/// ones do (round robin, sticky batches, counts of partial key grouping); what is drawn comes from the stream that is
/// handed in. Some let partitions split and merge (`resharding`), and keep the history.
///
///     auto partitioner = modulo_row().make(settings);
///     partitioner->reset(12);
///     const PartitionId p = partitioner->pick(Record{"user-17"}, random);
///
/// Partitions are numbered from 0. Numbers of partitions that were split or merged are not used again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "models/hashing/key.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/random.hpp"
#include "sim/base/time.hpp"

namespace orrery::models {

using PartitionId = Id<struct PartitionTag>;

/// No partitioner takes more partitions than this.
inline constexpr std::uint32_t partitions_max = 1u << 24;

/// What is partitioned.
struct Record {
    enum class Access : std::uint8_t { write, read };

    std::optional<Key> key = {};  ///< absent is not the same as empty
    Key field = {};               ///< of a list or a composite: country, tenant, ...
    Time time{};                  ///< of a time range, and of rates
    std::int64_t size = 0;        ///< bytes, not negative
    Access access = Access::write;
};

/// Bad input: what was found and what is allowed. The partitioner is unchanged.
class PartitionError : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

/// What a scheme promises; the contract check (partitioner_contract.hpp) holds it to that.
struct PartitionerPromise {
    /// What a pick depends on: the record alone (then `of` answers); what was asked before, too; chance, too.
    enum class DependsOn : std::uint8_t { record, history, chance } depends_on = DependsOn::record;
    /// A record without a key: refused, taken like others, or keys are never looked at.
    enum class Keys : std::uint8_t { required, optional, ignored } keys = Keys::required;
    /// Partitions that one record goes to: one; every one; or several (writes to a replicated key).
    enum class FanOut : std::uint8_t { one, several, every } fan_out = FanOut::one;
    /// How many partitions may hold records of one key, the number of partitions being fixed; nothing: any number.
    std::optional<std::uint32_t> partitions_per_key = 1;
    /// Records of the fullest partition over the mean, for distinct keys of 8 random bytes and 16 partitions, sampling
    /// noise apart. Nothing: no promise.
    std::optional<double> max_over_mean = {};
    /// Which part of such keys moves when `resize` makes n partitions n + 1.
    enum class Growth : std::uint8_t {
        reshuffled,  ///< n/(n+1): all but those that stay by chance (modulo of a hash)
        recut,       ///< one half: n even ranges are cut anew, whatever n
        least,       ///< 1/(n+1): what the new partition needs
        unclaimed,   ///< by something else, or no key has a place
    } growth = Growth::unclaimed;
};

/// What is known of a partition, for the schemes that look (`wants_loads`).
struct PartitionLoad {
    enum class State : std::uint8_t {
        ready,
        backed_up,  ///< has a leader, but the leader's node has taken nothing for too long: better avoided
        down,       ///< cannot be written to
    };
    std::int32_t queued = 0;  ///< batches (or records) that wait for it; not negative
    State state = State::ready;
    friend bool operator==(const PartitionLoad&, const PartitionLoad&) = default;
};

class Resharding;

class Partitioner {
public:
    static constexpr std::string_view family = "partitioner";

    virtual ~Partitioner() = default;
    virtual std::unique_ptr<Partitioner> clone() const = 0;

    /// Starts over with partitions 0..n-1. Called once before anything else. Throws PartitionError for no partitions,
    /// for more than `partitions_max`, or for a number that the scheme cannot have.
    virtual void reset(std::uint32_t partitions) = 0;
    /// Another number of partitions, numbered 0..n-1. What a producer has counted so far stays, where it still has a
    /// meaning. Throws as `reset` does.
    virtual void resize(std::uint32_t partitions) { reset(partitions); }
    /// Every partition's number is below this; all of them are open but where `resharding` closed some.
    virtual std::uint32_t partitions() const = 0;

    /// The partition of `record`. Throws PartitionError for a scheme that depends on more than the record
    /// (`promise().depends_on`), and for a record that lacks what the scheme needs.
    virtual PartitionId of(const Record& record) const;
    PartitionId of_key(Key key) const {
        Record record;
        record.key = key;
        return of(record);
    }
    /// The partitions of many numbered keys (see NumberKey): what `of` says of each, faster where a scheme can.
    virtual void of_numbers(std::span<const std::uint64_t> keys, std::span<PartitionId> out) const;

    /// The partition of the next record: what a producer does. Throws PartitionError for a record that lacks what the
    /// scheme needs, and for a write that goes to every partition (`promise().fan_out`).
    virtual PartitionId pick(const Record& record, RandomStream& random);
    /// Sets `out` to the partitions of the next record, each once; one, but where `promise().fan_out` says more.
    virtual void pick_all(const Record& record, RandomStream& random, std::vector<PartitionId>& out);
    /// Sets `out` to where a reader of this record's key has to look: every open partition that `pick` has chosen for
    /// it since `reset` or `resize` (where copies are kept alike: those of which any one will do); in rising order,
    /// each once.
    virtual void reach(const Record& record, std::vector<PartitionId>& out) const;

    /// The known state of all partitions has changed; `loads` has `partitions()` entries. Without any of them up, the
    /// schemes that look pick among all.
    virtual void observe(std::span<const PartitionLoad> loads) { static_cast<void>(loads); }
    virtual bool wants_loads() const { return false; }

    /// Splitting and merging of single partitions; null for schemes that cannot.
    virtual Resharding* resharding() { return nullptr; }

    /// Bytes of the state behind a pick.
    virtual std::size_t memory_bytes() const = 0;
    virtual PartitionerPromise promise() const = 0;

protected:
    /// For `reset`: throws PartitionError unless 1 <= partitions <= most.
    static void require_partitions(std::uint32_t partitions, std::uint32_t most = partitions_max);
    /// The key, or PartitionError.
    static Key require_key(const Record& record);
    /// For `reach`: all partitions.
    void reach_all(std::vector<PartitionId>& out) const;
};

/// One change of the partitions.
struct PartitionChange {
    enum class Kind : std::uint8_t { split, merge } kind = Kind::split;
    std::vector<PartitionId> parents;   ///< closed: one of a split, two of a merge
    std::vector<PartitionId> children;  ///< opened, in the order of their ranges: two of a split, one of a merge
    friend bool operator==(const PartitionChange&, const PartitionChange&) = default;
};

/// Partitions that are ranges, of keys or of hashes.
class Resharding {
public:
    /// False once the partition was split or merged.
    virtual bool open(PartitionId partition) const = 0;
    /// All changes since `reset` or `resize`, the oldest first.
    virtual std::span<const PartitionChange> history() const = 0;
    /// Splits an open partition in front of `at`, which is written as the scheme writes its bounds (a key; a hash as a
    /// decimal number); nothing: where the scheme finds the middle. Throws PartitionError if there is no such point.
    virtual const PartitionChange& split(PartitionId partition, std::optional<std::string_view> at) = 0;
    /// Joins two open partitions whose ranges touch, in either order. Throws PartitionError if they do not.
    virtual const PartitionChange& merge(PartitionId one, PartitionId other) = 0;
    /// Splits and merges by the scheme's own rule, from what was picked until `now`; called every so often. Returns the
    /// number of changes, which are the newest of `history`.
    virtual std::size_t maintain(Time now) {
        static_cast<void>(now);
        return 0;
    }

protected:
    Resharding() = default;
    Resharding(const Resharding&) = default;
    Resharding& operator=(const Resharding&) = default;
    ~Resharding() = default;
};

}  // namespace orrery::models
