#include "models/hashing/hash_choice.hpp"

#include "models/hashing/catalog.hpp"

namespace orrery::models {

Child hash_child(std::string fallback) {
    Child child;
    child.name = "hash";
    child.shape = Child::Shape::policy;
    child.doc = "the hash function";
    child.family = std::string(HashFunction::family);
    child.fallback = std::move(fallback);
    return child;
}

std::unique_ptr<HashFunction> chosen_hash(const Settings& settings) {
    const Choice* choice = settings.child("hash");
    ORRERY_CHECK(choice != nullptr, "a hash function is chosen, or its fallback");
    for (const Row<HashFunction>& row : hash_functions())
        if (row.name == choice->row) return row.make(choice->settings);
    throw ParameterError("hash", "'" + choice->row + "' is none of the hash functions that ship");
}

}  // namespace orrery::models
