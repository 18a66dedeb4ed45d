/// Plots: a result as a picture, drawn by gnuplot (5.4 or later).
///
/// | kind         | shows                                                        | needs, in the runs             |
/// |--------------|--------------------------------------------------------------|--------------------------------|
/// | load         | a bar per node, the mean, whiskers over replications         | per_node "load" or "requests"  |
/// | load_heatmap | busy share of each node over time                            | series "load.busy", node=...   |
/// | latency      | share of requests slower than x, log-log, bands, percentiles | histograms "latency", else any |
/// | timeline     | throughput, success, latency over time; faults shaded        | series "throughput", "errors.rate",
/// "latency.p50", "latency.p99" | | queue        | quantiles over nodes of the queue's length, over time        |
/// series "queue.length"          |
///
/// Over several replications lines are means, and bands and whiskers are Student intervals at the
/// result's confidence; without a label a band is that interval. Colours are those of Okabe and Ito, which
/// people with any colour vision can tell apart; the heat map's palette (cividis) rises in lightness too.
/// Every axis has a unit. The picture is 800 points wide, and the same result gives the same bytes (with the
/// same gnuplot and fonts).
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/result.hpp"

namespace orrery::analysis {

enum class PlotKind : std::uint8_t { load, load_heatmap, latency, timeline, queue };
enum class PlotFormat : std::uint8_t { svg, png, pdf };

/// As the command line writes it: "load-heatmap".
std::string_view plot_kind_text(PlotKind kind);
std::optional<PlotKind> plot_kind_of(std::string_view text);
std::vector<PlotKind> plot_kinds();
/// By the ending of a file's name: .svg, .png, .pdf.
std::optional<PlotFormat> plot_format_of(std::string_view path);

/// The gnuplot program that draws the picture to its standard output, data inside; or, where the result
/// lacks what the kind needs, an error that says what is missing.
Parsed<std::string> plot_script(const Result& result, PlotKind kind, PlotFormat format);

/// gnuplot is missing, or refused: says what it said.
class PlotError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Runs gnuplot on `script` and gives the bytes of the picture. `gnuplot` is looked up in PATH. Throws PlotError.
std::string draw(const std::string& script, PlotFormat format, const std::string& gnuplot = "gnuplot");

}  // namespace orrery::analysis
