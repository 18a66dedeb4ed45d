#include "analysis/plot.hpp"

#include <doctest/doctest.h>

#include "synthetic.hpp"

using namespace orrery;
using namespace orrery::analysis;

namespace {

bool gnuplot_is_here() {
    try {
        draw("set terminal svg\nplot x\n", PlotFormat::svg);
        return true;
    } catch (const PlotError& error) {
        MESSAGE("skipped: ", error.what());
        return false;
    }
}

bool looks_like(PlotFormat format, const std::string& bytes) {
    switch (format) {
        case PlotFormat::svg:
            return bytes.starts_with("<?xml") && bytes.find("</svg>") != std::string::npos;
        case PlotFormat::png:
            return bytes.starts_with("\x89PNG");
        case PlotFormat::pdf:
            return bytes.starts_with("%PDF");
    }
    return false;
}

}  // namespace

TEST_CASE("every kind has a name that is read back, and a file's ending chooses the format") {
    CHECK(plot_kinds().size() == 5);
    for (const PlotKind kind : plot_kinds()) CHECK(plot_kind_of(plot_kind_text(kind)) == kind);
    CHECK(plot_kind_text(PlotKind::load_heatmap) == "load-heatmap");
    CHECK_FALSE(plot_kind_of("load_heatmap").has_value());
    CHECK(plot_format_of("a/b.svg") == PlotFormat::svg);
    CHECK(plot_format_of("b.png") == PlotFormat::png);
    CHECK(plot_format_of("b.pdf") == PlotFormat::pdf);
    CHECK_FALSE(plot_format_of("b.jpeg").has_value());
}

TEST_CASE("a result without what a plot needs gives an error that says what is missing") {
    Result empty;
    empty.runs.resize(2);
    for (const PlotKind kind : plot_kinds()) {
        const auto script = plot_script(empty, kind, PlotFormat::svg);
        CHECK_FALSE(script);
        CHECK(script.error.find("no replication has") != std::string::npos);
        CHECK_FALSE(plot_script(Result{}, kind, PlotFormat::svg));
    }
}

TEST_CASE("a fresh result and the same one from its document give the same script") {
    for (const SyntheticSpec spec : {SyntheticSpec{12, 3, 500}, SyntheticSpec{300, 2, 100}}) {
        const Result saved = *from_json(to_json(synthetic_result(spec)));
        Result fresh = synthetic_result(spec);
        for (RunRecord& run : fresh.runs) condense(run);
        for (const PlotKind kind : plot_kinds())
            CHECK(*plot_script(fresh, kind, PlotFormat::svg) == *plot_script(saved, kind, PlotFormat::svg));
    }
}

TEST_CASE("the load plot holds each node's mean and interval") {
    Result result;
    for (const double shift : {-0.01, 0.0, 0.01}) result.runs.emplace_back().per_node["load"] = {0.5 + shift, 0.2};
    const std::string script = *plot_script(result, PlotKind::load, PlotFormat::svg);
    // t(2) * 1 / sqrt(3) = 2.4841: half-width of {49, 50, 51} %.
    CHECK(script.find("\n0 50 47.515") != std::string::npos);
    CHECK(script.find(" 52.484") != std::string::npos);
    CHECK(script.find("\n1 20 20 20\n") != std::string::npos);
    CHECK(script.find("'mean of nodes: 35'") != std::string::npos);
}

TEST_CASE("a title cannot break out of its quotes") {
    Result result = synthetic_result({3, 1, 100});
    result.title = "it's'\nsystem 'rm'; `ls` $x %s _a^b {c}" + std::string(200, 'x');
    const std::string script = *plot_script(result, PlotKind::load, PlotFormat::png);
    CHECK(script.find("set title 'it''s'' system ''rm''; `ls` $x %s _a^b {c}") != std::string::npos);
    if (gnuplot_is_here()) CHECK(looks_like(PlotFormat::png, draw(script, PlotFormat::png)));
}

TEST_CASE("gnuplot draws every kind, and every format, twice the same bytes") {
    if (!gnuplot_is_here()) return;
    const Result result = synthetic_result({6, 3, 500});
    for (const PlotKind kind : plot_kinds()) {
        CAPTURE(plot_kind_text(kind));
        CHECK(looks_like(PlotFormat::svg, draw(*plot_script(result, kind, PlotFormat::svg), PlotFormat::svg)));
    }
    for (const PlotFormat format : {PlotFormat::svg, PlotFormat::png, PlotFormat::pdf}) {
        const std::string script = *plot_script(result, PlotKind::timeline, format);
        const std::string picture = draw(script, format);
        CHECK(looks_like(format, picture));
        CHECK(draw(script, format) == picture);
        // Two drawings within one second prove nothing about a date inside.
        if (format == PlotFormat::pdf) CHECK(picture.find("/CreationDate (D:20000101") != std::string::npos);
    }
}

TEST_CASE("edge results are drawn too: one node without load, more nodes than bars, a fault for an instant") {
    if (!gnuplot_is_here()) return;
    Result bare;
    bare.runs.emplace_back().per_node["requests"] = {0};
    bare.runs[0].histograms["latency"].record(0);
    bare.runs[0].histograms["latency"].record(1'000'000);
    bare.runs[0].series.push_back(synthetic_series("throughput", "", "1/s", {0}));
    bare.runs[0].series.push_back(synthetic_series("queue.length", "", "1", {0, 0}));
    bare.runs[0].series.push_back(synthetic_series("load.busy", "node=0", "1", {0}));
    bare.runs[0].faults = {{"crash", Time(100ms), Time(100ms)}, {"after the end", Time(99s), time_max}};
    Result many = synthetic_result({300, 2, 100});
    for (RunRecord& run : many.runs) condense(run);
    for (const Result& result : {bare, many})
        for (const PlotKind kind : plot_kinds()) {
            CAPTURE(plot_kind_text(kind));
            const auto script = plot_script(result, kind, PlotFormat::svg);
            REQUIRE_MESSAGE(script, script.error);
            CHECK(looks_like(PlotFormat::svg, draw(*script, PlotFormat::svg)));
        }
}

TEST_CASE("a missing gnuplot and a script that it refuses are clear errors") {
    try {
        draw("plot x\n", PlotFormat::svg, "no-such-gnuplot");
        FAIL("was drawn");
    } catch (const PlotError& error) {
        CHECK(std::string(error.what()).find("there is no no-such-gnuplot in PATH") != std::string::npos);
    }
    if (!gnuplot_is_here()) return;
    try {
        draw("plot with nonsense\n", PlotFormat::svg);
        FAIL("was drawn");
    } catch (const PlotError& error) {
        CHECK(std::string(error.what()).starts_with("gnuplot failed: "));
    }
}
