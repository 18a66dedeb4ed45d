#include "sim/cluster/graphml.hpp"

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <charconv>
#include <cmath>
#include <istream>
#include <map>
#include <streambuf>
#include <utility>

namespace orrery {

namespace {

using Tree = boost::property_tree::ptree;

constexpr std::size_t depth_max = 32;

[[noreturn]] void fail(const std::string& what) {
    throw GraphmlError(what);
}

// The parser behind property_tree recurses for nested elements, so that a deep file would overflow the stack. This pass
// walks over the text as that parser does and counts. It also refuses <!DOCTYPE, and with it entities of a file's own.
void check_depth(std::string_view text) {
    const auto skip = [&text](std::size_t from, std::string_view end, const char* what) {
        const std::size_t found = text.find(end, from);
        if (found == std::string_view::npos) fail(std::string("the file ends inside ") + what);
        return found + end.size();
    };
    std::size_t depth = 0;
    for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at)) {
        const std::string_view rest = text.substr(at);
        if (rest.starts_with("<!--")) {
            at = skip(at + 4, "-->", "a comment");
        } else if (rest.starts_with("<![CDATA[")) {
            at = skip(at + 9, "]]>", "a CDATA section");
        } else if (rest.starts_with("<?")) {
            at = skip(at + 2, "?>", "a processing instruction");
        } else if (rest.starts_with("<!")) {
            fail("document type declarations are not accepted");
        } else if (rest.starts_with("</")) {
            at = skip(at + 2, ">", "a tag");
            depth -= depth > 0 ? 1 : 0;
        } else {
            std::size_t end = at + 1;
            while (end < text.size() && text[end] != '>') {
                const char c = text[end];
                end = c == '"' || c == '\'' ? skip(end + 1, std::string_view(&c, 1), "a quoted value") : end + 1;
            }
            if (end >= text.size()) fail("the file ends inside a tag");
            if (text[end - 1] != '/' && ++depth > depth_max)
                fail("elements are nested deeper than " + std::to_string(depth_max));
            at = end + 1;
        }
    }
}

// A stream over a text without a copy of it.
struct ViewBuffer : std::streambuf {
    explicit ViewBuffer(std::string_view text) {
        char* begin = const_cast<char*>(text.data());  // the get area is only read
        setg(begin, begin, begin + text.size());
    }
};

Tree read_xml_tree(std::string_view text) {
    check_depth(text);
    ViewBuffer buffer(text);
    std::istream stream(&buffer);
    Tree tree;
    try {
        boost::property_tree::read_xml(stream, tree);
    } catch (const boost::property_tree::xml_parser_error& error) {
        fail("line " + std::to_string(error.line()) + ": not well-formed XML (" + error.message() + ")");
    }
    return tree;
}

std::string attribute(const Tree& element, const std::string& name) {
    return element.get<std::string>(Tree::path_type("<xmlattr>/" + name, '/'), "");
}

double number(const std::string& text, const std::string& what, std::pair<double, double> range) {
    double value = 0;
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const std::size_t last = text.find_last_not_of(" \t\r\n");
    const std::string_view trimmed =
        first == std::string::npos ? std::string_view() : std::string_view(text).substr(first, last - first + 1);
    const auto [end, error] = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), value);
    if (trimmed.empty() || error != std::errc() || end != trimmed.data() + trimmed.size() || !std::isfinite(value))
        fail(what + " is \"" + text.substr(0, 40) + "\"; a number is due");
    if (value < range.first || value > range.second)
        fail(what + " is " + std::string(trimmed) + "; " + std::to_string(range.first) + " to " +
             std::to_string(range.second) + " are possible");
    return value;
}

// What the file's <key> elements declare: names of data, and defaults.
class Keys {
public:
    void add(const Tree& element) {
        const std::string id = attribute(element, "id");
        if (id.empty()) fail("a <key> has no id");
        const std::string domain = attribute(element, "for");
        if (!names_.emplace(id, Key{domain, attribute(element, "attr.name")}).second)
            fail("two <key> elements have the id " + id);
        if (const auto fallback = element.get_child_optional("default"))
            defaults_[{domain, names_[id].name}] = fallback->data();
    }

