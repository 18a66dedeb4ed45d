/// Reads a scenario against the one table that describes everything a file may hold.
///
///     Document document = parse(text, "quickstart.yaml");
///     apply_overrides(document, {{"cluster.link.latency", "50us"}});        // --set, if any
///     const Settings settings = load(document, top, catalog);     // throws with every error there is
///
/// `load` knows no section by name: `Table` and `Catalog` say which keys there are, of which kind, in which
/// range, with which default. What it gives back therefore has a checked value for every parameter (but
/// those whose default is the empty text, which may be absent) and every child that must be there.
///
/// Beyond what sim/base/parameter.hpp says:
/// - a mapping of a policy child with a `fallback` may leave its key out: {d: 3} for {policy: power_of_d, d: 3};
/// - `fallback` of a measured policy may also be a value ("20us"), short for the row `constant` with it;
/// - a section with a `fallback` (any text) that is not given is read as an empty one: its defaults count, and
///   what has none is missing;
/// - the row `constant` takes a scalar's value in its first parameter of kind `quantity`.
#pragma once

#include <memory>

#include "scenarios/format/document.hpp"
#include "sim/base/catalog.hpp"

namespace orrery {

/// All values of `document` by `top`. Throws `ScenarioError` with all errors, those of `parse` and `apply_overrides`
/// included. O(n log n) in the size of the document. A table that contradicts itself (a default out of its
/// own range, a fallback row that does not exist) breaks an invariant.
Settings load(const Document& document, const Table& top, const Catalog& catalog);

/// Makes the policy that a scenario has chosen. What `make` has against the parameters (`ParameterError`)
/// is added to `errors` where the parameter stands, and null is returned. `errors` is best a copy of
/// `document.errors`, which knows the file; throw_if_any() when all is built.
template <class Policy>
std::unique_ptr<Policy> build(const Choice& choice, const Catalog& catalog, Errors& errors) {
    const Row<Policy>* row = catalog.find<Policy>(choice.row);
    ORRERY_CHECK(row != nullptr, "a choice names the row " + choice.row + ", which its catalog does not have");
    try {
        return row->make(choice.settings);
    } catch (const ParameterError& error) {
        errors.add(choice.settings.where(error.parameter()), "'" + error.parameter() + "': " + error.message());
        return nullptr;
    }
}

}  // namespace orrery
