/// Catalogs: which policies there are, as a value.
///
/// A row is a policy's name in scenario files, in `orrery list`, in reports and in the contract test.
/// A family is an interface with a `static constexpr std::string_view family`; the catalog keeps rows of
/// any number of families and knows none of them. `builtin()` in scenarios/ collects the rows that ship;
/// a program of one's own adds to it:
///
///     auto catalog = orrery::builtin();
///     catalog.add(orrery::Row<orrery::models::Dispatcher>{"mine", "what it is", "where from", {}, make});
///     return orrery::main(argc, argv, catalog);
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/parameter.hpp"

namespace orrery {

/// What everybody may know about a row.
struct RowInfo {
    std::string name;     ///< as scenario files write it, snake_case
    std::string summary;  ///< one line
    std::string source;   ///< the paper (section) or system (version) it comes from
    Table table;          ///< what may stand beside the row's name
};

template <class Policy>
struct Row : RowInfo {
    using Make = std::function<std::unique_ptr<Policy>(const Settings&)>;
    Row(std::string name_, std::string summary_, std::string source_, Table table_, Make make_)
        : RowInfo{std::move(name_), std::move(summary_), std::move(source_), std::move(table_)},
          make(std::move(make_)) {}
    Make make;
};

class Catalog {
public:
    /// Adds a row to its family. A name that the family has already breaks an invariant.
    template <class Policy>
    void add(Row<Policy> row) {
        ORRERY_CHECK(find<Policy>(row.name) == nullptr,
                     "the catalog of family " + std::string(Policy::family) + " has two rows named " + row.name);
        families_[std::string(Policy::family)].push_back(std::make_shared<const Row<Policy>>(std::move(row)));
    }

    template <class Policy>
    void add(std::vector<Row<Policy>> rows) {
        for (auto& row : rows) add(std::move(row));
    }

    /// The row, or null.
    template <class Policy>
    const Row<Policy>* find(std::string_view name) const {
        const auto family = families_.find(Policy::family);
        if (family == families_.end()) return nullptr;
        for (const auto& row : family->second)
            if (row->name == name) return static_cast<const Row<Policy>*>(row.get());
        return nullptr;
    }

    /// Rows of a family in the order they were added; empty for an unknown family.
    std::vector<const RowInfo*> rows(std::string_view family) const {
        std::vector<const RowInfo*> out;
        if (const auto found = families_.find(family); found != families_.end())
            for (const auto& row : found->second) out.push_back(row.get());
        return out;
    }

    /// Names of the families, sorted.
    std::vector<std::string> families() const {
        std::vector<std::string> out;
        for (const auto& [name, rows] : families_) out.push_back(name);
        return out;
    }

private:
    std::map<std::string, std::vector<std::shared_ptr<const RowInfo>>, std::less<>> families_;
};

}  // namespace orrery