    // The data of a node or an edge by attribute name.
    std::map<std::string, std::string> data(const Tree& element, const std::string& domain) const {
        std::map<std::string, std::string> out;
        for (const auto& [key, text] : defaults_)
            if (key.first == domain || key.first == "all") out[key.second] = text;
        for (const auto& [tag, child] : element) {
            if (tag != "data") continue;
            const auto found = names_.find(attribute(child, "key"));
            if (found == names_.end())
                fail("<data> of a " + domain + " has the key \"" + attribute(child, "key") +
                     "\", which no <key> declares");
            out[found->second.name] = child.data();
        }
        return out;
    }

private:
    struct Key {
        std::string domain;
        std::string name;
    };
    std::map<std::string, Key> names_;
    std::map<std::pair<std::string, std::string>, std::string> defaults_;
};

Graphml::Vertex read_vertex(const Tree& element, const Keys& keys) {
    Graphml::Vertex vertex;
    vertex.id = attribute(element, "id");
    if (vertex.id.empty()) fail("a <node> has no id");
    if (element.count("graph") != 0) fail("node " + vertex.id + " holds a nested <graph>, which is not supported");
    const std::string name = "of node " + vertex.id;
    const auto data = keys.data(element, "node");
    if (const auto found = data.find("label"); found != data.end()) vertex.label = found->second;
    const auto latitude = data.find("Latitude");
    const auto longitude = data.find("Longitude");
    if (latitude != data.end() && longitude != data.end())
        vertex.coordinates = Coordinates{number(latitude->second, "Latitude " + name, {-90, 90}),
                                         number(longitude->second, "Longitude " + name, {-180, 180})};
    if (const auto found = data.find("hyperedge");
        found != data.end() && number(found->second, "hyperedge " + name, {0, 1}) == 1)
        vertex.role = Graphml::Role::hyperedge;
    return vertex;
}

Graphml::Edge read_edge(const Tree& element, const Keys& keys, const std::map<std::string, std::uint32_t>& vertices) {
    const std::string source = attribute(element, "source");
    const std::string target = attribute(element, "target");
    const std::string name = "edge from \"" + source + "\" to \"" + target + "\"";
    if (attribute(element, "directed") == "true") fail(name + " is directed; only undirected edges are supported");
    const auto from = vertices.find(source);
    const auto to = vertices.find(target);
    if (from == vertices.end() || to == vertices.end())
        fail(name + ": there is no such node as \"" + (from == vertices.end() ? source : target) + "\"");
    Graphml::Edge edge{from->second, to->second, {}};
    const auto data = keys.data(element, "edge");
    if (const auto found = data.find("LinkSpeedRaw"); found != data.end()) {
        const double speed = number(found->second, "LinkSpeedRaw of the " + name, {0, 1e15});
        if (speed >= 1) edge.speed = static_cast<std::int64_t>(speed);
    }
    return edge;
}

}  // namespace

Graphml parse_graphml(std::string_view text) {
    if (text.size() > Graphml::bytes_max)
        fail("the file has " + std::to_string(text.size()) + " bytes; at most " + std::to_string(Graphml::bytes_max) +
             " are read");
    const Tree tree = read_xml_tree(text);
    const auto root = tree.get_child_optional("graphml");
    if (!root) fail("the file holds no <graphml> element");
    if (root->count("graph") != 1)
        fail("the file holds " + std::to_string(root->count("graph")) + " <graph> elements; exactly one is due");
    const Tree& graph = root->get_child("graph");
    if (attribute(graph, "edgedefault") != "undirected")
        fail("edgedefault of the <graph> is \"" + attribute(graph, "edgedefault") +
             "\"; only \"undirected\" is supported");

    Keys keys;
    for (const auto& [tag, element] : *root)
        if (tag == "key") keys.add(element);

    Graphml out;
    std::map<std::string, std::uint32_t> vertices;
    if (graph.count("node") > Graphml::vertices_max)
        fail("more than " + std::to_string(Graphml::vertices_max) + " nodes");
    if (graph.count("edge") > Graphml::edges_max) fail("more than " + std::to_string(Graphml::edges_max) + " edges");
    if (graph.count("hyperedge") != 0) fail("<hyperedge> elements are not supported");
    for (const auto& [tag, element] : graph) {
        if (tag != "node") continue;
        out.vertices.push_back(read_vertex(element, keys));
        const std::string& id = out.vertices.back().id;
        if (!vertices.emplace(id, static_cast<std::uint32_t>(out.vertices.size() - 1)).second)
            fail("two nodes have the id " + id);
    }
    for (const auto& [tag, element] : graph)  // edges may stand before their nodes
        if (tag == "edge") out.edges.push_back(read_edge(element, keys, vertices));
    if (out.vertices.empty()) fail("the graph has no nodes");
    return out;
}

}  // namespace orrery
