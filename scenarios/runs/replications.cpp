#include "scenarios/runs/replications.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "analysis/statistics.hpp"
#include "scenarios/format/loader.hpp"
#include "scenarios/runs/run_error.hpp"
#include "scenarios/systems/simulation.hpp"

namespace orrery {

namespace {

/// Where all replications stand, for whoever asks.
class Board {
public:
    Board(std::size_t total, const RunOptions& options) : share_(total), events_(total), options_(options) {}

    void note(std::size_t replication, double share, std::uint64_t events) {
        const std::lock_guard lock(mutex_);
        share_[replication] = share;
        events_[replication] = events;
        if (!options_.on_progress) return;
        Progress progress;
        progress.total = share_.size();
        for (std::size_t i = 0; i < share_.size(); ++i) {
            progress.share += share_[i] / static_cast<double>(share_.size());
            progress.events += events_[i];
            progress.done += share_[i] >= 1 ? 1u : 0u;
        }
        options_.on_progress(progress);
    }

private:
    std::mutex mutex_;
    std::vector<double> share_;
    std::vector<std::uint64_t> events_;
    const RunOptions& options_;
};

class RunWatch final : public Watch {
public:
    RunWatch(Board& board, std::size_t replication, Time until, const std::atomic<bool>* interrupted)
        : board_(board), replication_(replication), until_(until), interrupted_(interrupted) {}
    Advice look(Time now, std::uint64_t events) override {
        if (interrupted_ != nullptr && interrupted_->load(std::memory_order_relaxed)) return Advice::stop;
        // Every 64th look is about every half million events.
        if (++looks_ % 64 == 0) board_.note(replication_, std::min(0.9999, seconds(now) / seconds(until_)), events);
        return Advice::go_on;
    }

private:
    Board& board_;
    std::size_t replication_;
    Time until_;
    const std::atomic<bool>* interrupted_;
    std::uint64_t looks_ = 0;
};

analysis::RunRecord run_one(const Scenario& scenario, const Catalog& catalog, std::uint64_t seed,
                            std::optional<Duration> warmup, Board& board, std::size_t replication,
                            const RunOptions& options) {
    BuildOptions build;
    build.seed = seed;
    build.warmup = warmup;
    Simulation simulation = Simulation::build(scenario, catalog, build);
    RunWatch watch(board, replication, simulation.until(), options.interrupted);
    const RunEnd end = explained(simulation, seed, [&] { return simulation.advance(&watch); });
    if (end == RunEnd::stopped) throw Interrupted();
    analysis::RunRecord record = explained(simulation, seed, [&] { return simulation.finish(); });
    board.note(replication, 1, record.events);
    return record;
}

void check_effects(const std::vector<analysis::RunRecord>& runs) {
    std::string text;
    // Every run declares the same effects in the same order.
    for (std::size_t i = 0; i < runs.front().effects.size(); ++i) {
        const analysis::Effect& effect = runs.front().effects[i];
        std::string seeds;
        for (const analysis::RunRecord& run : runs)
            if (run.effects[i].count == 0) seeds += (seeds.empty() ? "" : ", ") + std::to_string(run.seed);
        if (!seeds.empty())
            text += (text.empty() ? "" : "\n") + effect.what + " had no effect: 0 " + effect.counted + " with seed " +
                    seeds;
    }
    if (text.empty()) return;
    throw GuardFailure(
        text +
        "\nA result that ignores what the scenario declares would be a false green: remove it, or make it happen.");
}

/// A scenario is without chance if nothing was drawn in any run, and all runs say the same: seeds also permute
/// the order of ties, which may show.
analysis::Chance chance_in(const std::vector<analysis::RunRecord>& runs) {
    for (const analysis::RunRecord& run : runs)
        if (run.drew == analysis::RunRecord::Drew::something || run.metrics != runs.front().metrics)
            return analysis::Chance::present;
    return runs.size() > 1 ? analysis::Chance::absent : analysis::Chance::present;
}

/// The warm-up that MSER-5 finds in a pilot run, from the mean number of requests under way over time.
std::optional<Duration> pilot_warmup(const Scenario& scenario, const Catalog& catalog, const RunOptions& options) {
    if (scenario.settings.text("warmup_rule") == "declared") return {};
    RunOptions quiet = options;
    quiet.on_progress = {};
    Board board(1, quiet);
    const analysis::RunRecord record = run_one(scenario, catalog, scenario.seed(), Duration(0), board, 0, quiet);
    const auto series = std::find_if(record.series.begin(), record.series.end(), [](const analysis::Series& s) {
        return s.metric == "latency.mean" && s.label.empty();
    });
    const auto cut = series == record.series.end() ? std::nullopt : analysis::mser5_cut(series->values);
    if (!cut) {
        Errors errors = scenario.errors;
        errors.add(scenario.settings.where("warmup_rule"),
                   "'warmup_rule': MSER-5 finds no warm-up in a pilot run, which is too short or has no steady state; "
                   "declare `warmup`, or make `duration` longer");
        errors.throw_if_any();
    }
    return series->step * static_cast<std::int64_t>(*cut);
}

std::vector<analysis::RunRecord> run_all(const Scenario& scenario, const Catalog& catalog,
                                         std::optional<Duration> warmup, const RunOptions& options) {
    const std::size_t total = options.replications;
    Board board(total, options);
    std::vector<std::optional<analysis::RunRecord>> records(total);
    std::vector<std::exception_ptr> failures(total);
    std::atomic<std::size_t> next{0};
    std::atomic<bool> failed{false};
    const auto work = [&] {
        for (std::size_t i = next++; i < total && !failed; i = next++) {
            try {
                records[i] = run_one(scenario, catalog, scenario.seed() + i, warmup, board, i, options);
            } catch (...) {
                failures[i] = std::current_exception();
                failed = true;
            }
        }
    };
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < std::min(options.threads, total); ++i) threads.emplace_back(work);
    work();
    for (std::thread& thread : threads) thread.join();
    for (const std::exception_ptr& failure : failures)
        if (failure) std::rethrow_exception(failure);
    std::vector<analysis::RunRecord> runs;
    for (auto& record : records) runs.push_back(std::move(*record));
    return runs;
}

}  // namespace

