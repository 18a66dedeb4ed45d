// Poisson processes whose rate is a given function of time.
#include <algorithm>
#include <cmath>

#include "sim/base/math.hpp"
#include "sim/base/units.hpp"
#include "sim/workload/arrivals.hpp"

namespace orrery {

namespace {

class Piecewise final : public ArrivalProcess {
public:
    Piecewise(std::vector<RateStep> steps, std::optional<Duration> repeat) : steps_(std::move(steps)), repeat_(repeat) {
        if (!repeat_) return;
        for (std::size_t i = 0; i < steps_.size(); ++i) cycle_ += steps_[i].rate * 1e-9 * length(i);
    }
    std::unique_ptr<ArrivalProcess> clone() const override { return std::make_unique<Piecewise>(*this); }

    std::optional<Time> next(Time previous, std::uint64_t k, StreamKey key) override {
        RandomStream random = stream_of(key, k);
        // With unit rate the gap would be this; each piece uses up its length times its rate.
        double left = draw_exponential(random);
        Duration inside = previous.time_since_epoch();
        Duration base{};  // the begin of the cycle
        if (repeat_) {
            base = inside / *repeat_ * *repeat_;
            inside -= base;
        }
        for (std::size_t i = piece(inside);;) {
            const double rate = steps_[i].rate * 1e-9;
            const bool last = i + 1 == steps_.size();
            const double room = static_cast<double>((end(i) - inside).count()) * rate;
            if (rate > 0 && (left < room || (last && !repeat_)))
                return at(saturating_add(Time(base), inside), left / rate);
            if (last && !repeat_) return std::nullopt;
            left -= room;
            inside = end(i++);
            if (!last) continue;
            // A cycle may hold next to nothing: whole ones are skipped at once.
            const double cycles = std::floor(left / cycle_);
            left -= cycles * cycle_;
            const auto start = at(saturating_add(Time(base), *repeat_), cycles * static_cast<double>(repeat_->count()));
            if (!start) return std::nullopt;
            base = start->time_since_epoch() / *repeat_ * *repeat_;
            inside = Duration(0);
            i = 0;
        }
    }

    std::optional<double> rate_mean() const override {
        return repeat_ ? cycle_ / seconds(*repeat_) : steps_.back().rate;
    }
    std::unique_ptr<ArrivalProcess> scaled(double factor) const override {
        auto copy = steps_;
        for (auto& step : copy) step.rate *= factor;
        return std::make_unique<Piecewise>(std::move(copy), repeat_);
    }

private:
    static std::optional<Time> at(Time from, double gap) {
        const Time found = saturating_add(from, Distribution::rounded_nanoseconds(gap));
        return found == time_max ? std::nullopt : std::optional(found);
    }
    std::size_t piece(Duration inside) const {
        const auto later = std::upper_bound(steps_.begin(), steps_.end(), Time(inside),
                                            [](Time t, const RateStep& step) { return t < step.at; });
        return static_cast<std::size_t>(later - steps_.begin()) - 1;
    }
    Duration end(std::size_t i) const {
        if (i + 1 < steps_.size()) return steps_[i + 1].at.time_since_epoch();
        return repeat_ ? *repeat_ : Duration::max();
    }
    double length(std::size_t i) const {
        return static_cast<double>((end(i) - steps_[i].at.time_since_epoch()).count());
    }

    std::vector<RateStep> steps_;
    std::optional<Duration> repeat_;
    double cycle_ = 0;  ///< arrivals a cycle
};

class DiurnalArrivals final : public ArrivalProcess {
public:
    explicit DiurnalArrivals(Diurnal spec) : spec_(spec) {}
    std::unique_ptr<ArrivalProcess> clone() const override { return std::make_unique<DiurnalArrivals>(*this); }

    std::optional<Time> next(Time previous, std::uint64_t k, StreamKey key) override {
        RandomStream random = stream_of(key, k);
        const auto period = static_cast<double>(spec_.period.count());
        // The phase is reduced in integers: as exact on day 10,000 as on day 1.
        const Duration start = (previous.time_since_epoch() % spec_.period) - (spec_.peak % spec_.period);
        const double gap_mean = 1e9 / (spec_.rate * (1 + spec_.amplitude));
        double gap = 0;
        while (true) {
            gap += gap_mean * draw_exponential(random);
            const double turns = (static_cast<double>(start.count()) + gap) / period;
            const double kept = (1 + spec_.amplitude * portable_cos_turns(turns)) / (1 + spec_.amplitude);
            if (random.uniform() < kept || gap >= 0x1p63) break;
        }
        const Time found = saturating_add(previous, Distribution::rounded_nanoseconds(gap));
        return found == time_max ? std::nullopt : std::optional(found);
    }

    std::optional<double> rate_mean() const override { return spec_.rate; }
    std::unique_ptr<ArrivalProcess> scaled(double factor) const override {
        Diurnal copy = spec_;
        copy.rate *= factor;
        return std::make_unique<DiurnalArrivals>(copy);
    }

private:
    Diurnal spec_;
};

}  // namespace

std::unique_ptr<ArrivalProcess> piecewise_arrivals(std::vector<RateStep> steps, std::optional<Duration> repeat) {
    if (steps.empty()) throw ParameterError("steps", "found none, at least one is needed");
    if (steps.front().at != time_zero)
        throw ParameterError("steps", "the first step is at " + print_duration(steps.front().at.time_since_epoch()) +
                                          ", it must be at 0s");
    double highest = 0;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        highest = std::max(highest, steps[i].rate);
        if (i > 0 && steps[i].at <= steps[i - 1].at)
            throw ParameterError("steps", "the step at " + print_duration(steps[i].at.time_since_epoch()) +
                                              " does not come after the one before it");
    }
    if (!(highest > 0)) throw ParameterError("steps", "every rate is 0, at least one must be positive");
    if (repeat && *repeat <= steps.back().at.time_since_epoch())
        throw ParameterError("repeat", "found " + print_duration(*repeat) + ", it must be later than the last step");
    return std::make_unique<Piecewise>(std::move(steps), repeat);
}

std::unique_ptr<ArrivalProcess> diurnal_arrivals(Diurnal spec) {
    // In the trough of amplitude 1 thinning refuses up to (arrivals a period)^(2/3) candidates in a row.
    if (spec.rate * seconds(spec.period) > 1e11)
        throw ParameterError("period", "found " + print_duration(spec.period) + " at " + print_rate(spec.rate) +
                                           ", more than 1e11 arrivals a period are not supported");
    return std::make_unique<DiurnalArrivals>(spec);
}

}  // namespace orrery
