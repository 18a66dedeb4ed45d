/// Where a report goes: summary on stdout, JSON, CSV and a picture into files, whole or not at all.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "analysis/plot.hpp"
#include "scenarios/format/errors.hpp"

namespace orrery {

/// Options of those names; a path, or "-" for stdout (not for a picture), in place of the summary.
struct OutputArguments {
    std::optional<std::string> json;
    std::optional<std::string> csv;
    std::optional<std::string> plot;
};

/// A report in its forms, made when asked for.
struct Documents {
    std::function<std::string()> text;
    std::function<std::string()> json;
    std::function<std::string()> csv;
    std::function<std::string(analysis::PlotFormat)> script;
};

enum class Summary : std::uint8_t { shown, none };

/// Adds to `errors` what cannot be, before there is anything to write.
void check_outputs(const OutputArguments& arguments, Errors& errors);

/// Throws analysis::WriteError, analysis::PlotError.
void write_documents(const OutputArguments& arguments, const Documents& documents, Summary summary);

/// To the file at `path`, or to stdout for "-". Throws analysis::WriteError.
void put(const std::string& path, const std::string& bytes);

/// Of this machine, at least 1.
std::size_t cores();

}  // namespace orrery
