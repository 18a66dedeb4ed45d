/// maglev: the paper's table. Names may be anything; go-maglev's are "host:port".
#include "models/hashing/rings/maglev.hpp"

#include <algorithm>
#include <memory>

#include "models/hashing/catalog.hpp"
#include "models/hashing/functions/siphash.hpp"

namespace orrery::models {

MaglevPermutation go_maglev_permutation(std::string_view name, std::uint32_t table_size) {
    const std::uint64_t hash = siphash24(name, {0xdeadbeefcafebabeu, 0});
    return maglev_permutation(hash >> 32, hash & 0xffffffffu, table_size);
}

std::vector<std::uint32_t> go_maglev_table(std::span<const std::string_view> names, std::uint32_t table_size,
                                           std::span<const std::uint32_t> dead) {
    require_prime(table_size);
    std::vector<MaglevPermutation> permutations;
    std::vector<std::uint32_t> alive;
    for (std::uint32_t i = 0; i < names.size(); ++i) {
        permutations.push_back(go_maglev_permutation(names[i], table_size));
        if (std::find(dead.begin(), dead.end(), i) == dead.end()) alive.push_back(i);
    }
    if (alive.empty()) throw RingError("no members to choose from");
    std::size_t turns = 0;
    return fill_maglev(permutations, table_size, [&] {
        const std::uint32_t who = alive[turns];
        turns = turns + 1 == alive.size() ? 0 : turns + 1;
        return who;
    });
}

namespace {

class Maglev final : public MaglevRing {
public:
    explicit Maglev(std::uint64_t table_size) : MaglevRing(table_size) {}
    std::unique_ptr<Ring> clone() const override { return std::make_unique<Maglev>(*this); }
    RingPromise promise() const override { return table_promise(RingPromise::Weights::ignored); }

private:
    std::vector<std::uint32_t> fill(std::span<const Member> list) const override {
        std::vector<std::string_view> names;
        for (const Member& member : list) names.push_back(member.name);
        return go_maglev_table(names, table_size());
    }
};

}  // namespace

Row<Ring> maglev_row() {
    return {"maglev",
            "a table that members fill in turns, each in an order of its own; even to one entry",
            "Eisenbud et al., NSDI 2016, section 3.4; go-maglev 8961b9b",
            {{maglev_table_size(65537)}},
            [](const Settings& settings) {
                return std::make_unique<Maglev>(static_cast<std::uint64_t>(settings.integer("table_size")));
            }};
}

}  // namespace orrery::models
