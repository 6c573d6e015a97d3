package io.tokenledger.forwarder.store.rollup;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** What a transaction adds to one table of sums. Not thread-safe. */
final class Rollup {
  private final RollupTable table;
  private final Map<RollupKey, RollupSums> sums = new HashMap<>();

  Rollup(RollupTable table) {
    this.table = table;
  }

  /** The sums that a charge belongs to. */
  RollupSums of(Charge charge) {
    return sums.computeIfAbsent(table.key(charge), key -> new RollupSums());
  }

  void write(Connection connection, int shard) throws SQLException {
    if (sums.isEmpty()) {
      return;
    }
    SortedRows<RollupSums> rows = SortedRows.of(sums);
    Upsert upsert = new Upsert(table, rows.keys(), shard);
    for (Count count : Count.ALL) {
      upsert.longs(Measure.of(count), rows.values(), value -> value.count(count));
    }
    for (Sum sum : Sum.ALL) {
      upsert.decimals(Measure.of(sum), rows.values(), value -> value.sum(sum));
    }
    upsert.execute(connection);
  }
}
