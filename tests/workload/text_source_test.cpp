#include "sim/workload/trace/text_source.hpp"

#include <zlib.h>
#include <zstd.h>

#include "fixture.hpp"

using namespace orrery;
using namespace orrery::testing;

namespace {

std::string gzip(const std::string& text) {
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(compressBound(text.size()) + 64, '\0');
    std::string copy = text;
    stream.next_in = reinterpret_cast<Bytef*>(copy.data());
    stream.avail_in = static_cast<uInt>(copy.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string zstd(const std::string& text) {
    ZSTD_CCtx* context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress2(context, out.data(), out.size(), text.data(), text.size()));
    ZSTD_freeCCtx(context);
    return out;
}

/// Lines that do not compress to nothing.
std::string many_lines(int count) {
    std::string text;
    std::uint64_t state = 1;
    for (int i = 0; i < count; ++i)
        text += std::to_string(state = state * 6364136223846793005u + 1442695040888963407u) + "\n";
    return text;
}

std::string read_lines(const std::filesystem::path& path, Compression compression = Compression::automatic) {
    LineReader reader(path, compression);
    std::string text;
    while (const auto line = reader.next()) text += std::string(*line) + "\n";
    return text;
}

std::string lines_error(const std::filesystem::path& path, Compression compression = Compression::automatic) {
    return error_of([&] { read_lines(path, compression); });
}

}  // namespace

TEST_CASE("lines end with LF or CRLF, the last with either or nothing, and a byte order mark is no text") {
    const Folder folder;
    const auto path = folder.write("a",
                                   "\xef\xbb\xbf"
                                   "one\r\n\ntwo\nthree");
    LineReader reader(path, Compression::automatic);
    CHECK(reader.next() == "one");
    CHECK(reader.next() == "");
    CHECK(reader.next() == "two");
    CHECK(reader.line() == 3);
    CHECK(reader.next() == "three");
    CHECK(!reader.next());
    CHECK(!reader.next());
    CHECK(reader.line() == 4);
    CHECK(read_lines(folder.write("empty", "")).empty());
    CHECK(read_lines(folder.write("mark", "\xef\xbb\xbf")).empty());
    CHECK(read_lines(folder.write("short", "x")) == "x\n");
}

TEST_CASE("a file reads the same plain, gzipped and with zstd, whatever its name") {
    const Folder folder;
    const std::string text = many_lines(100'000);  // two megabytes: several buffers
    CHECK(read_lines(folder.write("plain", text)) == text);
    CHECK(read_lines(folder.write("a.gz", gzip(text))) == text);
    CHECK(read_lines(folder.write("a.zst", zstd(text))) == text);
    CHECK(read_lines(folder.write("gzip", gzip(text))) == text);
    CHECK(read_lines(folder.write("zstd", zstd(text))) == text);
    CHECK(read_lines(folder.write("zstd", zstd(text)), Compression::zstd) == text);
}

TEST_CASE("compressed files may be joined end to end") {
    const Folder folder;
    const std::string one = many_lines(1000), two = "and more\n";
    CHECK(read_lines(folder.write("a.gz", gzip(one) + gzip(two))) == one + two);
    CHECK(read_lines(folder.write("a.zst", zstd(one) + zstd(two))) == one + two);
}

TEST_CASE("a compressed file cut at any byte is reported as truncated") {
    const Folder folder;
    const std::string text = many_lines(40);
    for (const auto& [name, whole] : {std::pair{"a.gz", gzip(text)}, std::pair{"a.zst", zstd(text)}}) {
        REQUIRE(whole.size() > 100);
        for (std::size_t cut = 4; cut < whole.size(); ++cut) {
            const std::string error = lines_error(folder.write(name, whole.substr(0, cut)));
            CAPTURE(cut);
            REQUIRE(contains(error, "truncated"));
            REQUIRE(contains(error, name));
        }
        CHECK(contains(lines_error(folder.write(name, "")), "the content is not"));
    }
    CHECK(contains(lines_error(folder.write("a", ""), Compression::gzip), "truncated"));
    CHECK(contains(lines_error(folder.write("a", ""), Compression::zstd), "truncated"));
}

TEST_CASE("a flipped bit in a compressed file never passes for data") {
    const Folder folder;
    const std::string text = many_lines(40);
    for (const auto& [name, whole] : {std::pair{"a", gzip(text)}, std::pair{"b", zstd(text)}}) {
        const Compression compression = whole[0] == '\x1f' ? Compression::gzip : Compression::zstd;
        for (std::size_t at = 0; at < whole.size(); at += 3) {
            std::string damaged = whole;
            damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
            const auto path = folder.write(name, damaged);
            std::string got;
            const std::string error = error_of([&] { got = read_lines(path, compression); });
            CAPTURE(at);
            // Some header bits (the time of gzip, its system) carry no data.
            REQUIRE((!error.empty() || got == text));
        }
    }
}

TEST_CASE("a name that promises compression must keep it, unless the scenario says otherwise") {
    const Folder folder;
    CHECK(contains(lines_error(folder.write("a.zst", "plain\n")), "the content is not zstd"));
    CHECK(contains(lines_error(folder.write("a.gz", zstd("x"))), "the content is not gzip"));
    CHECK(read_lines(folder.write("a.gz", "plain\n"), Compression::none) == "plain\n");
}

TEST_CASE("what cannot be read is an error with its path") {
    const Folder folder;
    CHECK(contains(lines_error(folder.path()), "not a regular file"));
    CHECK(contains(lines_error(folder.path() / "nothing"), "nothing"));
    const std::string endless(LineReader::line_most + 1, 'x');
    CHECK(
        contains(lines_error(folder.write("long", "a\n" + endless)), "long:2: the line is longer than 16777216 bytes"));
    CHECK(contains(error_of([&] { read_whole(folder.write("big", many_lines(100)), Compression::automatic, 1000); }),
                   "larger than the 1000 bytes"));
    CHECK(read_whole(folder.write("a.gz", gzip("hello")), Compression::automatic, 5) == "hello");
}
