/// A gnuplot program as it is put together; used by plot*.cpp only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/plot.hpp"
#include "analysis/profile.hpp"
#include "analysis/scale.hpp"

namespace orrery::analysis {

/// Okabe and Ito, "Color Universal Design", 2008.
namespace palette {
inline constexpr std::string_view black = "#000000";
inline constexpr std::string_view orange = "#E69F00";
inline constexpr std::string_view sky_blue = "#56B4E9";
inline constexpr std::string_view green = "#009E73";
inline constexpr std::string_view blue = "#0072B2";
inline constexpr std::string_view vermillion = "#D55E00";
inline constexpr std::string_view purple = "#CC79A7";
}  // namespace palette

struct PlotSize {
    int width = 800;
    int height = 480;
};

class Script {
public:
    /// Terminal, fonts, borders, grid and the title.
    Script(PlotFormat format, PlotSize size, std::string_view title);

    /// Of titles and of remarks inside the picture: "font ',13'". Points mean other sizes in each format.
    std::string title_font() const;
    std::string remark_font() const;

    Script& line(std::string_view text);
    /// A data block `$name`, a row each.
    Script& data(std::string_view name, const std::vector<std::vector<double>>& rows);
    /// "plot a, b, c"
    Script& plot(const std::vector<std::string>& parts);
    std::string take() { return std::move(text_); }

private:
    PlotFormat format_;
    std::string text_;
};

/// `text` as a gnuplot string: 'it''s'. Line breaks become blanks; of more than `most` characters the rest is "…".
std::string quoted(std::string_view text, std::size_t most = 90);

/// The scale and name of an axis of virtual time: seconds up to ten minutes, then minutes, hours, days.
Scale time_scale(double seconds_most);

/// More faults than this are shaded without their names.
inline constexpr std::size_t fault_names_most = 4;

/// Shades the faults behind what is drawn next (set object), with their names above the plot. Gives the
/// rows of names: room that the title and the margin must leave, 1.1 characters each. `time_end` is in `time`.
int shade_faults(Script& script, const Faults& faults, Scale time, double time_end);

/// What an axis label adds about the faults: "; shaded: 12 faults", or nothing.
std::string faults_text(const Faults& faults);

/// A round step (1, 2, 2.5 or 5 times a power of ten) of which at most five reach `most` > 0.
double tic_step(double most);

/// "mean and 95 % interval of 5 replications", "one replication"
std::string replications_text(const Result& result);

/// Rows (time, mean, low, high) of a series, in the given scales, at the middle of its steps. The interval ends
/// where values do: at 0 and at `most` (in the series' unit).
std::vector<std::vector<double>> rows_of(const SeriesProfile& series, Scale time, Scale value, double most = 1e300);

Parsed<std::string> load_script(const Result& result, PlotFormat format);
Parsed<std::string> heatmap_script(const Result& result, PlotFormat format);
Parsed<std::string> latency_script(const Result& result, PlotFormat format);
Parsed<std::string> timeline_script(const Result& result, PlotFormat format);
Parsed<std::string> queue_script(const Result& result, PlotFormat format);

}  // namespace orrery::analysis
