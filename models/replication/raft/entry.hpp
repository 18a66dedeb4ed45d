/// What Raft keeps: log entries and hard state (Figure 2, "Persistent state on all servers").
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "models/replication/log_port.hpp"
#include "sim/base/ids.hpp"

namespace orrery::models {

/// A term: Raft's logical clock (5.1). Zero precedes the first election.
using Term = std::uint64_t;
/// The place of an entry in the log, from 1. Zero precedes the first entry.
using LogIndex = std::uint64_t;

/// The blank entry with which a leader opens its term (8).
struct NoOperation {
    template <class Self, class Field>
    static void fields(Self&, Field&&) {}
    friend bool operator==(const NoOperation&, const NoOperation&) = default;
};

struct RaftEntry {
    Term term = 0;  ///< in which a leader received it
    std::variant<NoOperation, Command> content;

    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.term), field(self.content);
    }
    friend bool operator==(const RaftEntry&, const RaftEntry&) = default;
};

/// The cell that has to be durable before any answer leaves.
struct HardState {
    Term current_term = 0;
    std::optional<ProcessId> voted_for;  ///< in current_term

    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.current_term), field(self.voted_for);
    }
    friend bool operator==(const HardState&, const HardState&) = default;
};

/// The entries of one message: immutable, shared by all copies of it and by the messages to several
/// followers. An empty batch owns no memory. On the wire it is a vector of entries.
class EntryBatch {
public:
    EntryBatch() = default;
    explicit EntryBatch(std::vector<RaftEntry> entries) {
        if (!entries.empty()) entries_ = std::make_shared<const std::vector<RaftEntry>>(std::move(entries));
    }

    std::size_t size() const { return entries_ ? entries_->size() : 0; }
    bool empty() const { return !entries_; }
    const RaftEntry& operator[](std::size_t position) const { return (*entries_)[position]; }

    friend bool operator==(const EntryBatch& left, const EntryBatch& right) {
        if (left.entries_ == right.entries_) return true;
        return left.entries_ && right.entries_ && *left.entries_ == *right.entries_;
    }

    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        if constexpr (std::is_const_v<Self>) {
            const auto count = static_cast<std::uint32_t>(self.size());
            field(count);
            for (std::size_t i = 0; i < self.size(); ++i) field(self[i]);
        } else {
            std::vector<RaftEntry> entries;
            field(entries);
            self = EntryBatch(std::move(entries));
        }
    }

private:
    std::shared_ptr<const std::vector<RaftEntry>> entries_;
};

}  // namespace orrery::models
