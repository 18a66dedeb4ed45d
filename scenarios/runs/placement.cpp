#include "scenarios/runs/placement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "scenarios/runs/cpu_clock.hpp"
#include "scenarios/runs/key_table.hpp"
#include "scenarios/runs/parallel.hpp"
#include "scenarios/runs/replications.hpp"
#include "sim/workload/error.hpp"

namespace orrery {

namespace {

using models::Member;
using models::MemberId;

/// Keys that one thread looks up in one go: their nodes stay in the cache until they are counted.
constexpr std::size_t chunk_keys = std::size_t{1} << 14;

/// Says whose error it is.
template <class Body>
void of_scheme(const std::string& name, Body body) {
    try {
        body();
    } catch (const models::RingError& error) {
        throw PlacementError(name + ": " + error.what());
    } catch (const models::PartitionError& error) {
        throw PlacementError(name + ": " + error.what());
    } catch (const ParameterError& error) {
        throw PlacementError(name + ": " + error.what());
    }
}

/// One scheme in one run.
class Lane {
public:
    Lane(const SchemeSpec& scheme, const PlacementSpec& spec, std::uint64_t seed) : name_(scheme.name), spec_(spec) {
        run_.seed = seed;
        of_scheme(name_, [&] { placer_ = scheme.make(seed); });
        if (spec.replicas > placer_->copies_most())
            throw PlacementError(name_ + ": it places one copy of a key, not " + std::to_string(spec.replicas));
        std::vector<Member> nodes;
        for (std::uint32_t i = 0; i < spec.weights.size(); ++i) nodes.push_back(member_of(seed, i, spec.weights[i]));
        const CpuClock clock;
        of_scheme(name_, [&] { placer_->reset(nodes); });
        build_seconds_ = clock.seconds();
        run_.memory = placer_->memory_bytes();
        parts_.resize(placer_->placing() == Placing::lasting ? spec.threads : 1);
        for (Part& part : parts_) part.counts.resize(nodes.size());
    }

    /// The lane's work on a block falls into so many parts, which touch nothing of each other.
    std::size_t parts() const { return parts_.size(); }
    void look_up(const KeyBlock& block, std::size_t number) {
        Part& part = parts_[number];
        const std::size_t begin = block.size() * number / parts_.size();
        const std::size_t end = block.size() * (number + 1) / parts_.size();
        of_scheme(name_, [&] {
            for (std::size_t first = begin; first < end; first += chunk_keys) {
                part.nodes.clear();
                const CpuClock clock;
                placer_->place(block, first, std::min(end, first + chunk_keys), spec_.replicas, part.nodes);
                part.seconds += clock.seconds();
                for (const MemberId node : part.nodes) ++part.counts[node.index()];
            }
        });
    }

    /// What looking a block up took so far: the longest go first.
    double seconds() const {
        return std::accumulate(parts_.begin(), parts_.end(), 0.0,
                               [](double sum, const Part& part) { return sum + part.seconds; });
    }

    void move(const KeyBlock& keys) {
        if (placer_->placing() == Placing::per_request) return;
        std::vector<double> weights = spec_.weights;
        of_scheme(name_, [&] {
            std::vector<MemberId> before = places(keys);
            for (const PlacementEvent& event : spec_.events) {
                apply(event, weights);
                std::vector<MemberId> after = places(keys);
                run_.moves.push_back(compare(event, weights, before, after));
                before = std::move(after);
            }
        });
    }

    analysis::PlacementRun finish(PlacementCost& cost, std::uint64_t requests) {
        run_.loads.assign(parts_.front().counts.size(), 0);
        for (const Part& part : parts_)
            for (std::size_t i = 0; i < part.counts.size(); ++i) run_.loads[i] += static_cast<double>(part.counts[i]);
        cost.build_seconds += build_seconds_ / static_cast<double>(spec_.seeds);
        if (requests > 0)
            cost.lookup_ns += seconds() * 1e9 / static_cast<double>(requests) / static_cast<double>(spec_.seeds);
        return std::move(run_);
    }

