package io.tokenledger.forwarder.store.rollup;

import io.tokenledger.forwarder.store.EventRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Adds up what a transaction writes, in one pass over its rows, and upserts the sums into the
 * rollup tables: the same arithmetic as the views, in memory, because reading the rows back costs
 * more than the sum. {@code verify} compares the two. Not thread-safe.
 */
public final class Rollups {
  private final Shard shard;
  private final Rollup hourly = new Rollup(RollupTable.HOURLY);
  private final Rollup daily = new Rollup(RollupTable.DAILY);
  private final Rollup dailyUsers = new Rollup(RollupTable.DAILY_USERS);
  private final LatencyRollup latency = new LatencyRollup();

  public Rollups(Shard shard) {
    this.shard = shard;
  }

  /** Adds a row. */
  public void add(EventRow row) {
    for (Charge charge : Charge.of(row)) {
      hourly.of(charge).add(charge);
      daily.of(charge).add(charge);
      if (row.hasUser()) {
        dailyUsers.of(charge).add(charge);
      }
      latency.add(charge);
    }
  }

  /** Puts a row's new cost in the place of its earlier one; nothing else of the row may differ. */
  public void replace(EventRow before, EventRow after) {
    addMoney(before, -1);
    addMoney(after, 1);
  }

  /**
   * Writes the sums within the connection's transaction: each table in the order of its key, the
   * tables always in the same order, so that no two writers wait for each other. To be called last,
   * for these rows are what transactions wait for.
   */
  public void write(Connection connection) throws SQLException {
    for (Rollup rollup : List.of(dailyUsers, daily, hourly)) {
      rollup.write(connection, shard.number());
    }
    latency.write(connection, shard.number());
  }

  private void addMoney(EventRow row, int sign) {
    for (Charge charge : Charge.of(row)) {
      hourly.of(charge).addMoney(charge, sign);
      daily.of(charge).addMoney(charge, sign);
      if (row.hasUser()) {
        dailyUsers.of(charge).addMoney(charge, sign);
      }
    }
  }
}
