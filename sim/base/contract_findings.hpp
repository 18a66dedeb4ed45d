/// Broken promises, collected by the contract checks: each once, with where it was first seen.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace orrery {

class ContractFindings {
public:
    void add(const std::string& promise, const std::string& where) {
        if (std::find(seen_.begin(), seen_.end(), promise) != seen_.end()) return;
        seen_.push_back(promise);
        out_.push_back(promise + " (" + where + ")");
    }
    /// `where` is asked only if the promise is broken.
    template <class Where>
    void expect(bool holds, const char* promise, Where&& where) {
        if (!holds) add(promise, where());
    }
    std::vector<std::string> take() { return std::move(out_); }

private:
    std::vector<std::string> seen_;
    std::vector<std::string> out_;
};

}  // namespace orrery
