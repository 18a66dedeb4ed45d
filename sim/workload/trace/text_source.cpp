#include "sim/workload/trace/text_source.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <zlib.h>
#include <zstd.h>

#include "sim/workload/error.hpp"

namespace orrery {

namespace {

constexpr std::size_t chunk = std::size_t{1} << 18;

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what) {
    throw DataError(path.string() + ": " + what);
}

/// The bytes of the file as they are on disk.
class PlainSource final : public ByteSource {
public:
    explicit PlainSource(std::filesystem::path path) : path_(std::move(path)) {
        std::error_code error;
        if (!std::filesystem::is_regular_file(path_, error))  // a pipe could block for ever, a folder cannot be read
            fail(path_, error ? error.message() : std::string("not a regular file"));
        file_.reset(std::fopen(path_.c_str(), "rb"));
        if (!file_) fail(path_, std::strerror(errno));
    }

    std::size_t read(std::span<char> buffer) override {
        const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file_.get());
        if (got == 0 && std::ferror(file_.get()) != 0) fail(path_, std::strerror(errno));
        return got;
    }

    /// The first bytes, without consuming them.
    std::string peek(std::size_t count) {
        std::string front(count, '\0');
        front.resize(std::fread(front.data(), 1, count, file_.get()));
        std::rewind(file_.get());
        return front;
    }

    const std::filesystem::path& path() const { return path_; }

private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    std::filesystem::path path_;
    std::unique_ptr<std::FILE, Close> file_;
};

class GzipSource final : public ByteSource {
public:
    explicit GzipSource(std::unique_ptr<PlainSource> plain) : plain_(std::move(plain)), input_(chunk) {
        // 15: the largest window; +16: a gzip header is required.
        if (inflateInit2(&stream_, 15 + 16) != Z_OK) fail(plain_->path(), "zlib cannot be initialised");
    }
    ~GzipSource() override { inflateEnd(&stream_); }
    GzipSource(const GzipSource&) = delete;
    GzipSource& operator=(const GzipSource&) = delete;

    std::size_t read(std::span<char> buffer) override {
        stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
        stream_.avail_out = static_cast<uInt>(buffer.size());
        while (stream_.avail_out == buffer.size()) {
            if (stream_.avail_in == 0) {
                stream_.avail_in = static_cast<uInt>(plain_->read(input_));
                stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
                if (stream_.avail_in == 0) {
                    if (member_ != Member::between)
                        fail(plain_->path(), "gzip data is truncated: the file ends inside a member");
                    return 0;
                }
            }
            if (member_ == Member::between) {
                if (inflateReset(&stream_) != Z_OK) fail(plain_->path(), "zlib cannot be reset");
                member_ = Member::open;
            }
            const int result = inflate(&stream_, Z_NO_FLUSH);
            if (result == Z_STREAM_END)
                member_ = Member::between;
            else if (result != Z_OK && result != Z_BUF_ERROR)
                fail(plain_->path(), std::string("gzip data is corrupt: ") + (stream_.msg ? stream_.msg : "bad data"));
        }
        return buffer.size() - stream_.avail_out;
    }

private:
    enum class Member : std::uint8_t { open, between };
    std::unique_ptr<PlainSource> plain_;
    std::vector<char> input_;
    z_stream stream_{};
    Member member_ = Member::open;
};

class ZstdSource final : public ByteSource {
public:
    explicit ZstdSource(std::unique_ptr<PlainSource> plain)
        : plain_(std::move(plain)), input_(chunk), stream_(ZSTD_createDStream()) {
        if (!stream_) fail(plain_->path(), "zstd cannot be initialised");
    }

