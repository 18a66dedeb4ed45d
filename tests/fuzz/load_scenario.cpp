/// libFuzzer target: no text, whatever is in it, makes the scenario loader crash, hang, leak or throw anything
/// but `ScenarioError`, whose words are UTF-8; and what loads is written out as a file that loads to the same.
///
/// A byte 0x01 separates the file from overrides ("--set") and these from each other.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "../format/sample_table.hpp"
#include "scenarios/format/effective.hpp"
#include "scenarios/format/loader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const orrery::Table top = orrery::sample::top();
    static const orrery::Catalog catalog = orrery::sample::catalog();

    std::vector<std::string> parts(1);
    for (std::size_t i = 0; i < size; ++i) {
        if (data[i] == 1) {
            parts.emplace_back();
        } else {
            parts.back().push_back(static_cast<char>(data[i]));
        }
    }
    std::string effective;
    orrery::Settings settings;
    try {
        orrery::Document document = orrery::parse(parts.front(), "fuzz.yaml");
        std::vector<orrery::Override> overrides;
        for (std::size_t i = 1; i < parts.size(); ++i) overrides.push_back(orrery::parse_override(parts[i]));
        orrery::apply_overrides(document, overrides);
        settings = orrery::load(document, top, catalog);
        effective = orrery::to_yaml(settings, top, catalog);
    } catch (const orrery::ScenarioError& error) {
        if (error.problems().empty() || nlohmann::json(error.what()).dump().size() <= 2)
            std::abort();  // dump throws unless it is UTF-8
        return 0;
    }
    // What loads must load again: from here on an exception is a finding.
    if (!orrery::same_values(settings, orrery::load(orrery::parse(effective, "effective.yaml"), top, catalog)))
        std::abort();
    return 0;
}
