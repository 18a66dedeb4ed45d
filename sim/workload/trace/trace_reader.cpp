#include "sim/workload/trace/trace_reader.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/base/units.hpp"
#include "sim/base/wide.hpp"
#include "sim/workload/trace/row_reader.hpp"

namespace orrery {

namespace {

constexpr std::size_t block_items = 1024;
/// Rows in one bucket: a gigabyte of them is a bucket that was chosen wrong.
constexpr std::size_t bucket_most = 16'000'000;

/// The begin of the bucket that holds `stamp`; also right before the zero of the stamps.
Duration bucket_begin(Duration stamp, Duration width) {
    const Duration rest = stamp % width;
    return stamp - (rest < Duration(0) ? rest + width : rest);
}

}  // namespace

/// Items decoded together, and the way to those after them.
struct TraceReader::Block {
    std::vector<TraceItem> items;
    std::optional<DataError> error;  ///< what comes after the items; then, or if `last`, there is no next block
    enum class Place : std::uint8_t { inner, last } place = Place::inner;
    std::shared_ptr<Block> next;  ///< guarded by the producer; null until somebody asks

    Block() = default;
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;
    ~Block() {
        // A reader that was left far behind may hold the last handle to a long chain: unlink it without recursion.
        std::shared_ptr<Block> tail = std::move(next);
        while (tail && tail.use_count() == 1) tail = std::exchange(tail->next, nullptr);
    }
};

class TraceReader::Producer {
public:
    explicit Producer(const TraceSpec& spec) : spec_(spec), rows_(spec) {}

    std::shared_ptr<Block> after(Block& block) {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (!block.next) block.next = produce();
        return block.next;
    }

private:
    std::shared_ptr<Block> produce() {
        auto block = std::make_shared<Block>();
        block->items.reserve(block_items);
        try {
            while (block->items.size() < block_items && !ended_) {
                const auto row = spec_.order == TraceOrder::strict ? next_strict() : next_in_bucket();
                if (row) place(*row, block->items);
                if (!row) ended_ = true;
            }
            emitted_ = emitted_ || !block->items.empty();
            if (ended_ && !emitted_) complain_of_nothing();
            if (ended_) block->place = Block::Place::last;
        } catch (const DataError& error) {
            block->error = error;
        }
        return block;
    }

    [[noreturn]] void complain_of_nothing() const {
        throw DataError(spec_.record.path.string() + ": no row to replay: the file gave " + std::to_string(read_) +
                        " rows (skip_rows is " + std::to_string(spec_.skip_rows) +
                        "), and none is left by rows, from and span");
    }

    std::optional<TraceRow> read() {
        for (; skipped_ < spec_.skip_rows; ++skipped_)
            if (!rows_.skip()) return std::nullopt;
        if (spec_.rows && read_ == *spec_.rows) return std::nullopt;
        auto row = rows_.next();
        if (row) ++read_;
        return row;
    }

    /// A row whose `stamp` has its place in the order.
    std::optional<TraceRow> next_strict() {
        auto row = read();
        if (row && last_ && row->stamp < *last_)
            throw rows_.error("the time goes back by " + print_duration(*last_ - row->stamp) + " from the row before" +
                              "; set time: sort_within or spread_within with a duration that covers the disorder "
                              "(time: sort_within 1h)");
        if (row) last_ = row->stamp;
        if (row && !origin_) origin_ = row->stamp;
        return row;
    }

    std::optional<TraceRow> next_in_bucket() {
        if (bucket_at_ == bucket_.size()) load_bucket();
        if (bucket_at_ == bucket_.size()) return std::nullopt;
        return bucket_[bucket_at_++];
    }

    void load_bucket() {
        bucket_.clear();
        bucket_at_ = 0;
        if (!ahead_) ahead_ = read();
        if (!ahead_) return;
        const Duration begin = bucket_begin(ahead_->stamp, spec_.bucket);
        while (ahead_ && ahead_->stamp >= begin && ahead_->stamp - begin < spec_.bucket) {
            if (bucket_.size() == bucket_most)
                throw rows_.error("more than 16000000 rows in one bucket of " + print_duration(spec_.bucket) +
                                  ": set a shorter one");
            bucket_.push_back(*ahead_);
            ahead_ = read();
        }
        if (ahead_ && ahead_->stamp < begin)
            throw rows_.error("the time goes back to before the bucket of " + print_duration(spec_.bucket) +
                              " of the row before: set a longer one in time: sort_within or spread_within");
        if (spec_.order == TraceOrder::sort_within)
            std::stable_sort(bucket_.begin(), bucket_.end(),
                             [](const TraceRow& a, const TraceRow& b) { return a.stamp < b.stamp; });
        else
            spread(begin);
        if (!origin_) origin_ = spec_.order == TraceOrder::sort_within ? bucket_.front().stamp : begin;
    }

    void spread(Duration begin) {
        const Wide parts = 2 * static_cast<Wide>(bucket_.size());
        for (std::size_t i = 0; i < bucket_.size(); ++i)
            bucket_[i].stamp =
                begin +
                Duration(static_cast<std::int64_t>(static_cast<Wide>(spec_.bucket.count()) * (2 * i + 1) / parts));
    }

    /// From the trace's time to the run's.
    void place(const TraceRow& row, std::vector<TraceItem>& items) {
        // The difference of three stamps may not fit into one.
        const Wide at = static_cast<Wide>(row.stamp.count()) - origin_->count() - spec_.from.count();
        if (at < 0) return;
        if (spec_.span && at >= spec_.span->count()) {
            ended_ = true;
            return;
        }
        const Wide scaled = at * 1'000'000 / spec_.rate_scale_millionths;
        if (scaled >= Duration::max().count())
            throw rows_.error("the time is more than 292 years after the begin of the trace");
        items.push_back(row.item);
        items.back().at = Time(Duration(static_cast<std::int64_t>(scaled)));
    }

    const TraceSpec spec_;
    std::mutex mutex_;
    TraceRowReader rows_;
    std::uint64_t skipped_ = 0;
    std::uint64_t read_ = 0;
    std::optional<Duration> origin_;
    std::optional<Duration> last_;
    std::vector<TraceRow> bucket_;
    std::size_t bucket_at_ = 0;
    std::optional<TraceRow> ahead_;  ///< the first row of the next bucket
    bool ended_ = false;
    bool emitted_ = false;
};

TraceReader TraceReader::open(const TraceSpec& spec) {
    ORRERY_CHECK(spec.rate_scale_millionths > 0, "a trace is scaled by a rate that is not positive");
    ORRERY_CHECK(spec.order == TraceOrder::strict || spec.bucket > Duration(0),
                 "a trace is ordered in buckets of no width");
    // An empty block in front, so that nothing is decoded before somebody asks.
    return TraceReader(std::make_shared<Producer>(spec), std::make_shared<Block>());
}

std::optional<TraceItem> TraceReader::next_block() {
    while (cursor_ == end_) {
        if (block_->error) throw *block_->error;
        if (block_->place == Block::Place::last) return std::nullopt;
        block_ = producer_->after(*block_);
        cursor_ = block_->items.data();
        end_ = cursor_ + block_->items.size();
    }
    return *cursor_++;
}

}  // namespace orrery