    std::size_t read(std::span<char> buffer) override {
        ZSTD_outBuffer out{buffer.data(), buffer.size(), 0};
        while (out.pos == 0) {
            if (in_.pos == in_.size && !pending_output_) {
                in_ = {input_.data(), plain_->read(input_), 0};
                if (in_.size == 0) {
                    if (wanted_ != 0) fail(plain_->path(), "zstd data is truncated: the file ends inside a frame");
                    return 0;
                }
            }
            wanted_ = ZSTD_decompressStream(stream_.get(), &out, &in_);
            if (ZSTD_isError(wanted_) != 0)
                fail(plain_->path(), std::string("zstd data is corrupt: ") + ZSTD_getErrorName(wanted_));
            // A full output buffer may leave bytes inside the decoder though all input is taken.
            pending_output_ = out.pos == out.size && wanted_ != 0;
        }
        return out.pos;
    }

private:
    struct Free {
        void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
    };
    std::unique_ptr<PlainSource> plain_;
    std::vector<char> input_;
    std::unique_ptr<ZSTD_DStream, Free> stream_;
    ZSTD_inBuffer in_{nullptr, 0, 0};
    std::size_t wanted_ = 1;  ///< 0 between frames; an empty file is no frame
    bool pending_output_ = false;
};

/// What the first bytes say.
Compression recognise(const std::string& front) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(front[i]); };
    if (front.size() >= 2 && at(0) == 0x1f && at(1) == 0x8b) return Compression::gzip;
    if (front.size() >= 4 && at(1) == 0xb5 && at(2) == 0x2f && at(3) == 0xfd && at(0) == 0x28) return Compression::zstd;
    if (front.size() >= 4 && (at(0) & 0xf0) == 0x50 && at(1) == 0x2a && at(2) == 0x4d && at(3) == 0x18)
        return Compression::zstd;  // a skippable frame in front
    return Compression::none;
}

Compression settle(PlainSource& plain) {
    const Compression found = recognise(plain.peek(4));
    const std::string extension = plain.path().extension().string();
    if (extension == ".gz" && found != Compression::gzip)
        fail(plain.path(),
             "the name ends in .gz, but the content is not gzip (set compression: none if it is plain text)");
    if (extension == ".zst" && found != Compression::zstd)
        fail(plain.path(),
             "the name ends in .zst, but the content is not zstd (set compression: none if it is plain text)");
    return found;
}

}  // namespace

std::unique_ptr<ByteSource> open_bytes(const std::filesystem::path& path, Compression compression) {
    auto plain = std::make_unique<PlainSource>(path);
    if (compression == Compression::automatic) compression = settle(*plain);
    if (compression == Compression::gzip) return std::make_unique<GzipSource>(std::move(plain));
    if (compression == Compression::zstd) return std::make_unique<ZstdSource>(std::move(plain));
    return plain;
}

std::string read_whole(const std::filesystem::path& path, Compression compression, std::size_t most) {
    const auto source = open_bytes(path, compression);
    std::string text;
    std::vector<char> buffer(chunk);
    while (const std::size_t got = source->read(buffer)) {
        if (got > most - text.size())
            fail(path, "larger than the " + std::to_string(most) + " bytes that are accepted");
        text.append(buffer.data(), got);
    }
    return text;
}

LineReader::LineReader(std::filesystem::path path, Compression compression)
    : path_(std::move(path)), source_(open_bytes(path_, compression)), buffer_(chunk) {
    while (end_ < 3 && !exhausted_) refill();
    if (end_ >= 3 && std::memcmp(buffer_.data(), "\xef\xbb\xbf", 3) == 0) begin_ = 3;
}

void LineReader::refill() {
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (end_ == buffer_.size()) {
        if (buffer_.size() >= line_most)
            throw DataError(path_.string() + ":" + std::to_string(line_ + 1) + ": the line is longer than " +
                            std::to_string(line_most) + " bytes");
        buffer_.resize(buffer_.size() * 2);
    }
    const std::size_t got = source_->read(std::span(buffer_).subspan(end_));
    end_ += got;
    exhausted_ = got == 0;
}

std::optional<std::string_view> LineReader::next() {
    std::size_t searched = 0;
    while (true) {
        const char* from = buffer_.data() + begin_;
        const void* hit =
            end_ - begin_ == searched ? nullptr : std::memchr(from + searched, '\n', end_ - begin_ - searched);
        if (hit == nullptr && !exhausted_) {
            searched = end_ - begin_;
            refill();
            continue;
        }
        if (hit == nullptr && begin_ == end_) return std::nullopt;
        const std::size_t length =
            hit == nullptr ? end_ - begin_ : static_cast<std::size_t>(static_cast<const char*>(hit) - from);
        begin_ += hit == nullptr ? length : length + 1;
        ++line_;
        std::string_view line(from, length);
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        return line;
    }
}

}  // namespace orrery
