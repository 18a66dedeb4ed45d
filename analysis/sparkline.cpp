#include "analysis/sparkline.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "analysis/statistics.hpp"
#include "sim/base/check.hpp"

namespace orrery::analysis {

std::string sparkline(std::span<const double> values, double top) {
    constexpr std::array<std::string_view, 8> blocks = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    std::string out;
    for (const double value : values) {
        if (!(value > 0) || !(top > 0)) {
            out += "·";
            continue;
        }
        // Rounded to eighths, but what is above 0 stays visible.
        const auto eighths = static_cast<std::size_t>(std::min(value / top, 1.0) * 8 + 0.5);
        out += blocks[std::max<std::size_t>(eighths, 1) - 1];
    }
    return out;
}

std::size_t bin_size(std::size_t values, std::size_t columns) {
    ORRERY_CHECK(columns > 0, "values are binned into at least one column");
    return std::max<std::size_t>(1, (values + columns - 1) / columns);
}

std::vector<double> binned(std::span<const double> values, std::size_t columns, Binning binning) {
    const std::size_t size = bin_size(values.size(), columns);
    std::vector<double> out;
    for (std::size_t from = 0; from < values.size(); from += size) {
        const auto bin = values.subspan(from, std::min(size, values.size() - from));
        switch (binning) {
            case Binning::largest:
                out.push_back(*std::max_element(bin.begin(), bin.end()));
                break;
            case Binning::least:
                out.push_back(*std::min_element(bin.begin(), bin.end()));
                break;
            case Binning::mean:
                out.push_back(mean_of(bin));
                break;
        }
    }
    return out;
}

}  // namespace orrery::analysis
