#include "models/partitioning/key_bounds.hpp"

#include "sim/base/wide.hpp"

namespace orrery::models {

std::vector<std::string> even_key_bounds(std::uint32_t partitions, std::optional<std::uint64_t> key_count) {
    if (key_count && *key_count < partitions)
        throw PartitionError(std::to_string(partitions) + " ranges of " + std::to_string(*key_count) +
                             " keys; there must be a key for each");
    const UnsignedWide keys = key_count ? UnsignedWide{*key_count} : UnsignedWide{1} << 64;
    std::vector<std::string> bounds(1);
    for (std::uint32_t i = 1; i < partitions; ++i)
        bounds.emplace_back(Key(NumberKey(static_cast<std::uint64_t>((keys * i + partitions - 1) / partitions))));
    return bounds;
}

std::vector<std::string> given_key_bounds(const std::vector<std::string>& splits) {
    std::vector<std::string> bounds(1);
    for (const std::string& split : splits) {
        if (!(bounds.back() < split))
            throw ParameterError(
                "splits", "'" + split + "' does not come after '" + bounds.back() + "'; splits rise, byte by byte");
        bounds.push_back(split);
    }
    return bounds;
}

}  // namespace orrery::models
