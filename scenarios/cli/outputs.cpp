#include "scenarios/cli/outputs.hpp"

#include <algorithm>
#include <cstdio>
#include <thread>

#include "analysis/files.hpp"

namespace orrery {

void check_outputs(const OutputArguments& arguments, Errors& errors) {
    if (arguments.json == "-" && arguments.csv == "-") errors.add({}, "--json - and --csv - both want stdout");
    if (arguments.plot && !analysis::plot_format_of(*arguments.plot))
        errors.add({}, "--plot: found " + in_quotes(*arguments.plot) + "; a picture's name ends in .svg, .png or .pdf");
}

void write_documents(const OutputArguments& arguments, const Documents& documents, Summary summary) {
    if (arguments.json) put(*arguments.json, documents.json());
    if (arguments.csv) put(*arguments.csv, documents.csv());
    if (arguments.plot) {
        const analysis::PlotFormat format = *analysis::plot_format_of(*arguments.plot);
        put(*arguments.plot, analysis::draw(documents.script(format), format));
    }
    const bool stdout_taken = arguments.json == "-" || arguments.csv == "-";
    if (summary == Summary::shown && !stdout_taken) put("-", documents.text());
}

void put(const std::string& path, const std::string& bytes) {
    if (path != "-") return analysis::write_file_atomically(path, bytes);
    if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size() || std::fflush(stdout) != 0)
        throw analysis::WriteError("standard output", "is it closed?");
}

std::size_t cores() {
    return std::max(1u, std::thread::hardware_concurrency());
}

}  // namespace orrery
