#include "tests/validation/mean_field.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace orrery::validation {

namespace {

using Vector = std::vector<double>;
using Matrix = std::vector<Vector>;

/// Gauss with partial pivoting.
Vector solve(Matrix a, Vector b) {
    const std::size_t n = b.size();
    for (std::size_t column = 0; column < n; ++column) {
        std::size_t pivot = column;
        for (std::size_t row = column + 1; row < n; ++row)
            if (std::abs(a[row][column]) > std::abs(a[pivot][column])) pivot = row;
        std::swap(a[column], a[pivot]);
        std::swap(b[column], b[pivot]);
        for (std::size_t row = column + 1; row < n; ++row) {
            const double factor = a[row][column] / a[column][column];
            if (factor == 0) continue;
            for (std::size_t i = column; i < n; ++i) a[row][i] -= factor * a[column][i];
            b[row] -= factor * b[column];
        }
    }
    for (std::size_t row = n; row-- > 0;) {
        for (std::size_t i = row + 1; i < n; ++i) b[row] -= a[row][i] * b[i];
        b[row] /= a[row][row];
    }
    return b;
}

/// W with A W + W A' + diag(q) = 0, as one linear system in its entries.
Matrix solve_lyapunov(const Matrix& a, const Vector& q) {
    const std::size_t n = q.size();
    Matrix big(n * n, Vector(n * n, 0));
    Vector right(n * n, 0);
    for (std::size_t i = 0; i < n; ++i) {
        right[i * n + i] = -q[i];
        for (std::size_t j = 0; j < n; ++j) {
            for (std::size_t m = 0; m < n; ++m) {
                big[i * n + j][m * n + j] += a[i][m];
                big[i * n + j][i * n + m] += a[j][m];
            }
        }
    }
    const Vector flat = solve(std::move(big), std::move(right));
    Matrix w(n, Vector(n, 0));
    for (std::size_t i = 0; i < n * n; ++i) w[i / n][i % n] = flat[i];
    return w;
}

/// 1 / |eigenvalue of `a` nearest to zero|, by inverse iteration. `a` is tridiagonal with positive products beside the
/// diagonal, so its eigenvalues are real.
double slowest(const Matrix& a) {
    Vector x(a.size(), 1);
    double norm = 0;
    for (int round = 0; round < 500; ++round) {
        x = solve(a, x);
        norm = 0;
        for (const double value : x) norm = std::max(norm, std::abs(value));
        for (double& value : x) value /= norm;
    }
    return norm;
}

}  // namespace

MeanField supermarket(double load, int d, Sampling sampling) {
    Vector s = {1};
    for (double exponent = 1; s.back() > 1e-15; exponent = exponent * d + 1) s.push_back(std::pow(load, exponent));
    const std::size_t levels = s.size() - 1;
    s.push_back(0);

    const auto power = [&](std::size_t k, int exponent) { return std::pow(s[k], exponent); };
    Matrix a(levels, Vector(levels, 0));
    Vector jumps(levels, 0);
    for (std::size_t k = 1; k <= levels; ++k) {
        if (k > 1) a[k - 1][k - 2] = load * d * power(k - 1, d - 1);
        a[k - 1][k - 1] = -load * d * power(k, d - 1) - 1;
        if (k < levels) a[k - 1][k] = 1;
        jumps[k - 1] = load * (power(k - 1, d) - power(k, d)) + s[k] - s[k + 1];
    }
    const Matrix w = solve_lyapunov(a, jumps);

    // What noise (w) and distinctness add to the chance that all of d queues hold k or more, times n.
    const double pairs = 0.5 * d * (d - 1);
    const auto excess = [&](std::size_t k) {
        const double variance = k == 0 ? 0 : w[k - 1][k - 1];
        const double distinct = sampling == Sampling::distinct ? power(k, d - 1) - power(k, d) : 0;
        return pairs * (power(k, d - 2) * variance - distinct);
    };
    Vector forcing(levels, 0);
    for (std::size_t k = 1; k <= levels; ++k) forcing[k - 1] = -load * (excess(k - 1) - excess(k));

    MeanField field;
    for (const double v : solve(a, forcing)) field.first_order += v / load;
    for (std::size_t k = 1; k <= levels; ++k) field.response += s[k] / load;
    field.relaxation_time = slowest(a);
    return field;
}

}  // namespace orrery::validation
