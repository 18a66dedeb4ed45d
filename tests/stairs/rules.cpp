#include "tests/stairs/rules.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <utility>

namespace orrery::stairs {

namespace {

using Names = std::vector<std::string>;

/// What a box may include besides itself.
const std::map<std::string, Names>& stairs() {
    static const std::map<std::string, Names> map = [] {
        std::map<std::string, Names> edges;
        edges["sim/base"] = {};
        edges["sim/kernel"] = {"sim/base"};
        edges["sim/cluster"] = {"sim/base", "sim/kernel"};
        edges["sim/workload"] = {"sim/base"};
        // Families are one DAG: hashing <- partitioning <- scheduling, streaming;
        // hashing <- replication <- membership, transactions.
        edges["models/hashing"] = {"sim/base"};
        edges["models/partitioning"] = {"sim/base", "models/hashing"};
        edges["models/scheduling"] = {"sim/base", "models/hashing", "models/partitioning"};
        edges["models/streaming"] = {"sim/base", "models/hashing", "models/partitioning"};
        edges["models/replication"] = {"sim/base", "models/hashing"};
        edges["models/membership"] = {"sim/base", "models/hashing", "models/replication"};
        edges["models/transactions"] = {"sim/base", "models/hashing", "models/replication"};
        edges["analysis"] = {"sim/base"};
        edges["scenarios/format"] = {"sim/base"};
        Names all;
        for (const auto& [box, below] : edges) all.push_back(box);
        edges["scenarios/systems"] = all;
        all.push_back("scenarios/systems");
        edges["scenarios/runs"] = all;
        all.push_back("scenarios/runs");
        edges["scenarios/cli"] = all;
        all.push_back("scenarios/cli");
        edges["tests"] = all;
        return edges;
    }();
    return map;
}

bool contains(const Names& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool starts_with_any(const std::string& text, const Names& prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(), [&](const auto& prefix) { return text.starts_with(prefix); });
}

/// The box that `path` is in, or nothing.
std::string box_of(const std::string& path) {
    for (const auto& [box, below] : stairs())
        if (path.starts_with(box + "/")) return box;
    return {};
}

std::string stem_of(const std::string& path) {
    const auto name = path.substr(path.rfind('/') + 1);
    return name.substr(0, name.rfind('.'));
}

/// raft_log -> RaftLog
std::string camel_case(const std::string& snake) {
    std::string out;
    bool up = true;
    for (const char c : snake) {
        if (c == '_') {
            up = true;
        } else {
            out.push_back(up ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c);
            up = false;
        }
    }
    return out;
}

bool is_product(const std::string& path) {
    return starts_with_any(path, {"sim/", "models/", "analysis/", "scenarios/"});
}

}  // namespace

Findings check_stairs(const std::vector<SourceFile>& files) {
    Findings findings;
    for (const auto& file : files) {
        const auto box = box_of(file.path);
        if (box.empty()) {
            findings.push_back(finding(file, 1, "is in no box of the house"));
            continue;
        }
        for (const auto& include : includes_of(file.text)) {
            if (include.kind == Include::Kind::bracketed) continue;
            const auto target = box_of(include.name);
            // Helpers of tests are neighbours.
            if (target.empty() && box == "tests") continue;
            if (target.empty())
                findings.push_back(
                    finding(file, include.line, "\"" + include.name + "\" names no file of a box by its full path"));
            else if (target != box && !contains(stairs().at(box), target))
                findings.push_back(finding(file, include.line, box + " may not include " + include.name));
        }
    }
    return findings;
}

Findings check_doors(const std::vector<SourceFile>& files) {
    struct Door {
        std::string header;  // prefix of what is included
        Names open_to;       // prefixes of paths
    };
    static const std::vector<Door> doors = {
        {"boost/graph", {"sim/cluster/topology"}},
        {"boost/property_map", {"sim/cluster/topology"}},
        {"Eigen/", {"analysis/"}},
        {"CLI/", {"scenarios/cli/"}},
        {"yaml-cpp/", {"scenarios/format/"}},
        {"sqlite3", {"scenarios/runs/"}},
        {"zlib.h", {"sim/workload/"}},
        {"zstd", {"sim/workload/"}},
        {"xxhash", {"models/hashing/functions/"}},
        {"md5.h", {"models/hashing/functions/"}},
        {"blake2", {"models/hashing/functions/"}},
        {"doctest/", {"tests/"}},
        {"benchmark/", {"tests/bench/"}},
    };
    Findings findings;
    for (const auto& file : files) {
        // What stands behind a door may be tested with the package itself.
        if (file.path.starts_with("tests/")) continue;
        for (const auto& include : includes_of(file.text))
            for (const auto& door : doors)
                if (include.name.starts_with(door.header) && !starts_with_any(file.path, door.open_to))
                    findings.push_back(
                        finding(file, include.line, include.name + " has its door in " + door.open_to.front()));
    }
    return findings;
}

namespace {

/// Families whose members are protocols, to be spoken to through a port.
const Names& protocol_families() {
    static const Names names = {"models/replication/", "models/membership/", "models/transactions/"};
    return names;
}

/// Headers of those families that a system may include: catalogs, interfaces, ports, and what the latter two
/// include in turn.
std::set<std::string> open_headers(const std::vector<SourceFile>& files) {
    std::set<std::string> open;
    std::vector<std::string> pending;
    for (const auto& file : files) {
        if (!starts_with_any(file.path, protocol_families()) || !file.path.ends_with(".hpp")) continue;
        const auto stem = stem_of(file.path);
        if (stem == "catalog") open.insert(file.path);
        if (stem.ends_with("port") || code_of(file.text).find("string_view family") != std::string::npos)
            pending.push_back(file.path);
    }
    while (!pending.empty()) {
        const auto path = pending.back();
        pending.pop_back();
        const auto file = std::find_if(files.begin(), files.end(), [&](const auto& f) { return f.path == path; });
        if (file == files.end() || !open.insert(path).second) continue;
        for (const auto& include : includes_of(file->text)) pending.push_back(include.name);
    }
    return open;
}

/// Names of protocols: replication/viewstamped.hpp stands for Viewstamped, all of replication/raft/ for Raft.
std::set<std::string> protocol_names(const std::vector<SourceFile>& files, const std::set<std::string>& open) {
    std::set<std::string> names;
    for (const auto& file : files)
        for (const auto& family : protocol_families()) {
            if (!file.path.starts_with(family) || !file.path.ends_with(".hpp") || open.contains(file.path)) continue;
            const auto rest = file.path.substr(family.size());
            const auto slash = rest.find('/');
            names.insert(camel_case(slash == std::string::npos ? stem_of(rest) : rest.substr(0, slash)));
        }
    return names;
}

}  // namespace

Findings check_ports(const std::vector<SourceFile>& files) {
    const auto open = open_headers(files);
    const auto protocols = protocol_names(files, open);
    Findings findings;
    for (const auto& file : files) {
        if (!file.path.starts_with("scenarios/systems/") || stem_of(file.path).ends_with("catalog")) continue;
        for (const auto& include : includes_of(file.text))
            if (starts_with_any(include.name, protocol_families()) && !open.contains(include.name))
                findings.push_back(
                    finding(file, include.line, include.name + " is neither a catalog, an interface nor a port"));
        std::size_t number = 0;
        for (const auto& line : lines_of(code_of(file.text))) {
            ++number;
            if (line.starts_with("#include")) continue;
            for (const auto& name : protocols)
                if (has_word(line, name))
                    findings.push_back(finding(file, number, "a system names the protocol " + name));
        }
    }
    return findings;
}

Findings check_smells(const std::vector<SourceFile>& files) {
    enum class Where { code, comments_too };
    struct Smell {
        std::string word;
        Where where;
        Names looked_for_in;
        Names allowed_in;
    };
    static const Names product = {"sim/", "models/", "analysis/", "scenarios/"};
    static const Names simulator = {"sim/", "models/", "scenarios/systems/"};
    static const Names clocks_allowed = {"scenarios/cli/", "scenarios/runs/"};
    static const Names math = {"sim/base/math"};
    static const std::vector<Smell> smells = [] {
        std::vector<Smell> all;
        for (const char* word :
             {"random_device", "thread_local", "rand()", "srand", "mt19937", "default_random_engine"})
            all.push_back({word, Where::code, product, {}});
        for (const char* kind :
             {"uniform_int", "uniform_real", "normal", "exponential", "poisson", "bernoulli", "lognormal", "weibull",
              "gamma", "geometric", "binomial", "discrete", "cauchy", "student_t"})
            all.push_back({"std::" + std::string(kind) + "_distribution", Where::code, product, {}});
        for (const char* word :
             {"system_clock", "steady_clock", "high_resolution_clock", "gettimeofday", "clock_gettime"})
            all.push_back({word, Where::code, product, clocks_allowed});
        for (const char* word : {"exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "pow", "sin", "cos", "tan",
                                 "tgamma", "lgamma", "erf", "erfc", "cbrt"})
            all.push_back({"std::" + std::string(word), Where::code, simulator, math});
        all.push_back({"std::function", Where::code, {"sim/kernel/"}, {}});
        for (const char* word : {"TODO", "FIXME", "XXX"}) all.push_back({word, Where::comments_too, product, {}});
        return all;
    }();
    Findings findings;
    for (const auto& file : files) {
        if (!is_product(file.path)) continue;
        const auto text = lines_of(file.text);
        const auto code = lines_of(code_of(file.text));
        for (const auto& smell : smells) {
            if (!starts_with_any(file.path, smell.looked_for_in) || starts_with_any(file.path, smell.allowed_in))
                continue;
            const auto& lines = smell.where == Where::code ? code : text;
            for (std::size_t i = 0; i < lines.size(); ++i)
                if (has_word(lines[i], smell.word))
                    findings.push_back(finding(file, i + 1, smell.word + " has no place here"));
        }
    }
    return findings;
}

Findings check_build(const std::vector<SourceFile>& files) {
    // Spelled in two parts, or this file would be its own finding.
    static const Names flags = {std::string("-march=") + "native", std::string("-ffast-") + "math",
                                std::string("-O") + "fast"};
    static const Names places = {std::string("/wo") + "rk/", std::string("/home") + "/", std::string("/ro") + "ot/"};
    Findings findings;
    const auto look_for = [&](const SourceFile& file, const Names& words) {
        std::size_t number = 0;
        for (const auto& line : lines_of(file.text)) {
            ++number;
            for (const auto& word : words)
                if (line.find(word) != std::string::npos)
                    findings.push_back(finding(file, number, word + " has no place here"));
        }
    };
    for (const auto& file : files) {
        look_for(file, flags);
        // A test may make up a path.
        if (!file.path.starts_with("tests/")) look_for(file, places);
    }
    return findings;
}

Findings check_tests(const std::vector<SourceFile>& files) {
    Findings findings;
    for (const auto& file : files) {
        if (!file.path.starts_with("tests/") || !file.path.ends_with(".hpp")) continue;
        std::size_t number = 0;
        for (const auto& line : lines_of(code_of(file.text))) {
            ++number;
            if (has_word(line, "TEST_CASE"))
                findings.push_back(finding(file, number, "a test case stands in a .cpp file"));
        }
    }
    return findings;
}

}  // namespace orrery::stairs
