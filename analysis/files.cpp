#include "analysis/files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

namespace orrery::analysis {

namespace {

namespace fs = std::filesystem;

/// A file descriptor that closes itself.
class Descriptor {
public:
    explicit Descriptor(int value) : value_(value) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { close(); }

    bool valid() const { return value_ >= 0; }
    int value() const { return value_; }
    /// False if the system could not keep what was written.
    bool close() {
        const int held = value_;
        value_ = -1;
        return held < 0 || ::close(held) == 0;
    }

private:
    int value_;
};

std::string reason_of(int error) {
    return std::strerror(error);
}

/// Writes everything, or says why not.
std::optional<std::string> write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return reason_of(errno);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return std::nullopt;
}

/// Creates a file beside `target` that nobody else has; sets `name`. Gives its descriptor, or -1 and errno.
int create_beside(const std::string& target, std::string& name) {
    constexpr int attempts = 100;
    int created = -1;
    for (int i = 0; i < attempts; ++i) {
        name = target + "." + std::to_string(::getpid()) + "-" + std::to_string(i) + ".tmp";
        created = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (created >= 0 || errno != EEXIST) break;
    }
    return created;
}

void write_in_place(const std::string& path, std::string_view bytes) {
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file.valid()) throw WriteError(path, reason_of(errno));
    if (const auto reason = write_all(file.value(), bytes)) throw WriteError(path, *reason);
    if (!file.close()) throw WriteError(path, reason_of(errno));
}

}  // namespace

void write_file_atomically(const std::string& path, std::string_view bytes) {
    std::error_code ignored;
    const auto status = fs::status(path, ignored);
    if (fs::is_directory(status)) throw WriteError(path, "it is a directory");
    if (fs::exists(status) && !fs::is_regular_file(status)) return write_in_place(path, bytes);
    const std::string target = fs::is_symlink(path, ignored) ? fs::weakly_canonical(path, ignored).string() : path;

    std::string temporary;
    Descriptor file(create_beside(target, temporary));
    if (!file.valid()) throw WriteError(path, reason_of(errno));
    auto reason = write_all(file.value(), bytes);
    if (!reason && ::fsync(file.value()) != 0) reason = reason_of(errno);
    if (!file.close() && !reason) reason = reason_of(errno);
    if (!reason && ::rename(temporary.c_str(), target.c_str()) != 0) reason = reason_of(errno);
    if (reason) {
        ::unlink(temporary.c_str());
        throw WriteError(path, *reason);
    }
}

Parsed<std::string> read_file(const std::string& path) {
    const auto refused = [&](const std::string& why) {
        return Parsed<std::string>{std::nullopt, "cannot read " + path + ": " + why};
    };
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return refused(reason_of(errno));
    std::string bytes;
    char buffer[1 << 16];
    for (;;) {
        const ssize_t count = ::read(file.value(), buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return refused(reason_of(errno));
        if (count == 0) return {std::move(bytes), {}};
        bytes.append(buffer, static_cast<std::size_t>(count));
    }
}

}  // namespace orrery::analysis
