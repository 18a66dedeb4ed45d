#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <map>
#include <string>

#include "distribution_samples.hpp"

using namespace orrery;
using namespace orrery::testing;

namespace {

// The first sixteen draws from RandomStream(2024), computed once on x86-64 with g++ 12 at -O2.
const std::map<std::string, std::array<double, 16>>& golden() {
    static const std::map<std::string, std::array<double, 16>> draws{
        {"constant",
         {0x1.f4p+7, 0x1.f4p+7, 0x1.f4p+7, 0x1.f4p+7, 0x1.f4p+7, 0x1.f4p+7, 0x1.f4p+7, 0x1.f4p+7, 0x1.f4p+7, 0x1.f4p+7,
          0x1.f4p+7, 0x1.f4p+7, 0x1.f4p+7, 0x1.f4p+7, 0x1.f4p+7, 0x1.f4p+7}},
        {"exponential",
         {0x1.c184b9063c951p+6, 0x1.25b1dee4fb36ap+4, 0x1.f6794d9974534p+6, 0x1.0243ca26f4d2ep+6, 0x1.6aae50b1510bfp+8,
          0x1.f8c9bd2b72037p+5, 0x1.7dfc97b78f957p+5, 0x1.b18c799383ea3p+7, 0x1.03e55ab3848f7p+7, 0x1.4592bf577f35cp+8,
          0x1.488dd915cf52p+8, 0x1.903d200d5408ap+9, 0x1.442465b774b6ap+8, 0x1.09fea03c700fcp+8, 0x1.4d3d07e17472ap+6,
          0x1.2d4bb68a7ba92p+7}},
        {"uniform",
         {0x1.6748f3e836b2ap+4, 0x1.7e3a79d3b4acep+3, 0x1.ff16b7de5e251p+3, 0x1.8a5c08b1b4855p+3, 0x1.a9c8f1bebd93dp+4,
          0x1.50c65a48c396bp+4, 0x1.9785b87b38708p+3, 0x1.5ed4840e4035cp+4, 0x1.ac10c630e528bp+3, 0x1.28981a6613438p+4,
          0x1.33b2a9af346ap+4, 0x1.abd5cc7ffc4f4p+4, 0x1.ae1657d22adf9p+4, 0x1.73ab34b9d0489p+4, 0x1.9d27a33038954p+3,
          0x1.7c68686ec78ccp+4}},
        {"normal far from zero",
         {0x1.a71c1edcda035p+6, 0x1.93b5757171664p+6, 0x1.7d95111404882p+6, 0x1.986f0c054669fp+6, 0x1.5ba1e75dc6b3ep+6,
          0x1.9f7b7ff01f54bp+6, 0x1.978df16d08e9bp+6, 0x1.6e42803ce3867p+6, 0x1.813747fc5e1p+6, 0x1.6ad126c1bc394p+6,
          0x1.6959fdb707adap+6, 0x1.3d1999a4d03a3p+6, 0x1.5eaa79ba54544p+6, 0x1.68454eb2d9593p+6, 0x1.85407e1b4e1acp+6,
          0x1.acbb3bef266edp+6}},
        {"normal near zero",
         {0x1.58e0f6e6d01a7p+3, 0x1.7b57571716642p+2, 0x1.95111404881bp-2, 0x1.c6f0c054669f1p+2, 0x1.1bdbff80faa5ap+3,
          0x1.b8df16d08e9b5p+2, 0x1.4dd1ff1784018p+0, 0x1.280fc369c358p+1, 0x1.85d9df7933768p+3, 0x1.904b6886acdf8p+4,
          0x1.b843c51f86f58p+3, 0x1.4a64bc2fba2bep+3, 0x1.7afff97e0b9c5p+3, 0x1.e6b3d8f46f9a9p+3, 0x1.ef1424eab994p+3,
          0x1.9e596a8e0264dp+2}},
        {"normal at zero",
         {0x1.27ce57d7b35d8p-1, 0x1.7bc893c6f5b42p-4, 0x1.afcf344148637p-3, 0x1.8c5998032211fp-2, 0x1.82c9e29b61f0fp-3,
          0x1.6fc2ff2852574p-1, 0x1.003c539ef0b2dp+1, 0x1.c06c6e98d7ef4p-1, 0x1.10a12d1929dfdp-1, 0x1.5e665bfcdf608p-1,
          0x1.055cad9059487p+0, 0x1.0c101d8894766p+0, 0x1.2deaee933adc3p-3, 0x1.2191cf25f6a07p+0, 0x1.86e85467a8ccdp-1,
          0x1.92aea4497accep-2}},
        {"lognormal by median and sigma",
         {0x1.ab2cd553785cfp+5, 0x1.4f2f3eea87396p+5, 0x1.fc6392e61fcfcp+4, 0x1.6393d69f93a43p+5, 0x1.4c93e6b3099f4p+4,
          0x1.84540f121284cp+5, 0x1.5fb0cb1d54d62p+5, 0x1.a3c6046ca24f5p+4, 0x1.0a01a1c2c657cp+5, 0x1.92178628f2d9dp+4,
          0x1.8acb1406b9263p+4, 0x1.c61f2bf112383p+3, 0x1.596e4552e167fp+4, 0x1.857ed97c5705ep+4, 0x1.17c547457a1a8p+5,
          0x1.ca45ad93cf218p+5}},
        {"lognormal by mean and cv",
         {0x1.c98df8e86b51dp+6, 0x1.318aa59bb9b35p+6, 0x1.818f1ff99985bp+5, 0x1.511dfcb732662p+6, 0x1.7c657b83949fap+4,
          0x1.866336e690d7ep+6, 0x1.4b00dd4727d8fp+6, 0x1.18468fd73e8e3p+5, 0x1.9fd99d2be2aa6p+5, 0x1.04e4fe5e696d8p+5,
          0x1.fa1d173d50075p+4, 0x1.92f86b5c29cf9p+3, 0x1.9530425903e5bp+4, 0x1.eedafe656f8cep+4, 0x1.c44ae286309b7p+5,
          0x1.012cad483d2fdp+7}},
        {"pareto",
         {0x1.a41f59982df96p+1, 0x1.85ae385254a34p+1, 0x1.a8987cf9567b9p+1, 0x1.945b1e72de393p+1, 0x1.00a19789bcebap+2,
          0x1.93e1a5b755b26p+1, 0x1.8ef3b937e392ap+1, 0x1.c8b7547d4b022p+1, 0x1.aa119f3288a3cp+1, 0x1.f23fe532d0c4ap+1,
          0x1.f3706e0e542fep+1, 0x1.6c43724b3f3e5p+2, 0x1.f1adf3ab6d3d2p+1, 0x1.db0f03540bb68p+1, 0x1.9a76fea8dc4c6p+1,
          0x1.b12ee9a17b52p+1}},
        {"pareto without variance",
         {0x1.0316f6a487ae8p+2, 0x1.93439c2f8ef22p+1, 0x1.0c665e1522c98p+2, 0x1.c826183cc9272p+1, 0x1.f90b2051caafp+2,
          0x1.c65df37917911p+1, 0x1.b424c02d9c236p+1, 0x1.5641a781af332p+2, 0x1.0f843f895770cp+2, 0x1.c975e6cad6e9ap+2,
          0x1.cd1c837cb265cp+2, 0x1.95c754dd4387bp+4, 0x1.c7b7d837bf106p+2, 0x1.8642ae4407a42p+2, 0x1.df8711df1301ep+1,
          0x1.1eecf5eaab8cbp+2}},
        {"bounded pareto",
         {0x1.299cc3029e207p+2, 0x1.1827047043c7dp+1, 0x1.5d796a07011ddp+1, 0x1.1d6e5c043650fp+1, 0x1.1cdf0fa20d646p+3,
          0x1.0177777a412f9p+2, 0x1.236681f31fe72p+1, 0x1.191372b11df04p+2, 0x1.2d4287595f695p+1, 0x1.a074288ab8c7ep+1,
          0x1.b781d2579b35bp+1, 0x1.257612a74c9bfp+3, 0x1.2f8c32b4b19acp+3, 0x1.45e745158e378p+2, 0x1.2609217098bbep+1,
          0x1.5d8aa1dde877dp+2}},
        {"bounded pareto of shape 1",
         {0x1.3e4b07ac554a8p+2, 0x1.1a5b1822ba454p+1, 0x1.66dc937c0000ap+1, 0x1.2023879519bbp+1, 0x1.3bd2aceed2debp+3,
          0x1.10874f599b592p+2, 0x1.26b00874ed2c9p+1, 0x1.2b6893234fa56p+2, 0x1.31866c9239f48p+1, 0x1.b1bd066f85642p+1,
          0x1.cbaeaf26106ccp+1, 0x1.45b57319310bbp+3, 0x1.514e936637e0cp+3, 0x1.5eb0e59ca2068p+2, 0x1.2994eeea8e4dfp+1,
          0x1.79d48b9f665f8p+2}},
        {"bounded pareto of shape 2",
         {0x1.a041c5abba3dcp+1, 0x1.0d6913b000145p+1, 0x1.3190534e0e4c4p+1, 0x1.104768090cbcp+1, 0x1.35c31c6756cep+2,
          0x1.7e469e0769fcdp+1, 0x1.137f57f308c5ap+1, 0x1.9275832988417p+1, 0x1.18c1beca9389ap+1, 0x1.51f2aa16a510dp+1,
          0x1.5ca2c78c1fa15p+1, 0x1.3bbb8a60bca41p+2, 0x1.42b4cd02b3ef6p+2, 0x1.b74c92ba4d52fp+1, 0x1.14e8f385ef136p+1,
          0x1.ca12b9bea2936p+1}},
        {"weibull that gets rarer",
         {0x1.fe8ed3589a0d7p+4, 0x1.32e2a2b65faccp+1, 0x1.2b4d3d6ea14c4p+5, 0x1.cea3d5607991bp+3, 0x1.544d77d0cfd4bp+7,
          0x1.bfb09788fcf36p+3, 0x1.2ca16e6e739ebp+3, 0x1.4646be446c2efp+6, 0x1.3a2579115b267p+5, 0x1.23acdb8f5eccap+7,
          0x1.277f691daaacep+7, 0x1.079f73aab18c8p+9, 0x1.21d86ee881746p+7, 0x1.b50dee285c1a4p+6, 0x1.4cebd4cd020ap+4,
          0x1.84013d072122fp+5}},
        {"weibull that wears out",
         {0x1.0c2f3e8795666p+6, 0x1.b18c86d3de176p+4, 0x1.1b8aa377fa1b5p+6, 0x1.968ede786179bp+5, 0x1.e1c8b1de2cad5p+6,
          0x1.91e9209c62daap+5, 0x1.5d9f4df12924ep+5, 0x1.7478e6d66ca2cp+6, 0x1.2062e8843ec89p+6, 0x1.c878e20aae276p+6,
          0x1.ca8e9e8904815p+6, 0x1.65e0ad2223edap+7, 0x1.c777c73e6579p+6, 0x1.9c98eb42c2131p+6, 0x1.cdd07f233469ep+5,
          0x1.3681cf6c58e7dp+6}},
        {"gamma",
         {0x1.e8cbc5d7af25cp+6, 0x1.1d606fd69a94ep+6, 0x1.51896b9d8e98fp+5, 0x1.94086c41da078p+6, 0x1.2c59671336ac8p+6,
          0x1.a60cfa26ecd35p+5, 0x1.6325fc161a8bep+5, 0x1.3d95559569731p+6, 0x1.c18aeaedd4c53p+7, 0x1.cc7598bd925b2p+5,
          0x1.00f92e1d501a9p+7, 0x1.1a38898c30b32p+5, 0x1.8ba04fd24ca7dp+6, 0x1.1770e5d599936p+6, 0x1.32a5431a17efcp+6,
          0x1.0a93e9b3557a3p+7}},
        {"gamma of small shape",
         {0x1.9cebb478bbfc4p+6, 0x1.55cb143c2ca39p+7, 0x1.128990c3b1914p+6, 0x1.3a325e3bf91f5p-9, 0x1.4e6e5e357ebb2p+4,
          0x1.40cf2426e1e11p+3, 0x1.0726902c368cp+6, 0x1.cf70df303a989p+1, 0x1.abd4ba1cc7368p+4, 0x1.11ac64124687ep+6,
          0x1.3b9ed54ee07edp+9, 0x1.be428a3222ff2p+4, 0x1.e95ce69594079p-2, 0x1.10e050cdb8b9dp+5, 0x1.02e3d24a124dp-12,
          0x1.aceafa10a49b2p+4}},
        {"bernoulli",
         {0x0p+0, 0x1.4p+3, 0x0p+0, 0x1.4p+3, 0x0p+0, 0x0p+0, 0x1.4p+3, 0x0p+0, 0x1.4p+3, 0x0p+0, 0x0p+0, 0x0p+0,
          0x0p+0, 0x0p+0, 0x1.4p+3, 0x0p+0}},
        {"bimodal",
         {0x1p+0, 0x1.9p+6, 0x1p+0, 0x1p+0, 0x1p+0, 0x1p+0, 0x1p+0, 0x1p+0, 0x1p+0, 0x1p+0, 0x1p+0, 0x1p+0, 0x1p+0,
          0x1p+0, 0x1p+0, 0x1p+0}},
        {"hyperexponential",
         {0x1.f019564836507p+1, 0x1.b4407960cf41bp+3, 0x1.aa55cb4670b82p+3, 0x1.6e2aeba5ee8f1p+5, 0x1.12f933b4be3dcp+6,
          0x1.5208ded312f8bp+7, 0x1.c14f0e13583f5p+5, 0x1.fcf02f8db177p+4, 0x1.24f8a025a0a28p+10, 0x1.df9ce5f3e48ecp+5,
          0x1.3f920e1cb4e1dp+4, 0x1.3bdca0d88fcb5p+6, 0x1.8ae7111c863afp+5, 0x1.bbd8d0818087dp+5, 0x1.0e93d64e9b9dfp+4,
          0x1.38ae4edae4c79p+4}},
        {"discrete",
         {0x1p+1, 0x1p+0, 0x1p+0, 0x1p+0, 0x1.4p+3, 0x1p+1, 0x1p+0, 0x1p+1, 0x1p+0, 0x1p+1, 0x1p+1, 0x1.4p+3, 0x1.4p+3,
          0x1p+0, 0x1p+0, 0x1.4p+3}},
        {"empirical",
         {0x1.8p+2, 0x1p+2, 0x1p+3, 0x1p+2, 0x1p+1, 0x1.8p+2, 0x1p+2, 0x1.8p+2, 0x1p+2, 0x1p+3, 0x1p+3, 0x1p+1, 0x1p+1,
          0x1.8p+2, 0x1p+2, 0x1.8p+2}},
    };
    return draws;
}

}  // namespace

TEST_CASE("every distribution draws the same bits everywhere") {
    for (const Sample& sample : samples()) {
        CAPTURE(sample.name);
        const auto expected = golden().find(sample.name);
        REQUIRE(expected != golden().end());
        RandomStream random(2024);
        for (const double draw : expected->second)
            CHECK(std::bit_cast<std::uint64_t>(sample.distribution.draw(random)) == std::bit_cast<std::uint64_t>(draw));
    }
}
