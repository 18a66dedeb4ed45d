#include "sim/base/catalog.hpp"

#include <doctest/doctest.h>

using namespace orrery;

namespace {

struct Shape {
    static constexpr std::string_view family = "shape";
    virtual ~Shape() = default;
    virtual int corners() const = 0;
};
struct Polygon : Shape {
    explicit Polygon(int corners_) : count(corners_) {}
    int corners() const override { return count; }
    int count;
};
struct Colour {
    static constexpr std::string_view family = "colour";
};

Row<Shape> polygon(const std::string& name) {
    return {name, "a polygon", "Euclid", Table{{{"corners", Kind::count, "3", 3, 100, "how many"}}},
            [](const Settings& settings) {
                return std::make_unique<Polygon>(static_cast<int>(settings.integer("corners")));
            }};
}

}  // namespace

TEST_CASE("a row is found by its name and makes its policy from settings") {
    Catalog catalog;
    catalog.add(polygon("polygon"));
    const auto* row = catalog.find<Shape>("polygon");
    REQUIRE(row != nullptr);
    Settings settings;
    settings.set("corners", std::int64_t{5});
    CHECK(row->make(settings)->corners() == 5);
    CHECK(row->table.parameters.at(0).name == "corners");
}

TEST_CASE("an unknown name or family is nothing") {
    Catalog catalog;
    CHECK(catalog.find<Shape>("polygon") == nullptr);
    catalog.add(polygon("polygon"));
    CHECK(catalog.find<Shape>("polygons") == nullptr);
    CHECK(catalog.find<Colour>("polygon") == nullptr);
    CHECK(catalog.rows("colour").empty());
}

TEST_CASE("rows keep the order in which they were added; families are sorted") {
    Catalog catalog;
    catalog.add(std::vector<Row<Shape>>{polygon("square"), polygon("circle")});
    catalog.add(Row<Colour>{"red", "red", "nature", {}, [](const Settings&) { return std::make_unique<Colour>(); }});
    const auto rows = catalog.rows("shape");
    REQUIRE(rows.size() == 2);
    CHECK(rows[0]->name == "square");
    CHECK(rows[1]->name == "circle");
    CHECK(catalog.families() == std::vector<std::string>{"colour", "shape"});
}

TEST_CASE("two families may use one name, one family may not") {
    Catalog catalog;
    catalog.add(polygon("red"));
    catalog.add(Row<Colour>{"red", "red", "nature", {}, [](const Settings&) { return std::make_unique<Colour>(); }});
    CHECK_THROWS_WITH_AS(catalog.add(polygon("red")), doctest::Contains("red"), InvariantBroken);
}

TEST_CASE("a copied catalog grows on its own") {
    Catalog catalog;
    catalog.add(polygon("square"));
    Catalog copy = catalog;
    copy.add(polygon("circle"));
    CHECK(catalog.find<Shape>("circle") == nullptr);
    CHECK(copy.find<Shape>("square") != nullptr);
}
