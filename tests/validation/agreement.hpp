/// What the validation tests share: run a scenario as a user would, and hold a metric against a closed form.
///
/// The interval is Student's over replications with fixed seeds at 99.9 %, widened by a bound on what the estimator
/// may be biased by, which each test derives. The interval is not tuned: among the fifty or so comparisons of this
/// folder a correct simulator fails one with a probability of about 5 % when seeds are chosen, and never after.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "analysis/result.hpp"
#include "sim/base/time.hpp"

namespace orrery::validation {

inline constexpr double level = 0.999;

/// Runs a scenario's text.
analysis::Result run(const std::string& yaml, std::size_t replications);

/// A metric of each replication.
std::vector<double> values(const analysis::Result& result, const std::string& metric);

/// `workers` servers behind one dispatcher over links that take no time: an ideal queueing system.
struct Queueing {
    double rate = 0;      ///< arrivals per second, all together
    std::string demand;   ///< as in a scenario; the tests take a mean of 1 s
    double warmup = 0;    ///< s
    double duration = 0;  ///< s, measured, after the warm-up
    std::size_t workers = 1;
    std::size_t cores = 1;
    std::string discipline = "fifo";
    std::string scheduling = "random";
    std::string arrivals = "poisson";
};
std::string scenario(const Queueing& queueing);

/// Something a theory says.
struct Claim {
    std::string what;
    double expected = 0;
    double bias = 0;  ///< bound on the estimator's bias and on the theory's own error
};

/// Fails unless the interval over `measured`, widened by the claim's bias, holds what is expected. Prints the row.
void check(const Claim& claim, const std::vector<double>& measured);

/// The same with an interval of three standard errors over the replications.
void check_within_three_errors(const Claim& claim, const std::vector<double>& measured);

/// The mean response time, in s, of a system whose demand has a mean of 1 s, as a function of the load of each core.
using Theory = std::function<double(double load)>;

double load_of(const Queueing& queueing);

/// The mean response time of each replication by Little's law: mean number in system over the (known) arrival rate.
/// Unlike the mean over those that were answered, it has no bias from requests still under way at the end.
///
/// Most of its noise is that of the load which chance has offered, so what the theory says of that is taken out: the
/// measured utilisation, whose expectation is exactly the load, is a control variate with a coefficient fixed
/// beforehand (Lavenberg and Welch 1981). With any fixed coefficient the mean stays what it was; a wrong theory only
/// widens the interval.
std::vector<double> response(const analysis::Result& result, const Queueing& queueing, const Theory& theory);

/// Runs the system and holds its mean response against the theory.
void check_response(const std::string& what, const Theory& theory, double bias, const Queueing& queueing,
                    std::size_t replications);

}  // namespace orrery::validation