    bool honours_weights() const { return placer_->honours_weights(); }
    Placing placing() const { return placer_->placing(); }

private:
    struct Part {
        std::vector<std::uint64_t> counts;
        std::vector<MemberId> nodes;
        double seconds = 0;
    };

    std::vector<MemberId> places(const KeyBlock& keys) {
        std::vector<MemberId> nodes;
        placer_->forget();
        placer_->place(keys, 0, keys.size(), spec_.replicas, nodes);
        return nodes;
    }

    void apply(const PlacementEvent& event, std::vector<double>& weights) {
        if (event.kind == PlacementEvent::Kind::remove) {
            for (std::uint32_t node = event.first; node <= event.last; ++node) {
                placer_->remove(MemberId(std::size_t{node}));
                weights[node] = 0;
            }
            return;
        }
        for (std::uint32_t i = 0; i < event.count; ++i) {
            weights.push_back(event.weight);
            placer_->add(member_of(run_.seed, static_cast<std::uint32_t>(weights.size() - 1), event.weight));
        }
    }

    /// `weights`: after the event, 0 of nodes that are gone.
    analysis::Moves compare(const PlacementEvent& event, const std::vector<double>& weights,
                            const std::vector<MemberId>& before, const std::vector<MemberId>& after) const {
        const std::size_t copies = spec_.replicas;
        std::uint64_t moved = 0;
        std::uint64_t homeless = 0;
        for (std::size_t first = 0; first < after.size(); first += copies) {
            const auto old_begin = before.begin() + static_cast<std::ptrdiff_t>(first);
            const auto old_end = old_begin + static_cast<std::ptrdiff_t>(copies);
            for (std::size_t i = first; i < first + copies; ++i) {
                if (std::find(old_begin, old_end, after[i]) == old_end) ++moved;
                if (weights[before[i].index()] == 0) ++homeless;
            }
        }
        const double all = static_cast<double>(after.size());
        analysis::Moves out{static_cast<double>(moved) / all, static_cast<double>(homeless) / all};
        if (event.kind == PlacementEvent::Kind::add) out.least = fair_part(event, weights);
        return out;
    }

    /// The share of all keys that the nodes which came ought to have.
    double fair_part(const PlacementEvent& event, const std::vector<double>& weights) const {
        double all = 0;
        double fresh = 0;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            if (weights[i] == 0) continue;
            const double part = placer_->honours_weights() ? weights[i] : 1;
            all += part;
            if (i + event.count >= weights.size()) fresh += part;
        }
        return fresh / all;
    }

    std::string name_;
    const PlacementSpec& spec_;
    std::unique_ptr<Placer> placer_;
    std::vector<Part> parts_;
    double build_seconds_ = 0;
    analysis::PlacementRun run_;
};

void stop_if_told(const PlacementSpec& spec) {
    if (spec.interrupted != nullptr && *spec.interrupted) throw Interrupted();
}

/// Feeds the whole stream to all lanes; gives the number of keys.
std::uint64_t stream_keys(const PlacementSpec& spec, std::uint64_t seed, std::vector<Lane>& lanes, KeyTable* distinct) {
    const std::unique_ptr<KeyStream> stream = open_keys(spec.keys, seed);
    std::uint64_t requests = 0;
    KeyBlock block;
    struct Task {
        std::size_t lane;
        std::size_t part;
    };
    while (stream->next(block, spec.threads)) {
        stop_if_told(spec);
        std::vector<std::size_t> order(lanes.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        // An order of work, not of results. What takes longest is begun first, or it would be waited for at the end.
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            const double of_a = lanes[a].seconds() / static_cast<double>(lanes[a].parts());
            const double of_b = lanes[b].seconds() / static_cast<double>(lanes[b].parts());
            return of_a > of_b;
        });
        std::vector<Task> tasks;
        for (const std::size_t lane : order)
            for (std::size_t part = 0; part < lanes[lane].parts(); ++part) tasks.push_back({lane, part});
        parallel_for(tasks.size(), spec.threads,
                     [&](std::size_t i) { lanes[tasks[i].lane].look_up(block, tasks[i].part); });
        if (distinct != nullptr) distinct->count(block);
        requests += block.size();
    }
    return requests;
}

