#include "scenarios/runs/key_stream.hpp"

#include <algorithm>
#include <cmath>

#include "scenarios/runs/parallel.hpp"
#include "sim/base/random.hpp"
#include "sim/workload/trace/expression.hpp"
#include "sim/workload/trace/text_source.hpp"

namespace orrery {

namespace {

constexpr std::size_t block_keys = std::size_t{1} << 18;
constexpr std::size_t block_bytes = std::size_t{1} << 23;
constexpr std::uint64_t key_space = std::uint64_t{1} << 56;

class DrawnStream final : public KeyStream {
public:
    DrawnStream(const DrawnKeys& drawn, std::uint64_t seed)
        : drawn_(drawn), seed_(seed), stream_(stream_key(seed, "key", 0)) {}

    bool next(KeyBlock& block, std::size_t threads) override {
        const std::uint64_t count = std::min<std::uint64_t>(block_keys, drawn_.requests - next_);
        block.clear(KeyBlock::Kind::numbers);
        block.resize_numbers(count);
        const std::span<std::uint64_t> keys = block.numbers();
        constexpr std::size_t part = std::size_t{1} << 14;
        parallel_for((keys.size() + part - 1) / part, threads, [&](std::size_t i) {
            for (std::size_t k = i * part; k < std::min(keys.size(), (i + 1) * part); ++k) {
                RandomStream random = stream_of(stream_, next_ + k);
                keys[k] = scatter(drawn_.popularity->draw(next_ + k, random, time_zero), key_space, seed_);
            }
        });
        next_ += count;
        return count > 0;
    }

private:
    DrawnKeys drawn_;
    std::uint64_t seed_;
    StreamKey stream_;
    std::uint64_t next_ = 0;
};

bool is_full(const KeyBlock& block) {
    return block.size() >= block_keys || block.bytes() >= block_bytes;
}

class LineStream final : public KeyStream {
public:
    explicit LineStream(const RecordedKeys& recorded)
        : recorded_(recorded), lines_(recorded.record.path, recorded.record.compression) {}

    bool next(KeyBlock& block, std::size_t) override {
        block.clear(KeyBlock::Kind::texts);
        while (!is_full(block)) {
            if (recorded_.rows && row_ >= recorded_.skip_rows && row_ - recorded_.skip_rows >= *recorded_.rows) break;
            const auto line = lines_.next();
            if (!line) break;
            if (line->find_first_not_of(" \t") == std::string_view::npos) continue;
            if (!recorded_.record.comment.empty() && line->starts_with(recorded_.record.comment)) continue;
            if (row_++ >= recorded_.skip_rows) block.add(*line);
        }
        return block.size() > 0;
    }

private:
    RecordedKeys recorded_;
    LineReader lines_;
    std::uint64_t row_ = 0;
};

class ColumnStream final : public KeyStream {
public:
    explicit ColumnStream(const RecordedKeys& recorded)
        : recorded_(recorded),
          key_(Expression::compile("key", *recorded.key, Expression::Measure::number, columns_)),
          records_(open_records(recorded.record, columns_.uses())),
          cells_(columns_.uses().size()) {}

    bool next(KeyBlock& block, std::size_t) override {
        block.clear(key_.is_column() ? KeyBlock::Kind::texts : KeyBlock::Kind::numbers);
        while (!is_full(block)) {
            if (recorded_.rows && row_ >= recorded_.skip_rows && row_ - recorded_.skip_rows >= *recorded_.rows) break;
            if (!records_->next(cells_)) break;
            if (row_++ < recorded_.skip_rows) continue;
            if (key_.is_column())
                block.add(cells_[key_.column_slot()]);
            else
                block.add(number());
        }
        return block.size() > 0;
    }

private:
    std::uint64_t number() const {
        try {
            const double value = std::floor(key_.evaluate(cells_));
            if (value >= 0 && value < 0x1p62) return static_cast<std::uint64_t>(value);
            throw records_->error("the key comes out as " + std::to_string(value) +
                                  ", expected a number from 0 to 4.6e18");
        } catch (const CellError& error) {
            throw records_->error(error.message, cells_[error.slot]);
        }
    }

    RecordedKeys recorded_;
    ColumnSet columns_;
    Expression key_;
    std::unique_ptr<RecordReader> records_;
    std::vector<std::string_view> cells_;
    std::uint64_t row_ = 0;
};

}  // namespace

std::unique_ptr<KeyStream> open_keys(const KeySource& source, std::uint64_t seed) {
    if (source.drawn) return std::make_unique<DrawnStream>(*source.drawn, seed);
    if (source.recorded->key) return std::make_unique<ColumnStream>(*source.recorded);
    return std::make_unique<LineStream>(*source.recorded);
}

KeyBlock distinct_keys(const DrawnKeys& drawn, std::uint64_t seed, std::size_t most) {
    const std::uint64_t all = drawn.popularity->count();
    KeyBlock block;
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(all, most); ++i)
        block.add(scatter(all <= most ? i : scatter(i, all, seed), key_space, seed));
    return block;
}

}  // namespace orrery
