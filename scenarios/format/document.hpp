/// A scenario file as a tree, with the place of everything in it: YAML without its traps.
///
/// The accepted language is YAML 1.2 in block and flow style, comments and multi-line strings included,
/// without what a scenario has no use for and what hides mistakes. Refused, with line and column: duplicate
/// keys, anchors, aliases and merge keys (so nothing expands), tags, directives, several documents, keys that
/// are not plain words, tabs as indentation, control characters, text that is not UTF-8, an unterminated
/// quote or bracket. A byte-order mark and CR LF line ends are read over. Quotes change nothing but the
/// meaning of `null`, `~` and nothing at all: "null" is a text, null is no value.
///
/// Limits: see below. Cost: linear in the text, at most about 200 bytes of memory a node.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/format/errors.hpp"

namespace orrery {

inline constexpr std::size_t document_bytes_max = 4u << 20;
inline constexpr std::size_t document_lines_max = 100'000;  // yaml-cpp is quadratic in the lines of one text
inline constexpr std::size_t document_depth_max = 64;
inline constexpr std::size_t document_nodes_max = 200'000;

struct Node {
    enum class Type : std::uint8_t {
        null,      ///< no value: nothing, `null` or `~`
        scalar,    ///< `text`
        mapping,   ///< `entries`, keys unique
        sequence,  ///< `items`
        broken,    ///< an error about it is already reported: say no more
    };
    struct Entry;

    Node();
    explicit Node(Type type_, Position where_ = {}, std::string text_ = {});

    Type type = Type::null;
    Position where;
    std::string text;
    std::vector<Entry> entries;
    std::vector<Node> items;
    /// mapping: the scalar that stood here before a `--set` reached inside it (at most one).
    std::vector<Node> head;

    const Entry* find(std::string_view key) const;
};

struct Node::Entry {
    std::string key;
    Position where;
    Node value;
};

struct Document {
    Node root;      ///< a mapping
    Errors errors;  ///< what is wrong with the file so far, though the tree could be read; with its `Source`
};

/// Reads `text`; `file` is its name for errors. Throws `ScenarioError` if there is no tree to go on with;
/// errors that leave one are kept in the document for `load` to report with its own.
Document parse(const std::string& text, std::string file);

/// `--set path=value`. A path is keys joined by dots; list items are `[0]`, `[1]`, ...; `[+]` appends one:
/// "cluster.link.latency", "faults[0].at", "expect[+]". Missing mappings and lists are created on the way.
/// A value is taken as it stands, but one that starts with `{`, `[` or a quote is read as YAML:
/// `faults[+]={at: 3s, crash: {rack: 2}}`.
struct Override {
    std::string path;
    std::string value;
};

/// Splits "path=value" at the first equals sign. Throws `ScenarioError` (file "--set") without one.
Override parse_override(std::string_view text);

/// Applies overrides in their order; later ones win. What the path leads to is checked by `load`, like
/// everything else. A malformed path or value is added to the document's errors.
void apply_overrides(Document& document, const std::vector<Override>& overrides);

}  // namespace orrery
