#include "sim/base/check.hpp"

namespace orrery {

void invariant_broken(const char* file, int line, const char* condition, const std::string& what) {
    std::string path = file;
    // The checkout's place is no part of the message: the same bug reads the same everywhere.
    for (const char* top : {"/sim/", "/models/", "/scenarios/", "/analysis/", "/tests/"}) {
        if (const auto at = path.rfind(top); at != std::string::npos) {
            path.erase(0, at + 1);
            break;
        }
    }
    throw InvariantBroken(path + ":" + std::to_string(line) + ": " + what + " (" + condition + ")");
}

}  // namespace orrery
