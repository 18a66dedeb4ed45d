// Runs gnuplot: a program in, a picture out. Everything goes through temporary files, so no pipe can fill up.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "analysis/plot.hpp"

namespace orrery::analysis {

namespace {

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using TemporaryFile = std::unique_ptr<std::FILE, CloseFile>;

TemporaryFile temporary_file() {
    TemporaryFile file(std::tmpfile());
    if (!file) throw PlotError(std::string("cannot make a temporary file for gnuplot: ") + std::strerror(errno));
    return file;
}

std::string content_of(std::FILE* file) {
    std::rewind(file);
    std::string bytes;
    char buffer[1 << 16];
    for (std::size_t count = 0; (count = std::fread(buffer, 1, sizeof buffer, file)) > 0;) bytes.append(buffer, count);
    return bytes;
}

/// Starts `gnuplot -d -` with an environment in which nothing of the user's can change the picture.
pid_t start(const std::string& gnuplot, std::FILE* in, std::FILE* out, std::FILE* messages) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ::fileno(in), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ::fileno(out), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ::fileno(messages), STDERR_FILENO);

    // -d: no start-up files of the user.
    std::string arguments[] = {"gnuplot", "-d", "-"};
    char* argv[] = {arguments[0].data(), arguments[1].data(), arguments[2].data(), nullptr};
    const char* home = ::getenv("HOME");  // where fontconfig keeps its cache
    std::string variables[] = {"LC_ALL=C.UTF-8", "GNUTERM=dumb", std::string("HOME=") + (home == nullptr ? "/" : home)};
    char* environment[] = {variables[0].data(), variables[1].data(), variables[2].data(), nullptr};

    pid_t child = 0;
    const int error = posix_spawnp(&child, gnuplot.c_str(), &actions, nullptr, argv, environment);
    posix_spawn_file_actions_destroy(&actions);
    if (error == ENOENT)
        throw PlotError("plots are drawn by gnuplot, and there is no " + gnuplot +
                        " in PATH; on Debian: apt-get install gnuplot-nox");
    if (error != 0) throw PlotError("cannot start " + gnuplot + ": " + std::strerror(error));
    return child;
}

/// Cairo writes the time of day into a PDF. Overwritten in place, so that the offsets in the file still hold.
void forget_date(std::string& pdf) {
    const std::string_view key = "/CreationDate (D:";
    const auto at = pdf.find(key);
    if (at == std::string::npos) return;
    for (std::size_t i = at + key.size(); i < pdf.size() && pdf[i] != ')'; ++i)
        if (pdf[i] >= '0' && pdf[i] <= '9') pdf[i] = '0';
    constexpr std::string_view new_year = "20000101";
    pdf.replace(at + key.size(), new_year.size(), new_year);
}

}  // namespace

std::string draw(const std::string& script, PlotFormat format, const std::string& gnuplot) {
    const TemporaryFile in = temporary_file();
    const TemporaryFile out = temporary_file();
    const TemporaryFile messages = temporary_file();
    if (std::fwrite(script.data(), 1, script.size(), in.get()) != script.size() || std::fflush(in.get()) != 0)
        throw PlotError("cannot write the temporary file for gnuplot");
    std::rewind(in.get());

    const pid_t child = start(gnuplot, in.get(), out.get(), messages.get());
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        if (errno != EINTR) throw PlotError(std::string("lost sight of gnuplot: ") + std::strerror(errno));

    std::string picture = content_of(out.get());
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || picture.empty())
        throw PlotError("gnuplot failed: " + content_of(messages.get()).substr(0, 2000));
    if (format == PlotFormat::pdf) forget_date(picture);
    return picture;
}

}  // namespace orrery::analysis
