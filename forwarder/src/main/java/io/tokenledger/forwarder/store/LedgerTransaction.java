package io.tokenledger.forwarder.store;

import io.tokenledger.forwarder.pricing.PriceSource;
import io.tokenledger.forwarder.pricing.Pricer;
import io.tokenledger.forwarder.store.rollup.Rollups;
import io.tokenledger.forwarder.store.rollup.Shard;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Writes a batch in one transaction, in the order that makes it safe: positions first, so that a
 * second forwarder is refused before it writes anything; then claims of repeatable reports, since
 * they decide what the rows say; then rows, gaps, dead letters, reports; rollups last, because
 * their few rows are what transactions wait for each other on. One that begins before the one
 * before it is committed moves positions after that, for they may be the same. Not thread-safe.
 */
public final class LedgerTransaction {
  /**
   * Has the server find out within a minute that this forwarder's host is gone, and in six that it
   * stands still: else it keeps the locks of the transaction, which the next one waits for, for two
   * hours by its own default, or for ever. Six minutes are longer than any answer is waited for;
   * whoever runs the server may have set less.
   */
  private static final String ASK_FOR_THE_FORWARDER =
      "SET LOCAL tcp_keepalives_idle = 30; SET LOCAL tcp_keepalives_interval = 10;"
          + " SET LOCAL tcp_keepalives_count = 3; SET LOCAL tcp_user_timeout = 60000;"
          + " SELECT set_config('idle_in_transaction_session_timeout', '6min', true)"
          + " WHERE current_setting('idle_in_transaction_session_timeout') = '0'";

  /** What a committed transaction wrote. */
  public record Written(
      long events, long repeats, long unpriced, long zeroCost, long gaps, long deadLetters) {}

  private final SourceStore sources;
  private final PriceSource prices;
  private final boolean rollups;
  private final SeenStore seen = new SeenStore();
  private final EventCopyWriter events = new EventCopyWriter();
  private final GapStore gaps = new GapStore();
  private final DeadLetterStore deadLetters = new DeadLetterStore();
  private final CoverageStore coverage = new CoverageStore();
  private final BookedBefore bookedBefore = new BookedBefore();

  public LedgerTransaction(SourceStore sources, PriceSource prices) {
    this(sources, prices, true);
  }

  private LedgerTransaction(SourceStore sources, PriceSource prices, boolean rollups) {
    this.sources = sources;
    this.prices = prices;
    this.rollups = rollups;
  }

  /** Leaves the rollups out, so that what they cost can be measured; no ledger is right without. */
  public static LedgerTransaction withoutRollups(SourceStore sources, PriceSource prices) {
    return new LedgerTransaction(sources, prices, false);
  }

  /**
   * Does everything but the commit.
   *
   * @param connection not in autocommit
   * @param succession waited for between the stages
   * @return empty when a source no longer stands where it was expected: roll back
   * @throws Succession.BrokenException when the one before it was not committed: roll back
   */
  Optional<Written> write(Connection connection, LedgerBatch batch, Succession succession)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(ASK_FOR_THE_FORWARDER);
    }
    boolean leads = succession.leads();
    if (leads && !sources.advance(connection, batch.advances())) {
      return Optional.empty();
    }
    Instant now = DatabaseClock.now(connection);
    List<EventRow> rows = rows(connection, batch.usages(), now);
    succession.leave(Succession.Stage.CLAIMED);
    succession.follow(Succession.Stage.COPIED);
    Rollups sums = copy(connection, rows);
    succession.leave(Succession.Stage.COPIED);
    succession.followCommit();
    if (!leads && !sources.advance(connection, batch.advances())) {
      return Optional.empty();
    }
    return Optional.of(finish(connection, batch, rows, sums, now));
  }

  /** Whether the ledger has everything in it already, apart from reports, which add nothing. */
  public boolean holds(Connection connection, LedgerBatch single) throws SQLException {
    return bookedBefore.holds(connection, single);
  }

  /**
   * Writes what a batch holds, without moving any source: for records that stand beyond their
   * source's position already.
   */
  public Written book(Connection connection, LedgerBatch batch) throws SQLException {
    Instant now = DatabaseClock.now(connection);
    List<EventRow> rows = rows(connection, batch.usages(), now);
    return finish(connection, batch, rows, copy(connection, rows), now);
  }

  /** Adds up on the way: Postgres works on the rows that were sent while these are made. */
  private Rollups copy(Connection connection, List<EventRow> rows) throws SQLException {
    Rollups sums = new Rollups(Shard.ofThisHost());
    events.write(connection, rows, rollups ? sums::add : row -> {});
    return sums;
  }

  private Written finish(
      Connection connection, LedgerBatch batch, List<EventRow> rows, Rollups sums, Instant now)
      throws SQLException {
    gaps.write(connection, batch.gaps());
    deadLetters.write(connection, batch.deadLetters());
    for (LedgerBatch.Report report : batch.reports()) {
      sources.report(connection, report.sourceId(), report.at(), report.json());
    }
    coverage.write(connection, batch.reports(), now);
    sums.write(connection);
    return new Written(
        rows.size(),
        rows.stream().filter(row -> Repeats.isRepeat(row.usage())).count(),
        rows.stream().filter(row -> row.cost().costUsd() == null).count(),
        rows.stream().filter(row -> row.cost().isZeroCost()).count(),
        batch.gaps().size(),
        batch.deadLetters().size());
  }

  private List<EventRow> rows(Connection connection, List<LedgerBatch.Usage> usages, Instant now)
      throws SQLException {
    if (usages.isEmpty()) {
      return List.of();
    }
    Pricer pricer = prices.current(connection);
    Instant floor = Partitions.floor(connection);
    Map<String, UUID> countedOn =
        seen.claim(connection, usages.stream().map(LedgerBatch.Usage::usage).toList());
    List<EventRow> rows = new ArrayList<>(usages.size());
    for (LedgerBatch.Usage entry : usages) {
      UsageRecord usage = entry.usage();
      LedgerBatch.PricedAhead ahead = entry.ahead();
      UUID winner = countedOn.get(usage.get(UsageField.DEDUPE_KEY));
      if (winner != null && !winner.equals(usage.get(UsageField.EVENT_ID))) {
        usage = Repeats.of(usage, winner);
      }
      Instant said = usage.get(UsageField.TIMESTAMP);
      Instant booked = Partitions.book(said, now, floor);
      boolean holds =
          ahead != null && ahead.by() == pricer && usage == entry.usage() && booked.equals(said);
      rows.add(
          new EventRow(
              entry.sourceId(),
              entry.seq(),
              booked,
              booked.equals(said) ? null : said,
              now,
              usage,
              holds ? ahead.cost() : pricer.price(at(usage, booked))));
    }
    Partitions.ensure(connection, rows.stream().map(EventRow::timestamp).toList());
    return rows;
  }

  /**
   * The sheet of the time that the row says, which is not the agent's where its clock was wrong.
   */
  private static UsageRecord at(UsageRecord usage, Instant booked) {
    return booked.equals(usage.get(UsageField.TIMESTAMP))
        ? usage
        : usage.toBuilder().set(UsageField.TIMESTAMP, booked).build();
  }
}
