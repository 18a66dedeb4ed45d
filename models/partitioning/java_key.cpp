#include "models/partitioning/java_key.hpp"

#include "sim/base/check.hpp"

namespace orrery::models {

Parameter java_key_parameter(std::vector<std::string> choices) {
    return {"key_type",
            Kind::choice,
            "number_or_text",
            0,
            0,
            "Java's type of the key; number_or_text: long for 8 bytes that begin with a zero byte, else string",
            std::move(choices)};
}

JavaKey java_key_type(const Settings& settings) {
    const std::string& name = settings.text("key_type");
    if (name == "string") return JavaKey::text;
    if (name == "integer") return JavaKey::integer;
    if (name == "long") return JavaKey::long_integer;
    if (name == "bytes") return JavaKey::bytes;
    ORRERY_CHECK(name == "number_or_text", "a key type of the table");
    return JavaKey::number_or_text;
}

}  // namespace orrery::models
