/// What a scenario file may say of a system of kind `store`.
#include "models/partitioning/store/layout.hpp"
#include "scenarios/systems/store_system.hpp"

namespace orrery {

Table store_table() {
    Child partitioning;
    partitioning.name = "partitioning";
    partitioning.shape = Child::Shape::policy;
    partitioning.doc = "which nodes have a key";
    partitioning.family = "partitioning";
    partitioning.fallback = "ring";
    Child size;
    size.name = "item_size";
    size.shape = Child::Shape::policy;
    size.family = "distribution";
    size.key = "distribution";
    size.measures = Kind::bytes;
    size.fallback = "1kB";
    size.doc = "of an item, by its key; of what a trace writes the trace says it";
    Child rebalance;
    rebalance.name = "rebalance";
    rebalance.doc = "how keys move";
    rebalance.fallback = "{}";
    rebalance.table = std::make_shared<const Table>(Table{
        {{"at_once", Kind::count, "4", 1, 65536, "partitions (or slices) that move at once in a planned change"},
         {"bandwidth", Kind::bandwidth, "", 1, 1e15, "of copies that a node sends; absent: no limit of its own"}}});
    Child changes;
    changes.name = "changes";
    changes.shape = Child::Shape::sections;
    changes.doc = "planned changes of the members, one after the other";
    changes.table = std::make_shared<const Table>(
        Table{{{"at", Kind::duration, {}, 0, 9.2e18, "when it is asked for, from the start of the run"},
               {"join", Kind::list, "", 0, 0, "nodes by number; one that joins first is not there at the start"},
               {"leave", Kind::list, "", 0, 0, "nodes by number"}}});
    Child hot_keys;
    hot_keys.name = "hot_keys";
    hot_keys.doc = "keys are counted, and something is done about hot ones; absent: neither";
    hot_keys.table = std::make_shared<const Table>(Table{
        {{"memory", Kind::bytes, "16KiB", 1024, 1e9, "of each of a node's two SpaceSaving summaries"},
         {"every", Kind::duration, "1s", 1, 1e15, "a period, after which nodes tell of their hottest keys"},
         {"share", Kind::ratio, "1%", 1e-6, 1, "of all requests: a key that takes more is hot, until it takes half"},
         {"policy",
          Kind::choice,
          "replicate",
          0,
          0,
          "count: nothing is done; replicate: a hot key gets more replicas; split: it leaves its partition for "
          "nodes of its own",
          {"count", "replicate", "split"}},
         {"replicas", Kind::count, "6", 1, models::replicas_max, "of a hot key (policy: replicate)"}}});
    return {{{"clients", Kind::count, "1", 1, 1e6, "each with an equal part of the arrivals, on a node of its own"},
             {"routing",
              Kind::choice,
              "client",
              0,
              0,
              "who has a map: every client, or proxies that clients ask",
              {"client", "proxy"}},
             {"proxies", Kind::count, "1", 1, 1e6, "routing: proxy"},
             {"placement",
              Kind::choice,
              "dedicated",
              0,
              0,
              "dedicated: node 0 is the coordinator's, then come clients and proxies, and the rest stores; shared: all "
              "nodes store, clients and proxies spread over them",
              {"dedicated", "shared"}},
             {"weights",
              Kind::choice,
              "equal",
              0,
              0,
              "of nodes, for schemes that honour weights: all alike, by cores and their speed, by memory (in GiB)",
              {"equal", "cores", "memory"}},
             {"replicas", Kind::count, "3", 1, 8, "nodes that have a key"},
             {"read_quorum", Kind::count, "1", 1, 8, "replicas that answer a read; the latest version counts"},
             {"write_quorum", Kind::count, "", 1, 8, "replicas that acknowledge a write; absent: all"},
             {"read_from",
              Kind::choice,
              "any",
              0,
              0,
              "replicas that a read goes to: any that are up, drawn anew each time, or the first ones",
              {"any", "owner"}},
             {"reads", Kind::ratio, "95%", 0, 1, "share of requests that read; the others write"},
             {"preload", Kind::flag, "true", 0, 0,
              "every key of the workload is there at the start (not those of a trace)"},
             {"durability",
              Kind::choice,
              "memory",
              0,
              0,
              "what a crash of a node leaves: nothing; what the disk has got by then; all that was acknowledged",
              {"memory", "page_cache", "synced"}},
             {"timeout", Kind::duration, "250ms", 1, 1e15, "of an attempt"},
             {"attempts", Kind::count, "3", 1, 100, "at one request, the first included"},
             {"heartbeat", Kind::duration, "1s", 1, 1e15,
              "nodes ask for their leases, and the coordinator looks, this often"},
             {"lease", Kind::duration, "3s", 2, 1e15,
              "a node serves so long without hearing from the coordinator, and is taken for dead an eighth later"}},
            {partitioning, size, rebalance, changes, hot_keys}};
}

}  // namespace orrery
