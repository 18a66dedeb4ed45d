/// What the scheduling tests share: rows by name with their default settings, views, light chi-squared.
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "models/scheduling/catalog.hpp"

namespace orrery::models::test {

/// The settings that a scenario file which gives nothing would have. (Counts and choices only.)
inline Settings default_settings(const RowInfo& row) {
    Settings settings;
    for (const Parameter& parameter : row.table.parameters) {
        if (parameter.kind == Kind::count) settings.set(parameter.name, std::int64_t{std::stoll(*parameter.fallback)});
        if (parameter.kind == Kind::choice) settings.set(parameter.name, *parameter.fallback);
    }
    return settings;
}

template <class Policy>
const Row<Policy>& row_of(const std::vector<Row<Policy>>& rows, std::string_view name) {
    for (const auto& row : rows)
        if (row.name == name) return row;
    throw std::out_of_range("no such row");
}

/// A dispatcher of the catalog that has been reset to `view`.
inline std::unique_ptr<Dispatcher> dispatcher(std::string_view name, const WorkerView& view) {
    const auto rows = dispatchers();
    const auto& row = row_of(rows, name);
    auto made = row.make(default_settings(row));
    made->reset(view);
    return made;
}

inline std::unique_ptr<Dispatcher> dispatcher(std::string_view name, const WorkerView& view, const Settings& settings) {
    const auto rows = dispatchers();
    auto made = row_of(rows, name).make(settings);
    made->reset(view);
    return made;
}

inline std::unique_ptr<QueueDiscipline> server(std::string_view name, ServerSpec spec = {}) {
    const auto rows = disciplines();
    const auto& row = row_of(rows, name);
    auto made = row.make(default_settings(row));
    made->reset(spec);
    return made;
}

inline WorkerView view_of(std::size_t count) {
    return WorkerView(std::vector<WorkerView::Worker>(count));
}

inline WorkerView weighted(const std::vector<double>& weights) {
    std::vector<WorkerView::Worker> workers(weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i) workers[i].weight = weights[i];
    return WorkerView(std::move(workers));
}

inline WorkerView loaded(const std::vector<std::uint32_t>& outstanding) {
    std::vector<WorkerView::Worker> workers(outstanding.size());
    for (std::size_t i = 0; i < outstanding.size(); ++i) workers[i].load.outstanding = outstanding[i];
    return WorkerView(std::move(workers));
}

inline void set_down(Dispatcher& dispatcher, WorkerView& view, std::size_t worker) {
    const auto before = view.worker(WorkerIndex(worker));
    view.set_down(WorkerIndex(worker));
    dispatcher.changed(WorkerIndex(worker), before, view);
}

inline void set_up(Dispatcher& dispatcher, WorkerView& view, std::size_t worker) {
    const auto before = view.worker(WorkerIndex(worker));
    view.set_up(WorkerIndex(worker));
    dispatcher.changed(WorkerIndex(worker), before, view);
}

inline void set_outstanding(Dispatcher& dispatcher, WorkerView& view, std::size_t worker, std::uint32_t outstanding) {
    const auto before = view.worker(WorkerIndex(worker));
    view.load(WorkerIndex(worker)).outstanding = outstanding;
    dispatcher.changed(WorkerIndex(worker), before, view);
}

/// Picks among all, as plain numbers.
inline std::vector<std::uint32_t> picks(Dispatcher& dispatcher, const WorkerView& view, std::size_t count,
                                        RandomStream& random) {
    std::vector<std::uint32_t> out;
    for (std::size_t i = 0; i < count; ++i) out.push_back(dispatcher.pick({}, {}, view, random)->value);
    return out;
}

/// Whether Pearson's statistic of `counts` stays below k + 2 sqrt(k x) + 2 x with x = 25, which
/// independent draws with these probabilities exceed with e^-25 (Laurent, Massart 2000, lemma 1).
inline bool agree(const std::vector<std::uint64_t>& counts, const std::vector<double>& probabilities) {
    double draws = 0;
    for (const std::uint64_t count : counts) draws += static_cast<double>(count);
    double statistic = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const double expected = draws * probabilities[i];
        const double off = static_cast<double>(counts[i]) - expected;
        if (expected == 0 && counts[i] != 0) return false;
        if (expected > 0) statistic += off * off / expected;
    }
    const auto freedom = static_cast<double>(counts.size() - 1);
    return statistic <= freedom + 2 * std::sqrt(freedom * 25) + 50;
}

}  // namespace orrery::models::test
