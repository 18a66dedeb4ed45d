#include "sim/workload/arrivals.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/check.hpp"
#include "sim/base/wide.hpp"

namespace orrery {

namespace {

constexpr double nanoseconds_per_second = 1e9;

/// `gap` nanoseconds after `at`; nothing beyond the end of time.
std::optional<Time> after(Time at, double gap) {
    const Time next = saturating_add(at, Distribution::rounded_nanoseconds(gap));
    return next == time_max ? std::nullopt : std::optional(next);
}

class Poisson final : public ArrivalProcess {
public:
    explicit Poisson(double rate) : rate_(rate), gap_mean_(nanoseconds_per_second / rate) {}
    std::unique_ptr<ArrivalProcess> clone() const override { return std::make_unique<Poisson>(*this); }
    std::optional<Time> next(Time previous, std::uint64_t k, StreamKey key) override {
        RandomStream random = stream_of(key, k);
        return after(previous, gap_mean_ * draw_exponential(random));
    }
    std::optional<double> rate_mean() const override { return rate_; }
    std::unique_ptr<ArrivalProcess> scaled(double factor) const override {
        return std::make_unique<Poisson>(rate_ * factor);
    }

private:
    double rate_;
    double gap_mean_;  ///< nanoseconds
};

/// Arrival k at first + k * period, in fixed point: no error adds up.
class Deterministic final : public ArrivalProcess {
public:
    Deterministic(double rate, UnsignedWide period, UnsignedWide first) : rate_(rate), period_(period), first_(first) {}
    std::unique_ptr<ArrivalProcess> clone() const override { return std::make_unique<Deterministic>(*this); }

    std::optional<Time> next(Time, std::uint64_t k, StreamKey) override {
        constexpr UnsignedWide end = static_cast<UnsignedWide>(Duration::max().count()) << fraction_bits;
        if (first_ >= end || k > (end - first_ - 1) / period_) return std::nullopt;
        return Time(Duration(static_cast<std::int64_t>((first_ + period_ * k) >> fraction_bits)));
    }

    std::optional<double> rate_mean() const override { return rate_; }
    std::unique_ptr<ArrivalProcess> scaled(double factor) const override {
        const UnsignedWide period = fixed_period(rate_ * factor);
        // Without an offset of its own the first arrival keeps its place behind one period.
        return std::make_unique<Deterministic>(rate_ * factor, period, first_ == period_ ? period : first_);
    }
    std::unique_ptr<ArrivalProcess> split(Part part) const override {
        return std::make_unique<Deterministic>(rate_ / part.count, period_ * part.count, first_ + period_ * part.index);
    }

    static UnsignedWide fixed_period(double rate) {
        return static_cast<UnsignedWide>(
            nanoseconds_per_second / rate * static_cast<double>(std::uint64_t{1} << fraction_bits) + 0.5);
    }
    static constexpr int fraction_bits = 32;

private:
    double rate_;
    UnsignedWide period_;  ///< nanoseconds in 64.32 fixed point
    UnsignedWide first_;
};

class Modulated final : public ArrivalProcess {
public:
    explicit Modulated(std::vector<ModulatedState> states) : states_(std::move(states)) {}
    std::unique_ptr<ArrivalProcess> clone() const override { return std::make_unique<Modulated>(*this); }

    std::optional<Time> next(Time previous, std::uint64_t k, StreamKey key) override {
        if (!place_ || place_->key.value != key.value || previous < place_->begin) place_ = start(key);
        RandomStream random = stream_of(key, k);
        Time at = previous;
        while (true) {
            while (place_->end <= at) {
                if (place_->end == time_max) return std::nullopt;
                change();
            }
            // Within a state gaps have no memory, so a gap that outlives the state is drawn anew in the next.
            if (const double rate = states_[place_->state].rate; rate > 0) {
                const auto found = after(at, nanoseconds_per_second / rate * draw_exponential(random));
                if (found && *found < place_->end) return found;
            }
            at = place_->end;
        }
    }

    std::optional<double> rate_mean() const override {
        double arrivals = 0;
        double time = 0;
        for (const auto& state : states_) {
            arrivals += state.rate * seconds(state.sojourn);
            time += seconds(state.sojourn);
        }
        return arrivals / time;
    }
    std::unique_ptr<ArrivalProcess> scaled(double factor) const override {
        auto copy = states_;
        for (auto& state : copy) state.rate *= factor;
        return std::make_unique<Modulated>(std::move(copy));
    }

private:
    /// The state that holds from `begin` to `end`, the `number`-th since time zero.
    struct Place {
        StreamKey key;
        std::uint64_t number = 0;
        std::size_t state = 0;
        Time begin{};
        Time end{};
    };

