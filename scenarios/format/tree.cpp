#include "scenarios/format/tree.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>

namespace orrery {

namespace {

/// Leaves yaml-cpp in the middle of a document; why is in the errors already.
struct Abandoned {};

std::string line_and_column(Position where) {
    return fmt::format("line {}, column {}", where.line, where.column);
}

/// Builds the tree from yaml-cpp's events, which carry exact marks and come before anything is expanded.
class TreeBuilder final : public YAML::EventHandler {
public:
    TreeBuilder(const SourceText& source, Errors& errors) : source_(source), errors_(errors) {}

    /// After the whole text was read without an exception.
    Node finish();
    /// Turns what yaml-cpp says into words that name the likely mistake, and its place.
    void explain(const YAML::Exception& error);

    void OnDocumentStart(const YAML::Mark& mark) override;
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override;
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(Node::Type::sequence, mark, tag, anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(Node::Type::mapping, mark, tag, anchor);
    }
    void OnMapEnd() override { close(); }

private:
    struct Key {
        std::string text;
        Position where;
        std::size_t offset = 0;
        enum class Use : std::uint8_t { kept, dropped } use = Use::kept;
        enum class Style : std::uint8_t { plain, quoted } style = Style::plain;
    };
    struct Frame {
        Node node;
        std::optional<Key> key = {};  ///< mapping: read, its value is next
        std::map<std::string, Position, std::less<>> seen = {};
        enum class Role : std::uint8_t { value, key } role = Role::value;
        enum class State : std::uint8_t { good, broken } state = State::good;
    };

    static std::size_t offset(const YAML::Mark& mark) { return static_cast<std::size_t>(std::max(mark.pos, 0)); }
    Position position(const YAML::Mark& mark) const { return source_.position(offset(mark)); }
    bool key_is_next() const {
        return !frames_.empty() && frames_.back().node.type == Node::Type::mapping && !frames_.back().key;
    }

