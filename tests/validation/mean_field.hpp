/// The supermarket model: Poisson arrivals at rate n*load, each to the shortest of d random queues out of n, Exp(1)
/// service. What is known of its mean response time for large n.
///
/// With s_k the share of queues that hold k jobs or more, n -> infinity gives the flow
///     ds_k/dt = load (s_{k-1}^d - s_k^d) - (s_k - s_{k+1}),      fixed point s_k = load^((d^k - 1) / (d - 1))
/// (Vvedenskaya, Dobrushin, Karpelevich 1996; Mitzenmacher 2001). For finite n, E[s_k] = s_k + v_k / n + O(1/n^2):
/// with A the flow's Jacobian, W the solution of A W + W A' + Q = 0, Q the noise of the jumps, B its second
/// derivatives, v = -A^-1 (B:W / 2 + c) (Gast and Van Houdt, "A refined mean field approximation", 2017, theorem 1).
/// They draw the d queues with replacement and have c = 0. Ours are distinct: all of them hold k or more with
/// probability s^d - d(d-1)/2 (s^(d-1) - s^d) / n + O(1/n^2), and c is what that adds to the flow.
#pragma once

namespace orrery::validation {

struct MeanField {
    double response = 0;         ///< mean time in system for n -> infinity, in service times
    double first_order = 0;      ///< response(n) = response + first_order / n + O(1/n^2)
    double relaxation_time = 0;  ///< of the flow at its fixed point: 1 / |largest eigenvalue of A|

    double at(double n) const { return response + first_order / n; }
    /// How far `at(n)` may be off: the expansion is taken as geometric, so the next term is first_order^2 / response /
    /// n^2.
    double error_at(double n) const { return first_order * first_order / (n * n * response); }
};

/// Whether the d queues are distinct.
enum class Sampling { distinct, with_replacement };

/// `load` in (0, 1), `d` at least 2.
MeanField supermarket(double load, int d, Sampling sampling = Sampling::distinct);

}  // namespace orrery::validation
