#include "models/partitioning/hot_keys/hot_key_spec.hpp"

namespace orrery::models {

std::vector<Parameter> hot_key_parameters() {
    return {{"hot_share", Kind::ratio, "1%", 1e-6, 1, "share of the records from which a key is hot"},
            {"ways", Kind::count, "4", 1, 65536, "partitions of a hot key, its home among them"},
            {"counters", Kind::count, "", 1, 1048576, "counters of SpaceSaving; absent: 2/hot_share"}};
}

HotKeySpec hot_key_spec(const Settings& settings) {
    HotKeySpec spec;
    spec.hot_share = settings.real("hot_share");
    spec.ways = static_cast<std::uint32_t>(settings.integer("ways"));
    spec.counters = settings.has("counters") ? static_cast<std::uint32_t>(settings.integer("counters"))
                                             : static_cast<std::uint32_t>(std::min(2 / spec.hot_share, 0x1p20));
    return spec;
}

}  // namespace orrery::models