    void count_node(const YAML::Mark& mark);
    Frame::State refuse_properties(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
    void check_quote(std::size_t at);
    void open(Node::Type type, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
    void close();
    void take_key(Key key);
    void drop_key(Position where, std::string message);
    void place(Node node);
    bool lacks_colon(const Key& key) const;
    bool is_null_word(std::size_t at) const;
    Position empty_item(const YAML::Mark& mark) const;

    const SourceText& source_;
    Errors& errors_;
    std::vector<Frame> frames_;
    std::optional<Node> root_;
    std::size_t nodes_ = 0;
    std::size_t last_event_ = 0;  ///< offset of the last scalar, after it if that is known
    /// Keys without a colon: told when the text ends well, for one that does not has a worse mistake.
    Errors strays_{Source{}};
    std::optional<std::size_t> multiline_quote_;  ///< offset of the last quoted text if it spans lines
};

Node TreeBuilder::finish() {
    for (Problem& problem : strays_.problems()) errors_.add(problem.where, std::move(problem.message));
    return root_ ? std::move(*root_) : Node{Node::Type::null, {1, 1}};
}

void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
    if (!root_) return;
    const bool marked = source_.text().compare(offset(mark), 3, "---") == 0;
    errors_.add(position(mark), marked ? "a second document begins here; a file holds one scenario"
                                       : "text after the end of the scenario; is it indented like the rest?");
    throw Abandoned{};
}

void TreeBuilder::count_node(const YAML::Mark& mark) {
    if (++nodes_ <= document_nodes_max) return;
    errors_.add(position(mark), fmt::format("too many values; a scenario has at most {}", document_nodes_max));
    throw Abandoned{};
}

TreeBuilder::Frame::State TreeBuilder::refuse_properties(const YAML::Mark& mark, const std::string& tag,
                                                         YAML::anchor_t anchor) {
    // yaml-cpp gives "?" to what has no tag and "!" to what is quoted, and "!" also to an explicit "!".
    const bool tagged = (!tag.empty() && tag != "?" && tag != "!") || source_.at(offset(mark)) == '!';
    if (anchor != YAML::NullAnchor)
        errors_.add(position(mark),
                    "an anchor ('&...'); anchors are not allowed here, write the value where it is used");
    else if (tagged)
        errors_.add(position(mark), "a tag ('!...'); tags are not allowed here");
    return tagged ? Frame::State::broken : Frame::State::good;
}

void TreeBuilder::check_quote(std::size_t at) {
    multiline_quote_.reset();
    const char first = source_.at(at);
    if (first != '"' && first != '\'') return;
    const std::size_t end = source_.quote_end(at);
    if (end == std::string::npos) {
        errors_.add(source_.position(at), fmt::format("the quoted text that begins here has no closing {}", first));
        throw Abandoned{};
    }
    last_event_ = end;
    if (source_.line_start(end - 1) > at) multiline_quote_ = at;
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
    count_node(mark);
    last_event_ = std::max(last_event_, offset(mark));
    if (anchor != YAML::NullAnchor) refuse_properties(mark, "", anchor);
    if (key_is_next()) return drop_key(position(mark), "a key is missing here; null is no key");
    Node node(Node::Type::null, position(mark));
    if (!frames_.empty()) {
        const Frame& frame = frames_.back();
        node.where = !frame.key ? empty_item(mark) : is_null_word(offset(mark)) ? position(mark) : frame.key->where;
        if (frame.key && frame.key->use == Key::Use::kept && lacks_colon(*frame.key)) {
            strays_.add(node.where, fmt::format("expected 'key: value' with a space after the colon, found {}",
                                                in_quotes(frame.key->text)));
            frames_.back().key->use = Key::Use::dropped;
        }
    }
    place(std::move(node));
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t) {
    count_node(mark);
    errors_.add(position(mark), "an alias ('*...'); aliases are not allowed here, write the value itself");
    if (key_is_next()) return take_key({{}, position(mark), offset(mark), Key::Use::dropped});
    place(Node(Node::Type::broken, position(mark)));
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
    count_node(mark);
    const auto state = refuse_properties(mark, tag, anchor);
    last_event_ = offset(mark);
    check_quote(offset(mark));
    if (value.find('\0') != std::string::npos)
        errors_.add(position(mark), "a text that holds the character NUL ('\\0')");
    if (!key_is_next())
        return place(
            Node(state == Frame::State::good ? Node::Type::scalar : Node::Type::broken, position(mark), value));
    const auto style = tag == "!" ? Key::Style::quoted : Key::Style::plain;
    if (value == "<<" && style == Key::Style::plain)
        return drop_key(position(mark),
                        "a merge key ('<<'); merge keys are not allowed here, write the values themselves");
    take_key({value, position(mark), offset(mark), Key::Use::kept, style});
}

void TreeBuilder::drop_key(Position where, std::string message) {
    errors_.add(where, std::move(message));
    take_key({{}, where, 0, Key::Use::dropped});
}

void TreeBuilder::take_key(Key key) {
    Frame& frame = frames_.back();
    if (key.use == Key::Use::kept) {
        const auto [first, is_new] = frame.seen.emplace(key.text, key.where);
        if (!is_new) {
            errors_.add(key.where, fmt::format("key {} stands here a second time; the first is at {}",
                                               in_quotes(key.text), line_and_column(first->second)));
            key.use = Key::Use::dropped;
        }
    }
    frame.key = std::move(key);
}

void TreeBuilder::open(Node::Type type, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    count_node(mark);
    const auto state = refuse_properties(mark, tag, anchor);
    if (frames_.size() >= document_depth_max) {
        errors_.add(position(mark),
                    fmt::format("nested too deeply; a scenario has at most {} levels", document_depth_max));
        throw Abandoned{};
    }
    Frame frame{Node(type, position(mark))};
    frame.state = state;
    if (key_is_next()) frame.role = Frame::Role::key;
    frames_.push_back(std::move(frame));
}

void TreeBuilder::close() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    if (frame.state == Frame::State::broken) frame.node = Node(Node::Type::broken, frame.node.where);
    if (frame.role == Frame::Role::value) return place(std::move(frame.node));
    const bool is_list = frame.node.type == Node::Type::sequence;
    if (std::none_of(frames_.begin(), frames_.end(), [](const Frame& outer) { return outer.role == Frame::Role::key; }))
        errors_.add(frame.node.where, fmt::format("a key is a plain word, found {}", is_list ? "a list" : "a mapping"));
    take_key({{}, frame.node.where, 0, Key::Use::dropped});
}

void TreeBuilder::place(Node node) {
    if (frames_.empty()) {
        root_ = std::move(node);
        return;
    }
    Frame& frame = frames_.back();
    if (frame.node.type == Node::Type::sequence) {
        frame.node.items.push_back(std::move(node));
        return;
    }
    if (frame.key->use == Key::Use::kept)
        frame.node.entries.push_back({std::move(frame.key->text), frame.key->where, std::move(node)});
    frame.key.reset();
}

/// Whether yaml-cpp made a key of a line (or a flow item) without a colon.
bool TreeBuilder::lacks_colon(const Key& key) const {
    std::size_t after = key.offset + key.text.size();
    if (key.style == Key::Style::quoted) {
        after = source_.quote_end(key.offset);
        if (after == std::string::npos) return false;
    } else if (source_.text().compare(key.offset, key.text.size(), key.text) != 0) {
        return true;  // it spans lines, which a key before a colon cannot
    }
    while (source_.at(after) == ' ' || source_.at(after) == '\t') ++after;
    return source_.at(after) != ':' || key.text.find(':') != std::string::npos;
}

/// Whether a null is written out at `at`; yaml-cpp marks one that is not with what follows it.
bool TreeBuilder::is_null_word(std::size_t at) const {
    constexpr std::size_t enough = 5;
    std::string_view word = std::string_view(source_.text()).substr(std::min(at, source_.text().size()), enough);
    word = word.substr(0, word.find_first_of(" \t\n,]}"));
    return word == "~" || word == "null" || word == "Null" || word == "NULL";
}

/// An empty item of a block list has the mark of what follows it, perhaps lines below: look back for its dash.
Position TreeBuilder::empty_item(const YAML::Mark& mark) const {
    const std::size_t at = offset(mark);
    const std::size_t before = at == 0 ? 0 : source_.text().find_last_not_of(' ', at - 1);
    if (before != std::string::npos && at < source_.text().size() && source_.at(before) != '\n')
        return source_.position(at);
    for (std::size_t end = source_.line_start(at); end > 0; end = source_.line_start(end - 1)) {
        const std::size_t start = source_.line_start(end - 1);
        const std::string_view line = std::string_view(source_.text()).substr(start, end - start);
        const std::size_t content = line.substr(0, line.find('#')).find_last_not_of(" \t\n");
        if (content != std::string_view::npos) return source_.position(start + content);
    }
    return source_.position(at);
}

/// What a message of yaml-cpp means to whoever wrote the file.
std::string in_plain_words(const std::string& message) {
    namespace Msg = YAML::ErrorMsg;
    if (message == Msg::END_OF_MAP || message == Msg::END_OF_SEQ)
        return "text that belongs to no key or list here; check the indentation, and that quotes and brackets before "
               "it are closed";
    if (message == Msg::MAP_VALUE)
        return "a ':' that belongs to no key here; check the indentation of this line and the one before, or put the "
               "text in quotes";
    if (message == Msg::BLOCK_ENTRY) return "a list item ('- ') is not allowed here; begin it on a line of its own";
    if (message == Msg::MAP_KEY) return "a key is not allowed here; check the indentation of this line";
    if (message == Msg::FLOW_END) return "a closing bracket without its opening one";
    if (message == Msg::UNKNOWN_TOKEN) return "a text cannot begin with this character; put it in quotes";
    if (message == Msg::TAB_IN_INDENTATION) return "a tab in the indentation; indent with spaces";
    if (message == Msg::UNKNOWN_ANCHOR)
        return "an alias ('*...'); aliases are not allowed here, write the value itself";
    if (message.starts_with(Msg::INVALID_ESCAPE) || message.starts_with(Msg::INVALID_UNICODE) ||
        message == Msg::INVALID_HEX)
        return "an unknown escape in double quotes; a backslash itself is written \\\\, or put the text in single "
               "quotes";
    std::string readable = "not YAML: ";
    for (const char c : message) readable += c >= ' ' && c <= '~' ? c : '?';
    return readable;
}

void TreeBuilder::explain(const YAML::Exception& error) {
    const std::size_t length = source_.text().size();
    const std::size_t at = error.mark.is_null() ? length : std::min(offset(error.mark), length);
    if (error.msg == YAML::ErrorMsg::EOF_IN_SCALAR || at >= length) {
        const std::size_t quote = source_.unterminated_quote(last_event_);
        if (quote != std::string::npos)
            return errors_.add(source_.position(quote),
                               fmt::format("the quoted text that begins here has no closing {}", source_.at(quote)));
    }
    std::string message;
    const bool in_list = error.msg == YAML::ErrorMsg::END_OF_SEQ_FLOW;
    if ((in_list || error.msg == YAML::ErrorMsg::END_OF_MAP_FLOW) && !frames_.empty()) {
        message = fmt::format("expected ',' or '{}' in the {} that begins at {}", in_list ? ']' : '}',
                              in_list ? "list" : "mapping", line_and_column(frames_.back().node.where));
    } else {
        message = in_plain_words(error.msg);
    }
    if (multiline_quote_)
        message += fmt::format("; the quoted text that begins at {} spans lines: is its closing quote missing?",
                               line_and_column(source_.position(*multiline_quote_)));
    errors_.add(source_.position(at), std::move(message));
}

}  // namespace

std::optional<Node> read_tree(const SourceText& source, Errors& errors) {
    TreeBuilder builder(source, errors);
    std::istringstream stream(source.text());
    try {
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const Abandoned&) {
        return std::nullopt;
    } catch (const YAML::Exception& error) {
        builder.explain(error);
        return std::nullopt;
    }
    return builder.finish();
}

}  // namespace orrery
