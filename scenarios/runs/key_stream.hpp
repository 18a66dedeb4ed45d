/// Streams of keys in blocks: drawn from a distribution, or read from a file. What `orrery place` and `orrery advise`
/// feed to the real placing code.
///
/// A stream is bounded in memory whatever its length: one block at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/hashing/key.hpp"
#include "sim/workload/keys.hpp"
#include "sim/workload/trace/record.hpp"

namespace orrery {

/// Keys in a row: numbers (see NumberKey) or texts.
class KeyBlock {
public:
    enum class Kind : std::uint8_t { numbers, texts };

    Kind kind() const { return kind_; }
    std::size_t size() const { return kind_ == Kind::numbers ? numbers_.size() : ends_.size(); }
    /// Of a block of numbers.
    std::span<const std::uint64_t> numbers() const { return numbers_; }
    std::span<std::uint64_t> numbers() { return numbers_; }
    /// Of a block of texts; valid while the block does not change.
    models::Key text(std::size_t i) const {
        const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
        return models::Key(bytes_).substr(begin, ends_[i] - begin);
    }

    void clear(Kind kind) {
        kind_ = kind;
        numbers_.clear();
        bytes_.clear();
        ends_.clear();
    }
    void resize_numbers(std::size_t count) { numbers_.resize(count); }
    void add(std::uint64_t number) { numbers_.push_back(number); }
    void add(models::Key text) {
        bytes_ += text;
        ends_.push_back(bytes_.size());
    }
    /// Of the texts together.
    std::size_t bytes() const { return bytes_.size(); }

private:
    Kind kind_ = Kind::numbers;
    std::vector<std::uint64_t> numbers_;
    std::string bytes_;
    std::vector<std::size_t> ends_;
};

/// Keys of a distribution. Key k of seed s is the number `scatter(k, 2^56, s)`: another seed has other keys, none has
/// one twice, and below 2^56 a key is a Long to those schemes that are Java's.
struct DrawnKeys {
    std::shared_ptr<const KeyPopularity> popularity;
    std::uint64_t requests = 1'000'000;
};

/// Keys of a file: a line each, or a column (or expression) of each record. Blank lines are skipped.
struct RecordedKeys {
    RecordSpec record;
    std::optional<std::string> key;  ///< a column is taken byte for byte, an expression is a number; nothing: the line
    std::uint64_t skip_rows = 0;
    std::optional<std::uint64_t> rows = {};
};

/// Where keys come from, and how the user wrote it.
struct KeySource {
    std::string text;
    std::optional<DrawnKeys> drawn = {};  ///< exactly one of the two
    std::optional<RecordedKeys> recorded = {};
};

class KeyStream {
public:
    virtual ~KeyStream() = default;
    /// Fills `block` with the next keys; false when there are none left. On `threads` threads, with the same keys for
    /// any number of them. Throws DataError.
    virtual bool next(KeyBlock& block, std::size_t threads) = 0;
};

/// Throws DataError, and ParameterError for columns that do not exist.
std::unique_ptr<KeyStream> open_keys(const KeySource& source, std::uint64_t seed);

/// The distinct keys of a distribution, or `most` of them, drawn evenly.
KeyBlock distinct_keys(const DrawnKeys& drawn, std::uint64_t seed, std::size_t most);

}  // namespace orrery