    static RandomStream states_of(StreamKey key, std::uint64_t number) {
        return stream_of(StreamKey{mix64(key.value ^ purpose_code("modulation"))}, number);
    }
    Duration sojourn(std::size_t state, RandomStream& random) const {
        const double mean = static_cast<double>(states_[state].sojourn.count());
        return std::max(Duration(1), Distribution::rounded_nanoseconds(mean * draw_exponential(random)));
    }

    Place start(StreamKey key) const {
        RandomStream random = states_of(key, 0);
        // Every state is entered equally often, so the share of time goes by the mean sojourn.
        double total = 0;
        for (const auto& state : states_) total += seconds(state.sojourn);
        double left = random.uniform() * total;
        std::size_t state = 0;
        while (state + 1 < states_.size() && left >= seconds(states_[state].sojourn))
            left -= seconds(states_[state++].sojourn);
        return {key, 0, state, time_zero, saturating_add(time_zero, sojourn(state, random))};
    }

    void change() {
        RandomStream random = states_of(place_->key, ++place_->number);
        if (states_.size() > 1) {
            const std::size_t other = random.below(states_.size() - 1);
            place_->state = other + (other >= place_->state ? 1 : 0);
        }
        place_->begin = place_->end;
        place_->end = saturating_add(place_->begin, sojourn(place_->state, random));
    }

    std::vector<ModulatedState> states_;
    std::optional<Place> place_;
};

class Closed final : public ArrivalProcess {
public:
    explicit Closed(ClosedLoop spec) : spec_(std::move(spec)) {}
    std::unique_ptr<ArrivalProcess> clone() const override { return std::make_unique<Closed>(*this); }
    std::optional<Time> next(Time, std::uint64_t, StreamKey) override { return std::nullopt; }
    std::optional<double> rate_mean() const override { return std::nullopt; }
    std::unique_ptr<ArrivalProcess> scaled(double factor) const override {
        ClosedLoop copy = spec_;
        copy.clients =
            static_cast<std::uint32_t>(std::clamp(std::floor(spec_.clients * factor + 0.5), 1.0, 4294967295.0));
        return std::make_unique<Closed>(std::move(copy));
    }
    std::unique_ptr<ArrivalProcess> split(Part part) const override {
        const auto before = [&](std::uint64_t index) { return spec_.clients * index / part.count; };
        ClosedLoop copy = spec_;
        copy.clients = static_cast<std::uint32_t>(before(part.index + std::uint64_t{1}) - before(part.index));
        return std::make_unique<Closed>(std::move(copy));
    }
    const ClosedLoop* closed_loop() const override { return &spec_; }

private:
    ClosedLoop spec_;
};

}  // namespace

Duration ClosedLoop::think_time(StreamKey key, std::uint32_t client, std::uint64_t number) const {
    RandomStream random = stream_of(StreamKey{mix64(key.value + client * golden_step)}, number);
    return think.draw_duration(random);
}

std::unique_ptr<ArrivalProcess> poisson_arrivals(double rate) {
    return std::make_unique<Poisson>(rate);
}

std::unique_ptr<ArrivalProcess> deterministic_arrivals(double rate, std::optional<Duration> offset) {
    const UnsignedWide period = Deterministic::fixed_period(rate);
    const UnsignedWide first =
        offset ? static_cast<UnsignedWide>(offset->count()) << Deterministic::fraction_bits : period;
    return std::make_unique<Deterministic>(rate, period, first);
}

std::unique_ptr<ArrivalProcess> modulated_arrivals(std::vector<ModulatedState> states) {
    if (states.empty()) throw ParameterError("states", "found none, at least one is needed");
    double sojourn = 0;
    for (const auto& state : states) sojourn += seconds(state.sojourn) / static_cast<double>(states.size());
    auto process = std::make_unique<Modulated>(std::move(states));
    const double rate = *process->rate_mean();
    if (!(rate > 0)) throw ParameterError("states", "every rate is 0, at least one must be positive");
    if (rate * sojourn < 1e-6)
        throw ParameterError(
            "states",
            "the state changes more than a million times an arrival: longer sojourns or higher rates are needed");
    return process;
}

std::unique_ptr<ArrivalProcess> closed_loop_arrivals(ClosedLoop spec) {
    return std::make_unique<Closed>(std::move(spec));
}

}  // namespace orrery
