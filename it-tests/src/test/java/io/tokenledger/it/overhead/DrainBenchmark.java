package io.tokenledger.it.overhead;

import io.tokenledger.forwarder.drain.DrainSummary;
import io.tokenledger.forwarder.drain.MeasuredDrain;
import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.EmbeddedPostgres;
import io.tokenledger.forwarder.store.StoredPrices;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * How fast the forwarder drains, against binary COPY of the very same rows into the same table by
 * {@code psql}: in turns in one process, so that whatever else the machine does falls on all. Run
 * by {@code it-tests/drain-benchmark}.
 */
public final class DrainBenchmark {
  private static final int WARM_UP_ROUNDS = 4;

  private final Database database;
  private final StoredPrices prices;
  private final PsqlCopy psql;

  /** What a round took, in seconds. */
  private record Round(double psql, double bare, double full) {}

  /** Processor time of a way to write the rows, in nanoseconds: of this JVM, and of the server. */
  private static final class Busy {
    private long self;
    private long server;
    private long rows;

    String perRow() {
      return String.format(Locale.ROOT, "%.1f and %.1f us", self / 1e3 / rows, server / 1e3 / rows);
    }
  }

  private final com.sun.management.OperatingSystemMXBean self =
      (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private final ServerTime server;
  private Busy psqlBusy = new Busy();
  private Busy bareBusy = new Busy();
  private Busy fullBusy = new Busy();
  private long compilingMillis;
  private long collectingMillis;

  private DrainBenchmark(Database database, ServerTime server, PsqlCopy psql) {
    this.database = database;
    this.server = server;
    this.prices = new StoredPrices(Catalogue.builtIn(), System.out::println);
    this.psql = psql;
  }

  /** Arguments: a working directory, rounds, then queue directories to drain. */
  public static void main(String[] args) throws Exception {
    Path work = Path.of(args[0]);
    int rounds = Integer.parseInt(args[1]);
    configure(work);
    try (EmbeddedPostgres server = EmbeddedPostgres.open(work.resolve("postgres"));
        Database database = Database.open(server.settings())) {
      database.migrate();
      PsqlCopy psql = new PsqlCopy(server.settings(), work.resolve("rows.copy"));
      DrainBenchmark benchmark =
          new DrainBenchmark(database, new ServerTime(work.resolve("postgres/18/data")), psql);
      System.out.println(
          "sources: rows; rows/s psql, drain without rollups, drain; ratio without rollups, ratio"
              + " (median [range])");
      for (String queues : List.of(args).subList(2, args.length)) {
        benchmark.measure(Path.of(queues), rounds);
      }
    }
  }

  /** As a server is set up that loads much; durable as by default. */
  private static void configure(Path work) throws SQLException {
    try (EmbeddedPostgres server = EmbeddedPostgres.open(work.resolve("postgres"));
        Database database = Database.open(server.settings());
        Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER SYSTEM SET shared_buffers = '1GB'");
      statement.execute("ALTER SYSTEM SET max_wal_size = '8GB'");
      statement.execute("ALTER SYSTEM SET checkpoint_timeout = '30min'");
      statement.execute("ALTER SYSTEM SET autovacuum = off");
    }
  }

  private void measure(Path queues, int rounds) throws Exception {
    drain(queues, true);
    long rows = psql.export(database);
    List<Round> measured = new ArrayList<>();
    for (int round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
      boolean bareFirst = round % 2 == 0;
      double copied = copy(rows);
      double first = drain(queues, !bareFirst);
      double second = drain(queues, bareFirst);
      Round now = new Round(copied, bareFirst ? first : second, bareFirst ? second : first);
      System.out.printf(
          Locale.ROOT,
          "  round %d: %.2f s, %.2f s, %.2f s%n",
          round,
          now.psql(),
          now.bare(),
          now.full());
      if (round >= WARM_UP_ROUNDS) {
        measured.add(now);
      } else {
        psqlBusy = new Busy();
        bareBusy = new Busy();
        fullBusy = new Busy();
        compilingMillis = 0;
        collectingMillis = 0;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "  processor time a row, of this JVM and of the server: drain without rollups %s, drain %s;"
            + " of the server for psql's rows %.1f us; of the drains, compiling took %.1f us and pauses"
            + " for garbage %.1f us, by the clock%n",
        bareBusy.perRow(),
        fullBusy.perRow(),
        psqlBusy.server / 1e3 / psqlBusy.rows,
        compilingMillis * 1e3 / (bareBusy.rows + fullBusy.rows),
        collectingMillis * 1e3 / (bareBusy.rows + fullBusy.rows));
    System.out.printf(
        Locale.ROOT,
        "%s: %d; %s, %s, %s; %s, %s%n",
        queues.getFileName(),
        rows,
        spread("%.0f", measured.stream().map(round -> rows / round.psql()).toList()),
        spread("%.0f", measured.stream().map(round -> rows / round.bare()).toList()),
        spread("%.0f", measured.stream().map(round -> rows / round.full()).toList()),
        spread("%.2f", measured.stream().map(round -> round.psql() / round.bare()).toList()),
        spread("%.2f", measured.stream().map(round -> round.psql() / round.full()).toList()));
  }

  private double copy(long rows) throws Exception {
    empty();
    long before = server.nanos();
    double seconds = psql.copy();
    psqlBusy.server += server.nanos() - before;
    psqlBusy.rows += rows;
    return seconds;
  }

  private double drain(Path queues, boolean rollups) throws Exception {
    empty();
    Busy busy = rollups ? fullBusy : bareBusy;
    long serverBefore = server.nanos();
    long cpu = self.getProcessCpuTime();
    long compiling = compilingMillis();
    long collecting = collectingMillis();
    long start = System.nanoTime();
    DrainSummary summary = MeasuredDrain.drainAll(database, prices, queues, rollups);
    double seconds = (System.nanoTime() - start) / 1e9;
    busy.self += self.getProcessCpuTime() - cpu;
    busy.server += server.nanos() - serverBefore;
    compilingMillis += compilingMillis() - compiling;
    collectingMillis += collectingMillis() - collecting;
    busy.rows += summary.events();
    if (!summary.notices().isEmpty() || summary.gaps() + summary.deadLetters() > 0) {
      throw new IllegalStateException(summary.toString());
    }
    return seconds;
  }

  private static long compilingMillis() {
    return ManagementFactory.getCompilationMXBean().getTotalCompilationTime();
  }

  private static long collectingMillis() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .sum();
  }

  /** Everything but prices, so that the queue is new to the ledger. */
  private void empty() throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      List<String> tables = new ArrayList<>();
      try (ResultSet table =
          statement.executeQuery(
              "SELECT c.relname FROM pg_class c WHERE relnamespace = 'token_ledger'::regnamespace"
                  + " AND relkind IN ('r', 'p') AND NOT relispartition"
                  + " AND relname !~ 'price|retention|flyway|schema'")) {
        while (table.next()) {
          tables.add("token_ledger." + table.getString(1));
        }
      }
      statement.execute("TRUNCATE " + String.join(", ", tables));
      statement.execute("CHECKPOINT");
    }
  }

  private static String spread(String format, List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return String.format(
        Locale.ROOT,
        format + " [" + format + "-" + format + "]",
        sorted.get(sorted.size() / 2),
        sorted.get(0),
        sorted.get(sorted.size() - 1));
  }
}
