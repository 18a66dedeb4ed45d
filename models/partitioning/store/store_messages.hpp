/// What clients, nodes and the coordinator of a store say to each other. All are small and trivially copyable; item
/// contents are lengths (`Filler`).
///
///     client --Get/Set--> node --Found/Stored | Redirect | NotServing--> client
///     client --FetchMap--> coordinator --Published...--> client
///     node --Renew--> coordinator --Lease--> node
///     coordinator --Fence--> node --Fenced--> coordinator
///     coordinator --CopyOut--> node --CopyItem...--> node --CopyTaken--> node --CopiedOut--> coordinator
///     coordinator --Drop--> node --Dropped--> coordinator
#pragma once

#include <cstdint>
#include <type_traits>
#include <variant>

#include "models/partitioning/store/map_change.hpp"
#include "models/partitioning/store/store_port.hpp"

namespace orrery::models {

/// `map` is the version of the map by which the sender chose the receiver, `unit` what the key belongs to.
struct Get {
    std::uint64_t call = 0;
    std::uint64_t key = 0;
    Duration work{};
    std::uint32_t map = 0;
    UnitId unit;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.call), field(self.key), field(self.work), field(self.map), field(self.unit);
    }
    friend bool operator==(const Get&, const Get&) = default;
};

struct Found {
    std::uint64_t call = 0;
    ItemVersion version;
    enum class What : std::uint8_t { item, nothing } what = What::item;
    Filler body = {};
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.call), field(self.version), field(self.what), field(self.body);
    }
    friend bool operator==(const Found&, const Found&) = default;
};

struct Set {
    std::uint64_t call = 0;
    std::uint64_t key = 0;
    ItemVersion version;
    Duration work{};
    std::uint32_t map = 0;
    UnitId unit;
    Filler body = {};
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.call), field(self.key), field(self.version), field(self.work), field(self.map), field(self.unit),
            field(self.body);
    }
    friend bool operator==(const Set&, const Set&) = default;
};

struct Stored {
    std::uint64_t call = 0;
    enum class What : std::uint8_t { stored, full } what = What::stored;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.call), field(self.what);
    }
    friend bool operator==(const Stored&, const Stored&) = default;
};

/// Node to client: the map that you chose me by is out of date for this unit; it has changed in version `map`.
struct Redirect {
    std::uint64_t call = 0;
    std::uint32_t map = 0;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.call), field(self.map);
    }
    friend bool operator==(const Redirect&, const Redirect&) = default;
};

/// Node to client: I do not hold a lease (yet, or any more).
struct NotServing {
    std::uint64_t call = 0;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.call);
    }
    friend bool operator==(const NotServing&, const NotServing&) = default;
};

/// To the coordinator: tell me all changes of the map after version `known`.
struct FetchMap {
    std::uint32_t known = 0;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.known);
    }
    friend bool operator==(const FetchMap&, const FetchMap&) = default;
};

/// One change; `latest` is the newest version that there is. With `change.version` 0: there is nothing new.
struct Published {
    MapChange change;
    std::uint32_t latest = 0;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.change), field(self.latest);
    }
    friend bool operator==(const Published&, const Published&) = default;
};

/// Coordinator to node: from now on serve nobody whose map is older than `map` on these units.
struct Fence {
    UnitRange units;
    std::uint32_t map = 0;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.units), field(self.map);
    }
    friend bool operator==(const Fence&, const Fence&) = default;
};
struct Fenced {
    UnitRange units;
    std::uint32_t map = 0;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.units), field(self.map);
    }
    friend bool operator==(const Fenced&, const Fenced&) = default;
};

/// Node to coordinator: I am alive as of `asked` (my clock), the life that began at `born`.
struct Renew {
    Time asked{};
    Time born{};
    std::uint32_t admission = 0;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.asked), field(self.born), field(self.admission);
    }
    friend bool operator==(const Renew&, const Renew&) = default;
};

/// Coordinator to node: serve for the length of a lease from `asked` on. A new `admission` starts the node over: it
/// serves nobody whose map is older than `map`, and keeps or gives up what it holds.
struct Lease {
    Time asked{};
    std::uint32_t admission = 0;
    std::uint32_t map = 0;
    enum class Items : std::uint8_t { kept, given_up } items = Items::kept;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.asked), field(self.admission), field(self.map), field(self.items);
    }
    friend bool operator==(const Lease&, const Lease&) = default;
};

/// Coordinator to node: copy what these units' new replicas lack and you are to give, by the map of version `map`.
struct CopyOut {
    UnitRange units;
    std::uint32_t map = 0;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.units), field(self.map);
    }
    friend bool operator==(const CopyOut&, const CopyOut&) = default;
};

/// Node to node: item `index` of the `count` of a batch.
struct CopyItem {
    std::uint64_t key = 0;
    ItemVersion version;
    std::uint64_t batch = 0;
    std::uint8_t index = 0;
    std::uint8_t count = 0;
    Filler body = {};
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.key), field(self.version), field(self.batch), field(self.index), field(self.count), field(self.body);
    }
    friend bool operator==(const CopyItem&, const CopyItem&) = default;
};
/// The item was taken, and is as durable as a write that was acknowledged.
struct CopyTaken {
    std::uint64_t batch = 0;
    std::uint8_t index = 0;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.batch), field(self.index);
    }
    friend bool operator==(const CopyTaken&, const CopyTaken&) = default;
};
/// Node to coordinator: all of it was taken.
struct CopiedOut {
    UnitRange units;
    std::uint32_t map = 0;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.units), field(self.map);
    }
    friend bool operator==(const CopiedOut&, const CopiedOut&) = default;
};

/// Coordinator to node: give up what of these units is not yours by the map of version `map`.
struct Drop {
    UnitRange units;
    std::uint32_t map = 0;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.units), field(self.map);
    }
    friend bool operator==(const Drop&, const Drop&) = default;
};

struct Dropped {
    UnitRange units;
    std::uint32_t map = 0;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.units), field(self.map);
    }
    friend bool operator==(const Dropped&, const Dropped&) = default;
};

/// Client to proxy, and the answer.
struct Forward {
    std::uint64_t call = 0;
    StoreRequest request;
    Filler body = {};
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.call), field(self.request), field(self.body);
    }
    friend bool operator==(const Forward&, const Forward&) = default;
};
struct Forwarded {
    std::uint64_t call = 0;
    StoreResult result;
    Filler body = {};
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.call), field(self.result), field(self.body);
    }
    friend bool operator==(const Forwarded&, const Forwarded&) = default;
};

/// Node to coordinator, once a period for each key that was hot in it: it was asked for at least so often. One of no
/// requests tells how many there were in `all`.
struct HotKey {
    std::uint64_t key = 0;
    std::uint64_t requests = 0;
    std::uint64_t all = 0;
    template <class Self, class Field>
    static void fields(Self& self, Field&& field) {
        field(self.key), field(self.requests), field(self.all);
    }
    friend bool operator==(const HotKey&, const HotKey&) = default;
};

using StoreMessage =
    std::variant<Get, Found, Set, Stored, Redirect, NotServing, FetchMap, Published, Fence, Fenced, Renew, Lease,
                 CopyOut, CopyItem, CopyTaken, CopiedOut, Drop, Dropped, Forward, Forwarded, HotKey>;
static_assert(std::is_trivially_copyable_v<StoreMessage>);

}  // namespace orrery::models
