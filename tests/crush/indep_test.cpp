/// What `indep` promises when a device goes out, and `firstn` does not (Ceph's documentation of CRUSH rules: with
/// firstn a list 1 2 3 4 5 of which 3 goes out becomes 1 2 4 5 6, with indep 1 2 6 4 5: erasure-coded pools need it,
/// for the place of a device in the list says which shard it holds).
///
/// It follows from the definition. Place p of attempt f is looked up with r = p + replicas * f, whatever the other
/// places find. The hash does not know which devices are out. So with equal devices d of n, one of which goes out, and
/// x for which place p held it,
/// - every other place finds what it found before, except where the device that now fills p was, later in the search,
///   found by another place, which collides and looks on in turn: `a chain`;
/// - where p's own place is not the one of device d, nothing changes at all.
/// With firstn replica p is looked up with r = p + failures, so that p finds what p + 1 found before, and so on: the
/// replicas behind it move up unless they collided.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "models/hashing/crush/crush_choose.hpp"
#include "models/hashing/functions/rjenkins.hpp"

using namespace orrery;
using namespace orrery::models;
