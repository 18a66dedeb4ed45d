// The map: where keys are read and written, step by step, and who copies what to whom.
#include "models/partitioning/store/store_map.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "models/partitioning/store/item_table.hpp"
#include "test_ring.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::test;

namespace {

std::shared_ptr<const Layout> layout_of(std::size_t all, std::size_t first, std::uint32_t partitions) {
    auto spec = std::make_shared<Layout::Spec>();
    spec->keys = std::make_shared<KeySpace>(
        partitions == 0 ? KeySpace::slices(4) : KeySpace::partitions(std::make_unique<TestPartitioner>(partitions)));
    spec->members = members_of(all);
    spec->replicas = 3;
    auto ring = std::make_unique<TestRing>();
    ring->reset(std::span(spec->members).first(first));
    return Layout::first(spec, std::move(ring));
}

MapChange change(const StoreMap& map, MapChange::Kind kind, std::size_t member = 0) {
    MapChange change;
    change.kind = kind;
    change.version = map.version() + 1;
    change.member = MemberId(member);
    change.units = {UnitId(0u), static_cast<std::uint32_t>(map.units())};
    return change;
}

struct Where {
    std::set<std::uint32_t> old;
    std::set<std::uint32_t> fresh;
};

Where where(const StoreMap& map, std::uint64_t key) {
    MemberArray old;
    MemberArray fresh;
    const StoreMap::Place place = map.place(key, old, fresh);
    Where out;
    for (std::size_t i = 0; i < place.olds; ++i) out.old.insert(old[i].value);
    for (std::size_t i = 0; i < place.news; ++i) out.fresh.insert(fresh[i].value);
    return out;
}

}  // namespace

TEST_CASE("a settled key has its replicas; one that moves has old ones and new ones; then the new ones") {
    for (const std::uint32_t partitions : {0u, 8u}) {
        StoreMap map(layout_of(6, 5, partitions));
        std::vector<Where> before;
        for (std::uint64_t key = 0; key < 50; ++key) before.push_back(where(map, key));
        map.apply(change(map, MapChange::Kind::joined, 5));
        CHECK(map.moving());
        for (std::uint64_t key = 0; key < 50; ++key) {
            CHECK(where(map, key).old == before[key].old);
            CHECK(where(map, key).fresh.empty());
        }
        map.apply(change(map, MapChange::Kind::copying));
        std::size_t moved = 0;
        for (std::uint64_t key = 0; key < 50; ++key) {
            CHECK(where(map, key).old == before[key].old);
            CHECK(where(map, key).fresh.size() == 3);
            moved += where(map, key).fresh == before[key].old ? 0 : 1;
        }
        CHECK(moved > 0);
        map.apply(change(map, MapChange::Kind::handing_over));
        map.apply(change(map, MapChange::Kind::settled));
        CHECK(!map.moving());
        MemberArray expected;
        for (std::uint64_t key = 0; key < 50; ++key) {
            map.newest().replicas(key, map.unit_of(key), std::span(expected).first(3));
            CHECK(where(map, key).old == std::set{expected[0].value, expected[1].value, expected[2].value});
        }
    }
}

TEST_CASE("who takes the place of one that leaves is given what this one has; of one that died, what all have") {
    for (const bool dies : {false, true}) {
        StoreMap map(layout_of(6, 6, 0));
        map.apply(change(map, dies ? MapChange::Kind::died : MapChange::Kind::left, 2));
        map.apply(change(map, MapChange::Kind::copying));
        std::size_t moved = 0;
        for (std::uint64_t key = 0; key < 100; ++key) {
            const Where here = where(map, key);
            CHECK(here.old.contains(2) ==
                  (!dies && !here.fresh.contains(2) && here.old.size() == 3 && here.old != here.fresh));
            std::set<std::uint32_t> from;
            map.copy_sources(key, {3, 2, 2}, [&](MemberId source, MemberId target) {
                from.insert(source.value);
                CHECK(here.fresh.contains(target.value));
                CHECK(!here.old.contains(target.value));
            });
            if (here.old == here.fresh) {
                CHECK(from.empty());
                continue;
            }
            ++moved;
            if (dies) {
                CHECK(from == here.old);
                CHECK(here.old.size() == 2);
            } else {
                CHECK(from == std::set<std::uint32_t>{2});
            }
            // Where writes go to all, one of them is enough.
            from.clear();
            map.copy_sources(key, {3, 1, 3}, [&](MemberId source, MemberId) { from.insert(source.value); });
            CHECK(from.size() == 1);
        }
        CHECK(moved > 20);
    }
}

