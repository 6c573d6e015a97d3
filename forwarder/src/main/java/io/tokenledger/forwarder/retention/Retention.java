package io.tokenledger.forwarder.retention;

import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.DatabaseClock;
import io.tokenledger.forwarder.store.Partitions;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Drops what is kept no longer: months of events whole, after they were exported where that is
 * configured; other tables by rows. Drains and readers wait for it for 200 ms at the longest.
 * Stopped anywhere, the next pass goes on. Not thread-safe.
 *
 * <p>The order for a month: raise the floor, so that nothing is booked in it any more; wait until
 * every transaction that may have read the old floor has ended; export; count again; detach; drop.
 */
public final class Retention {
  /** Longer than an export takes; a forwarder that died holds a month for no longer. */
  private static final Duration CLAIM = Duration.ofHours(1);

  private static final Duration POLL = Duration.ofMillis(100);

  /** Bounds a transaction, and what a drain may wait for. */
  private static final int MOST_EXPIRED = 10_000;

  private static final String LOCK_TIMEOUT = "55P03";
  private static final String DEADLOCK = "40P01";
  private static final String CANCELLED = "57014";

  private static final List<String> WITH_THE_ROWS = List.of("seen", "repricings");
  private static final List<String> COUNTS = List.of("coverage", "unlisted_hosts");
  private static final List<String> HOURS = List.of("hourly", "latency");

  private final Database database;
  private final RetentionSettings settings;
  private final Patience patience;
  private final Clock clock;
  private final RetentionStore store = new RetentionStore();
  private final String holder = UUID.randomUUID().toString();

  /**
   * How long to wait for others.
   *
   * @param transactions for those that may have read the old floor
   * @param detach for readers, before a detaching is left pending
   * @param attempts to get the whole table for an instant, where it is not ours to detach
   * @param pause between these, on average
   */
  record Patience(Duration transactions, Duration detach, int attempts, Duration pause) {
    static final Patience DEFAULT =
        new Patience(Duration.ofSeconds(30), Duration.ofMinutes(5), 20, Duration.ofSeconds(1));
  }

  private enum Outcome {
    GONE,
    KEPT,
    IN_USE
  }

  public Retention(Database database, RetentionSettings settings) {
    this(database, settings, Patience.DEFAULT, new DatabaseClock(database));
  }

  Retention(Database database, RetentionSettings settings, Patience patience, Clock clock) {
    this.database = database;
    this.settings = settings;
    this.patience = patience;
    this.clock = clock;
  }

