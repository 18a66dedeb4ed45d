/// ArrivalProcess: when the requests of one open source come.
///
///     poisson        exponential gaps
///     deterministic  equal gaps; no error adds up: arrival k is right to 1 ns and 1 in 10^15 of its time
///     mmpp           Markov-modulated Poisson process: in each state Poisson at that state's rate, exponential
///     sojourns,
///                    then any other state with equal probability; starts in its stationary distribution
///     on_off         the mmpp of two states one of which is silent (interrupted Poisson process)
///     piecewise      Poisson at a rate that changes in steps; exact, by inverting the integrated rate
///     diurnal        Poisson at mean (1 + amplitude cos(2 pi (t - peak) / period)); exact, by thinning (Lewis and
///     Shedler,
///                    "Simulation of nonhomogeneous Poisson processes by thinning", Naval Research Logistics 26, 1979)
///     closed_loop    no process of its own: clients that wait for the answer, think, and ask again (`ClosedLoop`)
///
/// Arrival k is a pure function of (parameters, stream key, k, time of arrival k-1): what happens to a request shifts
/// no other. Modulating states are drawn from streams that belong to the process and not to the arrivals. Gaps are
/// rounded to the nearest nanosecond.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/base/catalog.hpp"
#include "sim/base/distribution.hpp"
#include "sim/base/random.hpp"
#include "sim/base/time.hpp"

namespace orrery {

/// A closed system: each client asks, waits for the answer, thinks, asks again. Driven by completions, so by whoever
/// owns the clients: request 0 of a client is sent at its think time number 0, request n at the end of request n-1 plus
/// think time number n.
struct ClosedLoop {
    std::uint32_t clients = 1;
    Distribution think = Distribution::constant(0);

    /// Think time `number` of client `client`; a pure function of its arguments.
    Duration think_time(StreamKey key, std::uint32_t client, std::uint64_t number) const;
};

class ArrivalProcess {
public:
    static constexpr std::string_view family = "arrivals";

    virtual ~ArrivalProcess() = default;
    virtual std::unique_ptr<ArrivalProcess> clone() const = 0;

    /// Arrival number `k` (from 0), not before `previous`, which is arrival k-1, or `time_zero` for k = 0; nothing when
    /// there are no more. Cheapest in order: a process may keep its place, which changes no answer.
    virtual std::optional<Time> next(Time previous, std::uint64_t k, StreamKey key) = 0;

    /// Arrivals per second in the long run; nothing for a closed loop, whose rate is the system's answer.
    virtual std::optional<double> rate_mean() const = 0;

    /// The same process at `factor` (positive) times the rate; a closed loop with that many times the clients, rounded,
    /// at least one.
    virtual std::unique_ptr<ArrivalProcess> scaled(double factor) const = 0;

    struct Part {
        std::uint32_t index = 0;  ///< below count
        std::uint32_t count = 1;
    };
    /// One of `count` sources that together give this process: exactly so for Poisson processes whatever their rate
    /// (superposition), deterministic ones (taken in turns) and clients (dealt out; a part may have none). The parts of
    /// a modulated process have states of their own, so together they are smoother than it is.
    virtual std::unique_ptr<ArrivalProcess> split(Part part) const { return scaled(1.0 / part.count); }

    /// Set for a closed loop only; `next` then gives nothing.
    virtual const ClosedLoop* closed_loop() const { return nullptr; }
};

/// A state of a modulated process.
struct ModulatedState {
    double rate = 0;     ///< arrivals per second; 0 is silence
    Duration sojourn{};  ///< mean, positive
};

/// From `at` on, arrivals come at `rate` per second.
struct RateStep {
    Time at{};
    double rate = 0;
};

struct Diurnal {
    double rate = 0;       ///< mean, per second
    double amplitude = 0;  ///< 0 to 1, as a share of the mean
    Duration period{};
    Duration peak{};  ///< when in the period the rate is highest
};

std::unique_ptr<ArrivalProcess> poisson_arrivals(double rate);
/// Without `offset` the first arrival comes after one period.
std::unique_ptr<ArrivalProcess> deterministic_arrivals(double rate, std::optional<Duration> offset = {});
/// Throws `ParameterError` ("states") unless some rate is positive and states change less than a million times an
/// arrival.
std::unique_ptr<ArrivalProcess> modulated_arrivals(std::vector<ModulatedState> states);
/// Steps start at time zero and rise. With `repeat` the steps start over every so often (later than the last step);
/// without, the last rate stays. Throws `ParameterError` ("steps", "repeat").
std::unique_ptr<ArrivalProcess> piecewise_arrivals(std::vector<RateStep> steps, std::optional<Duration> repeat = {});
/// Throws `ParameterError` ("period") for more than 10^11 arrivals a period.
std::unique_ptr<ArrivalProcess> diurnal_arrivals(Diurnal spec);
std::unique_ptr<ArrivalProcess> closed_loop_arrivals(ClosedLoop spec);

std::vector<Row<ArrivalProcess>> arrival_processes();

}  // namespace orrery
