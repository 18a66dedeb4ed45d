// HAProxy's hash functions, and the Mersenne twister; expectations by an independent implementation in Python.
#include "models/hashing/functions/haproxy_hash.hpp"

#include <doctest/doctest.h>

#include "models/hashing/functions/mersenne_twister.hpp"
#include "tests/hashing/rings.hpp"

using namespace orrery::models;
using namespace orrery::testing;

TEST_CASE("sdbm, djb2 and wt6 take bytes as unsigned, and any number of them") {
    struct Expected {
        std::uint32_t sdbm, djb2, wt6;
    };
    const std::vector<Expected> expected = {
        {0u, 5381u, 4187620192u},
        {97u, 177670u, 1900802597u},
        {3333924925u, 320523272u, 3373133968u},
        {956592258u, 556066607u, 3971004546u},
        {956592259u, 556066608u, 4021336202u},
        {956592260u, 556066609u, 4004559026u},
        {2123346049u, 193663202u, 384066669u},
        {0u, 177573u, 1892670053u},
        {0u, 5859909u, 850946029u},
        {2770132845u, 3004749124u, 2503586072u},
        {925523308u, 4186564527u, 1285641346u},
        {1016266827u, 344584286u, 2640173503u},
        {3886153882u, 3052633221u, 383754979u},
        {3869646635u, 1278494906u, 282709072u},
        {3792481280u, 3535626341u, 62774962u},
        {1293833323u, 711552368u, 3789518922u},
        {1723372544u, 2856006437u, 71879434u},
        {2703892497u, 1670813170u, 4107033497u},
        {2163299019u, 279761322u, 3840432616u},
        {698531047u, 653001896u, 3492394281u},
        {2771449858u, 428897837u, 2046751549u},
        {905216293u, 289511088u, 319239624u},
        {1828572550u, 244625337u, 2079927410u},
        {2622528368u, 275322895u, 1495567774u},
    };
    const auto keys = keys_of_all_kinds();
    REQUIRE(keys.size() == expected.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        CAPTURE(keys[i]);
        CHECK(sdbm(keys[i]) == expected[i].sdbm);
        CHECK(djb2(keys[i]) == expected[i].djb2);
        CHECK(wt6(keys[i]) == expected[i].wt6);
    }
}

TEST_CASE("HAProxy's full hash mixes a word") {
    const std::vector<std::pair<std::uint32_t, std::uint32_t>> expected = {
        {0u, 2874071335u},         {1u, 881230262u},           {2u, 3798448204u},          {3u, 1332612764u},
        {15u, 3967445036u},        {16u, 425555844u},          {255u, 1649002269u},        {4095u, 3963344637u},
        {4096u, 1237450891u},      {4097u, 2761370759u},       {8192u, 1079705203u},       {65535u, 118124268u},
        {65536u, 2408443876u},     {1000000u, 3482351182u},    {2147483647u, 2874623153u}, {2147483648u, 4269489170u},
        {2147483649u, 576046949u}, {3735928559u, 4293978842u}, {4294967294u, 4263365314u}, {4294967295u, 2120532354u},
        {123456789u, 2578161185u}};
    for (const auto& [word, hash] : expected) CHECK(haproxy_full_hash(word) == hash);
}

TEST_CASE("the Mersenne twister's ten thousandth number is the one that the C++ standard gives") {
    MersenneTwister twister(5489);
    CHECK(twister.next() == 3499211612u);
    for (int i = 0; i < 9998; ++i) twister.next();
    CHECK(twister.next() == 4123659995u);  // [rand.predef]
    CHECK(MersenneTwister(0).next() == 2357136044u);
    CHECK(MersenneTwister(0xffffffffu).next() == 419326371u);
}