TEST_CASE("a member that died and came back does not count before its keys have been copied to it") {
    StoreMap map(layout_of(5, 5, 8));
    map.apply(change(map, MapChange::Kind::died, 1));
    map.apply(change(map, MapChange::Kind::joined, 1));
    std::size_t without = 0;
    for (std::uint64_t key = 0; key < 50; ++key) {
        CHECK(!where(map, key).old.contains(1));
        without += where(map, key).old.size() == 2 ? 1 : 0;
    }
    CHECK(without > 0);
    map.apply(change(map, MapChange::Kind::copying));
    map.apply(change(map, MapChange::Kind::handing_over));
    map.apply(change(map, MapChange::Kind::settled));
    for (std::uint64_t key = 0; key < 50; ++key) CHECK(where(map, key).old.size() == 3);
}

TEST_CASE("a layout is made once for all who ask, and joining again gives the layout of before") {
    const auto first = layout_of(6, 5, 8);
    const auto with = first->with(MemberId(5u));
    CHECK(first->with(MemberId(5u)) == with);
    const auto again = with->without(MemberId(5u));
    MemberArray one;
    MemberArray other;
    for (std::uint64_t key = 0; key < 20; ++key) {
        const UnitId unit = first->spec().keys->unit_of(key);
        first->replicas(key, unit, std::span(one).first(3));
        again->replicas(key, unit, std::span(other).first(3));
        CHECK(std::equal(one.begin(), one.begin() + 3, other.begin()));
    }
}

TEST_CASE("more replicas answer a write where there are more, so that a read of as many as before sees it") {
    const Quorums all{3, 1, 3};
    CHECK(all.writes_of(3) == 3);
    CHECK(all.writes_of(6) == 6);
    const Quorums majority{3, 2, 2};
    CHECK(majority.writes_of(3) == 2);
    CHECK(majority.writes_of(5) == 4);
    const Quorums weak{3, 1, 1};
    CHECK(weak.writes_of(6) == 1);
}

TEST_CASE("a partitioner that looks at more than the key is refused") {
    class Chance final : public Partitioner {
    public:
        std::unique_ptr<Partitioner> clone() const override { return std::make_unique<Chance>(*this); }
        void reset(std::uint32_t) override {}
        std::uint32_t partitions() const override { return 4; }
        std::size_t memory_bytes() const override { return 0; }
        PartitionerPromise promise() const override {
            PartitionerPromise promise;
            promise.depends_on = PartitionerPromise::DependsOn::chance;
            return promise;
        }
    };
    CHECK_THROWS_AS(KeySpace::partitions(std::make_unique<Chance>()), PartitionError);
}

TEST_CASE("a table of items holds what was put in and not taken out, at any load") {
    ItemTable table;
    std::map<std::uint64_t, std::uint32_t> model;
    RandomStream random(3);
    for (int i = 0; i < 40'000; ++i) {
        const std::uint64_t key = random.below(500) << (random.below(2) * 40);
        if (random.below(2) == 0) {
            const auto size = static_cast<std::uint32_t>(random.below(100));
            table.set(key, {i, 0}, size);
            model[key] = size;
        } else {
            table.erase(key);
            model.erase(key);
        }
        if (i % 1'000 != 0) continue;
        std::int64_t bytes = 0;
        for (const auto& [one, size] : model) {
            REQUIRE(table.find(one) != nullptr);
            CHECK(table.find(one)->size == size);
            bytes += size;
        }
        CHECK(table.size() == model.size());
        CHECK(table.bytes() == bytes);
        CHECK(table.keys([](std::uint64_t) { return true; }).size() == model.size());
    }
}