  /** Looks what would go, and changes nothing; a role that reads the tables is enough. */
  public RetentionPlan plan() {
    Instant now = clock.instant();
    YearMonth firstKept = settings.firstKept(now);
    List<RetentionPlan.Month> months = new ArrayList<>();
    try (Connection connection = database.connect()) {
      for (Partition partition : toDrop(connection, firstKept)) {
        Optional<RetentionStore.Exported> exported = store.exported(connection, partition.month());
        months.add(
            new RetentionPlan.Month(
                partition.month(),
                partition.isReadable() ? store.rows(connection, partition) : null,
                partition.bytes(),
                exported.map(RetentionStore.Exported::file).orElse(null)));
      }
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
    return new RetentionPlan(firstKept, months, RetentionSettings.before(settings.hourly(), now));
  }

  /**
   * Does it.
   *
   * @param notices is told what was dropped, and what was not and why
   * @return true when nothing is left that should have gone
   * @throws io.tokenledger.forwarder.store.StoreException when the database fails; what was dropped
   *     before stays dropped
   */
  public boolean apply(Consumer<String> notices) {
    Instant now = clock.instant();
    YearMonth firstKept = settings.firstKept(now);
    boolean done = true;
    try (Connection connection = database.connect()) {
      Partitions.ensureAhead(connection, now);
      List<Partition> months = toDrop(connection, firstKept);
      if (firstKept != null) {
        store.raiseFloor(connection, firstKept);
      }
      if (!months.isEmpty()) {
        done = awaitOlderTransactions(connection, notices);
        done = done && retire(connection, months, notices);
      }
      expire(connection, HOURS, RetentionSettings.before(settings.hourly(), now));
      if (settings.coverage() != null) {
        expire(connection, COUNTS, RetentionSettings.before(settings.coverage(), now));
      }
      if (firstKept != null) {
        Instant gone = startOf(firstLeft(connection, firstKept));
        expire(connection, WITH_THE_ROWS, gone);
        if (settings.coverage() == null) {
          expire(connection, COUNTS, gone);
        }
      }
      return done;
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
  }

  private List<Partition> toDrop(Connection connection, YearMonth firstKept) throws SQLException {
    return firstKept == null
        ? List.of()
        : store.partitions(connection).stream()
            .filter(partition -> partition.month().isBefore(firstKept))
            // Only one can be pending: it is finished before another is begun.
            .sorted(Comparator.comparing(partition -> !partition.pending()))
            .toList();
  }

  /** The first month that has rows still: what belongs to rows goes after them. */
  private YearMonth firstLeft(Connection connection, YearMonth firstKept) throws SQLException {
    return toDrop(connection, firstKept).stream()
        .map(Partition::month)
        .min(Comparator.naturalOrder())
        .orElse(firstKept);
  }

  private boolean awaitOlderTransactions(Connection connection, Consumer<String> notices)
      throws SQLException {
    long next = store.nextTransaction(connection);
    long deadline = System.nanoTime() + patience.transactions().toNanos();
    while (store.oldestOpen(connection) < next) {
      if (Thread.currentThread().isInterrupted()) {
        return false;
      }
      if (System.nanoTime() - deadline > 0) {
        notices.accept(
            "Retention waits: a transaction that began before the retention floor rose is still"
                + " open (pg_stat_activity, the oldest xact_start with a backend_xid); no month is"
                + " dropped until it ends.");
        return false;
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    return true;
  }

  private boolean retire(Connection connection, List<Partition> months, Consumer<String> notices)
      throws SQLException {
    boolean done = true;
    for (Partition month : months) {
      Outcome outcome = retire(connection, month, notices);
      done &= outcome == Outcome.GONE;
      if (outcome == Outcome.IN_USE) {
        break; // whoever uses the table is in the way of the next month too
      }
    }
    return done;
  }

  private Outcome retire(Connection connection, Partition month, Consumer<String> notices)
      throws SQLException {
    if (!store.claim(connection, month.month(), holder, CLAIM)) {
      notices.accept("Another forwarder works on the rows of " + month.month() + ".");
      return Outcome.KEPT;
    }
    try {
      return retireClaimed(connection, month, notices);
    } catch (IOException failure) {
      notices.accept(
          "The rows of "
              + month.month()
              + " stay: they cannot be exported to "
              + settings.exportDirectory()
              + " ("
              + failure.getMessage()
              + ").");
      return Outcome.KEPT;
    } finally {
      store.release(connection, month.month(), holder);
    }
  }

  private Outcome retireClaimed(Connection connection, Partition month, Consumer<String> notices)
      throws IOException, SQLException {
    boolean readable = month.isReadable();
    Optional<RetentionStore.Exported> exported = store.exported(connection, month.month());
    if (settings.exportDirectory() != null && exported.isEmpty()) {
      if (!readable) {
        notices.accept(
            "The rows of "
                + month.month()
                + " stay: "
                + month.table()
                + " is detached and not exported, and this role may not read it. Run `retention"
                + " --apply` as the owner of the schema.");
        return Outcome.KEPT;
      }
      exported = Optional.of(export(connection, month));
    }
    Long rows = readable ? store.rows(connection, month) : null;
    if (rows != null && exported.isPresent() && exported.get().events() != rows) {
      notices.accept(
          "ALARM: the rows of "
              + month.month()
              + " stay: there are "
              + rows
              + ", and "
              + exported.get().events()
              + " in "
              + exported.get().file()
              + ". Move the file away and set exported_at in token_ledger_dropped_months to NULL to"
              + " export it again.");
      return Outcome.KEPT;
    }
    if (rows != null) {
      store.counted(connection, month, rows);
    }
    if (!takeOut(connection, month.month(), notices)) {
      return Outcome.IN_USE;
    }
    notices.accept(
        "Dropped "
            + month.month()
            + ": "
            + (rows == null ? "" : rows + " rows, ")
            + month.bytes()
            + " bytes"
            + exported.map(file -> ", exported to " + file.file()).orElse("")
            + ".");
    return Outcome.GONE;
  }

  private RetentionStore.Exported export(Connection connection, Partition month)
      throws IOException, SQLException {
    MonthExport.Written written =
        new MonthExport(settings.exportDirectory(), settings.exportFormat())
            .write(connection, month);
    store.exported(connection, month, written);
    return new RetentionStore.Exported(written.rows(), written.file().toString());
  }

  /** The owner detaches while everybody goes on; others ask for the whole table again and again. */
  private boolean takeOut(Connection connection, YearMonth month, Consumer<String> notices)
      throws SQLException {
    for (int attempt = 1; true; attempt++) {
      try {
        Optional<Partition> now = store.partition(connection, month);
        if (now.isPresent() && now.get().owned() && now.get().attached()) {
          store.detach(connection, now.get(), patience.detach());
        }
        store.drop(connection, month);
        return true;
      } catch (SQLException failure) {
        if (!isBusy(failure)) {
          throw failure;
        }
        boolean stopped = Thread.currentThread().isInterrupted();
        if (attempt >= patience.attempts() || hasWaited(failure) || stopped) {
          notices.accept(
              "The rows of "
                  + month
                  + " are dropped later: the table is in use ("
                  + failure.getMessage().lines().findFirst().orElse("")
                  + ").");
          return false;
        }
        long pause = patience.pause().toNanos();
        LockSupport.parkNanos(pause / 2 + ThreadLocalRandom.current().nextLong(pause + 1));
      }
    }
  }

  private static boolean isBusy(SQLException failure) {
    String state = failure.getSQLState();
    return hasWaited(failure) || LOCK_TIMEOUT.equals(state) || DEADLOCK.equals(state);
  }

  /** Not the instant that others allow, but all the time there is. */
  private static boolean hasWaited(SQLException failure) {
    return CANCELLED.equals(failure.getSQLState());
  }

  private void expire(Connection connection, List<String> kinds, Instant before)
      throws SQLException {
    for (String kind : kinds) {
      while (store.expire(connection, kind, before, MOST_EXPIRED) == MOST_EXPIRED) {
        // each a transaction of its own
      }
    }
  }

  private static Instant startOf(YearMonth month) {
    return month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
  }
}