/// Moves of all lanes; gives the number of keys that they are counted over.
std::uint64_t count_moves(const PlacementSpec& spec, std::uint64_t seed, std::vector<Lane>& lanes,
                          const KeyTable& recorded) {
    KeyBlock drawn;
    if (spec.keys.drawn) drawn = distinct_keys(*spec.keys.drawn, seed, PlacementSpec::sample_most);
    const KeyBlock& keys = spec.keys.drawn ? drawn : recorded.keys();
    parallel_for(lanes.size(), spec.threads, [&](std::size_t i) {
        stop_if_told(spec);
        lanes[i].move(keys);
    });
    return keys.size();
}

void add_notes(const PlacementSpec& spec, const Lane& lane, analysis::PlacedScheme& scheme) {
    const bool weighted = std::any_of(spec.weights.begin(), spec.weights.end(),
                                      [&](double weight) { return weight != spec.weights.front(); });
    if (weighted && !lane.honours_weights())
        scheme.notes.emplace_back("it does not look at weights; what is above its nodes' capacity shows in max/mean");
    switch (lane.placing()) {
        case Placing::lasting:
            return;
        case Placing::in_order:
            scheme.notes.emplace_back(spec.events.empty()
                                          ? "each request takes a place, one after the other, and keeps it"
                                          : "each request takes a place, one after the other, and keeps it; for the "
                                            "moves, each distinct key does");
            return;
        case Placing::per_request:
            if (!spec.events.empty())
                scheme.notes.emplace_back("it places each request anew, so no key has a place that it could leave");
            return;
    }
}

}  // namespace

std::string PlacementEvent::text() const {
    if (kind == Kind::add) {
        const std::string weighted = weight == 1 ? "" : fmt::format(" of weight {}", weight);
        return fmt::format("add {} {}{}", count, count == 1 ? "node" : "nodes", weighted);
    }
    return first == last ? fmt::format("remove node {}", first) : fmt::format("remove nodes {}..{}", first, last);
}

Member member_of(std::uint64_t seed, std::uint32_t node, double weight) {
    return {MemberId(std::size_t{node}), fmt::format("s{}-node-{}", seed, node), weight};
}

PlacementOutcome measure_placement(const PlacementSpec& spec) {
    PlacementOutcome outcome;
    analysis::Placement& placement = outcome.placement;
    placement.keys = spec.keys.text;
    placement.replicas = spec.replicas;
    placement.weights = spec.weights;
    for (const PlacementEvent& event : spec.events) placement.events.push_back(event.text());
    for (const SchemeSpec& scheme : spec.schemes) placement.schemes.push_back({scheme.name, {}, {}});
    outcome.costs.resize(spec.schemes.size());
    for (std::size_t i = 0; i < spec.seeds; ++i) {
        const std::uint64_t seed = spec.seed + i;
        std::vector<Lane> lanes;
        for (const SchemeSpec& scheme : spec.schemes) lanes.emplace_back(scheme, spec, seed);
        KeyTable distinct(KeyTable::Overflow::sample, PlacementSpec::sample_most);
        const bool look = !spec.events.empty() && !spec.keys.drawn;
        placement.requests = stream_keys(spec, seed, lanes, look ? &distinct : nullptr);
        if (placement.requests == 0) throw DataError(spec.keys.text + ": there is no key in it");
        if (!spec.events.empty()) placement.distinct = count_moves(spec, seed, lanes, distinct);
        for (std::size_t s = 0; s < lanes.size(); ++s) {
            if (i == 0) add_notes(spec, lanes[s], placement.schemes[s]);
            placement.schemes[s].runs.push_back(lanes[s].finish(outcome.costs[s], placement.requests));
        }
    }
    return outcome;
}

}  // namespace orrery
