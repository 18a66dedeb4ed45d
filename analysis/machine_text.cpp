#include "analysis/machine_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/base/check.hpp"

namespace orrery::analysis {

namespace {

using Json = nlohmann::json;

std::string number_text(double value) {
    ORRERY_CHECK(std::isfinite(value), "a result holds a number that is not finite");
    std::string text = fmt::format("{}", value);
    // 3.0 and not 3, or it would come back as an integer; and -0 would lose its sign.
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
}

void print(const Json& value, std::size_t depth, std::string& out) {
    const auto line = [&](std::size_t at) {
        out += '\n';
        out.append(2 * at, ' ');
    };
    const bool flat = value.is_array() &&
                      std::none_of(value.begin(), value.end(), [](const Json& item) { return item.is_structured(); });
    if (value.is_number_float()) {
        out += number_text(value.get<double>());
    } else if (!value.is_structured() || value.empty()) {
        out += value.dump(-1, ' ', false, Json::error_handler_t::replace);
    } else {
        out += value.is_object() ? '{' : '[';
        bool first = true;
        for (auto at = value.begin(); at != value.end(); ++at) {
            if (!std::exchange(first, false)) out += ',';
            if (!flat) line(depth + 1);
            if (value.is_object()) out += Json(at.key()).dump(-1, ' ', false, Json::error_handler_t::replace) + ": ";
            print(*at, depth + 1, out);
        }
        if (!flat) line(depth);
        out += value.is_object() ? '}' : ']';
    }
}

}  // namespace

std::string json_text(const Json& document) {
    std::string out;
    print(document, 0, out);
    return out + "\n";
}

std::string csv_field(const std::string& text) {
    if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
}

}  // namespace orrery::analysis