analysis::MetricTable metric_table(const Scenario& scenario, const Catalog& catalog) {
    analysis::MetricTable table = analysis::MetricTable::builtin();
    Errors errors = scenario.errors;
    if (const auto kind = build<SystemKind>(*scenario.settings.child("system"), catalog, errors))
        for (analysis::MetricInfo& metric : kind->metrics()) table.add(std::move(metric));
    errors.throw_if_any();
    return table;
}

std::vector<analysis::Expectation> expectations(const Scenario& scenario, const analysis::MetricTable& table) {
    std::vector<analysis::Expectation> parsed;
    if (!scenario.settings.has("expect")) return parsed;
    Errors errors = scenario.errors;
    for (const std::string& text : scenario.settings.list("expect")) {
        auto expectation = analysis::parse_expectation(text, table);
        if (expectation.value) {
            parsed.push_back(std::move(*expectation.value));
        } else {
            errors.add(scenario.settings.where("expect"), "'" + text + "': " + expectation.error);
        }
    }
    errors.throw_if_any();
    return parsed;
}

analysis::Result run_replications(const Scenario& scenario, const Catalog& catalog, const RunOptions& options) {
    analysis::Result result;
    result.table = metric_table(scenario, catalog);
    const std::vector<analysis::Expectation> expected = expectations(scenario, result.table);
    result.title = scenario.title;
    result.scenario = scenario.effective;
    result.confidence = scenario.settings.real("confidence");
    const std::optional<Duration> warmup = pilot_warmup(scenario, catalog, options);
    result.runs = run_all(scenario, catalog, warmup, options);
    check_effects(result.runs);
    result.chance = chance_in(result.runs);
    for (const analysis::Expectation& expectation : expected)
        result.verdicts.push_back(analysis::judge(expectation, result.runs, result.confidence, result.chance));
    return result;
}

}  // namespace orrery
