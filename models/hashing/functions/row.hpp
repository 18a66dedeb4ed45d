/// Rows of the family "hash" from free functions.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "models/hashing/hash_function.hpp"
#include "sim/base/catalog.hpp"

namespace orrery::models {

template <unsigned Bits, auto Function>
class PlainHash final : public HashFunction {
public:
    std::unique_ptr<HashFunction> clone() const override { return std::make_unique<PlainHash>(*this); }
    std::uint64_t operator()(Key key) const override { return Function(key); }
    unsigned bits() const override { return Bits; }
};

template <unsigned Bits, auto Function>
class SeededHash final : public HashFunction {
public:
    explicit SeededHash(std::uint64_t seed) : seed_(seed) {}
    std::unique_ptr<HashFunction> clone() const override { return std::make_unique<SeededHash>(*this); }
    std::uint64_t operator()(Key key) const override {
        if constexpr (Bits == 64) {
            return Function(key, seed_);
        } else {
            return Function(key, static_cast<std::uint32_t>(seed_));
        }
    }
    unsigned bits() const override { return Bits; }

private:
    std::uint64_t seed_;
};

template <unsigned Bits, auto Function>
Row<HashFunction> plain_hash_row(std::string name, std::string summary, std::string source) {
    return {std::move(name), std::move(summary), std::move(source), {}, [](const Settings&) {
                return std::make_unique<PlainHash<Bits, Function>>();
            }};
}

/// With a parameter `seed` of `Bits` bits, as far as a count goes.
template <unsigned Bits, auto Function>
Row<HashFunction> seeded_hash_row(std::string name, std::string summary, std::string source, std::uint64_t seed) {
    constexpr double most = Bits == 64 ? 9.2e18 : 4294967295.0;
    Table table{{{"seed", Kind::count, std::to_string(seed), 0, most, "another function for each"}}};
    return {
        std::move(name), std::move(summary), std::move(source), std::move(table), [](const Settings& settings) {
            return std::make_unique<SeededHash<Bits, Function>>(static_cast<std::uint64_t>(settings.integer("seed")));
        }};
}

}  // namespace orrery::models
