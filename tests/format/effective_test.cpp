#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sample_table.hpp"
#include "scenarios/format/effective.hpp"
#include "scenarios/format/loader.hpp"
#include "sim/base/random.hpp"

using namespace orrery;

namespace {

/// Draws settings that a table allows.
class Generator {
public:
    Generator(const Catalog& catalog, std::uint64_t seed) : catalog_(catalog), random_(seed) {}

    Settings settings(const Table& table, std::optional<Kind> measures, int depth = 0) {
        Settings out;
        for (const Parameter& parameter : table.parameters) {
            const bool may_be_absent = parameter.fallback && parameter.fallback->empty();
            if (may_be_absent && coin()) continue;
            out.set(parameter.name, value(parameter, measures));
        }
        for (const Child& child : table.children) add(child, measures, depth, out);
        return out;
    }

private:
    bool coin() { return random_.below(2) == 0; }

    void add(const Child& child, std::optional<Kind> measures, int depth, Settings& into) {
        const bool must = child.fallback || child.presence == Child::Presence::required;
        if (child.shape == Child::Shape::section) {
            if (must || coin()) into.add(child.name, {"", settings(*child.table, measures, depth)});
        } else if (child.shape == Child::Shape::policy) {
            if (must || coin()) into.add(child.name, choice(child, child.measures ? child.measures : measures, depth));
        } else {
            for (std::uint64_t left = random_.below(4); left > 0; --left) {
                Choice item{"", settings(*child.table, measures, depth)};
                if (child.shape == Child::Shape::tagged) {
                    Choice tagged = choice(child, measures, depth);
                    tagged.common = item.settings;
                    item = tagged;
                }
                into.add(child.name, item);
            }
        }
    }

    Choice choice(const Child& child, std::optional<Kind> measures, int depth) {
        const std::vector<const RowInfo*> rows = catalog_.rows(child.family);
        const RowInfo* row = depth > 4 ? rows.front() : rows[random_.below(rows.size())];
        return {row->name, settings(row->table, measures, depth + 1)};
    }

    /// Magnitudes of all sizes: few bits as often as many.
    double whole(const Parameter& parameter) {
        const auto bits = static_cast<double>(random_.next() >> (4 + random_.below(60)));
        const double least = std::max(parameter.least, -1e15);
        return least + (bits > parameter.most - least ? 0 : bits);
    }

    double fraction(const Parameter& parameter) {
        const double most = std::min(parameter.most, 1e12);
        return parameter.least + (most - parameter.least) * random_.uniform();
    }

    Value value(const Parameter& parameter, std::optional<Kind> measures) {
        switch (parameter.kind) {
            case Kind::count:
            case Kind::bytes:
            case Kind::bandwidth:
                return static_cast<std::int64_t>(whole(parameter));
            case Kind::duration:
                return Duration(static_cast<std::int64_t>(whole(parameter)));
            case Kind::rate:
            case Kind::ratio:
            case Kind::real:
                return fraction(parameter);
            case Kind::quantity:
                return measures == Kind::rate || !measures ? fraction(parameter) : whole(parameter);
            case Kind::flag:
                return coin();
            case Kind::choice:
                return parameter.choices[random_.below(parameter.choices.size())];
            case Kind::text:
                return text();
            case Kind::list:
                break;
        }
        std::vector<std::string> items;
        for (std::uint64_t left = random_.below(4); left > 0; --left) items.push_back(text());
        return items;
    }

    std::string text() {
        static const std::vector<std::string> pieces = {"a",
                                                        "word",
                                                        " ",
                                                        "null",
                                                        "true",
                                                        "~",
                                                        "12",
                                                        "5ms",
                                                        ": ",
                                                        " #",
                                                        "'",
                                                        "\"",
                                                        "\\",
                                                        "\n",
                                                        "\t",
                                                        "\r",
                                                        "{",
                                                        "}",
                                                        "[",
                                                        "]",
                                                        ",",
                                                        "-",
                                                        "- ",
                                                        "&a",
                                                        "*a",
                                                        "!!str",
                                                        "\xc3\xa9",
                                                        "\xe2\x80\xa8",
                                                        "%",
                                                        "---",
                                                        "@x",
                                                        "|",
                                                        ">",
                                                        "?",
                                                        "<<",
                                                        "\x01",
                                                        "\x7f",
                                                        "=",
                                                        "\xf0\x9f\xaa\x90",
                                                        "\xef\xbb\xbf",
                                                        "\xc2\x85"};
        std::string out;
        for (std::uint64_t left = random_.below(6); left > 0; --left) out += pieces[random_.below(pieces.size())];
        return out;
    }

    const Catalog& catalog_;
    RandomStream random_;
};

}  // namespace

TEST_CASE("two thousand random scenarios, written as YAML and loaded, are what they were") {
    const Table top = sample::top();
    const Catalog catalog = sample::catalog();
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        const Settings settings = Generator(catalog, seed).settings(top, {});
        const std::string yaml = to_yaml(settings, top, catalog);
        CAPTURE(seed);
        CAPTURE(yaml);
        const Settings again = load(parse(yaml, "effective.yaml"), top, catalog);
        REQUIRE(same_values(again, settings));
        REQUIRE(to_yaml(again, top, catalog) == yaml);
    }
}

TEST_CASE("the effective scenario has every default, units, and the order of the table") {
    const std::string yaml = R"(system: {kind: service, retries: {}}
workload: {arrivals: {process: poisson, rate: 1000/s}, demand: 250us}
faults:
  - {crash: {rack: 2}, at: 30s}
cluster: {topology: {kind: star, nodes: 12}}
duration: 60000ms
expect:
  - latency.p99 < 5ms
)";
    const Table top = sample::top();
    const Catalog catalog = sample::catalog();
    CHECK(to_yaml(load(parse(yaml, "f"), top, catalog), top, catalog) == R"(seed: 1
duration: 60s
warmup: 0s
expect:
  - "latency.p99 < 5ms"
cluster:
  topology: {kind: star, nodes: 12}
  link:
    bandwidth: 10Gbit/s
    loss: 0%
    latency: {distribution: constant, value: 20us}
workload:
  fidelity: latency
  arrivals: {process: poisson, rate: 1000/s}
  demand: {distribution: constant, value: 250us}
system:
  kind: service
  scheduling: {policy: power_of_d, d: 2}
  retries: {budget: 20%, attempts: 2}
faults:
  - {at: 30s, crash: {rack: 2}}
)");
}

TEST_CASE("settings that differ anywhere are not the same") {
    const Table top = sample::top();
    const Catalog catalog = sample::catalog();
    const Settings a = Generator(catalog, 7).settings(top, {});
    Settings b = a;
    CHECK(same_values(a, b));
    b.set("seed", a.integer("seed") + 1);
    CHECK_FALSE(same_values(a, b));
    Settings c = a;
    c.add("phases", {"", {}});
    CHECK_FALSE(same_values(a, c));
}
