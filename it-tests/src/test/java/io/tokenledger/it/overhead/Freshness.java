package io.tokenledger.it.overhead;

import io.tokenledger.forwarder.store.EmbeddedPostgres;
import io.tokenledger.it.chaos.Load;
import io.tokenledger.it.harness.AccountedLedger;
import io.tokenledger.it.harness.AccountedProvider;
import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.ForwarderSetup;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How old a finished exchange is when its row is committed, with {@code run} following an
 * application under steady load: from the end of the response by the application's clock to the
 * commit by Postgres' ({@code track_commit_timestamp}), all on this machine. Run by {@code
 * it-tests/freshness}; prints a line a rate, and how old at most the exchanges of each second got.
 */
public final class Freshness {
  private static final Duration AT_MOST = Duration.ofMinutes(5);

  /** Until then the application's JVM opens Chronicle and everybody compiles. */
  private static final long WARM_UP_MICROS = 10_000_000;

  private Freshness() {}

  /** Arguments: seconds, then rates in calls a second. */
  public static void main(String[] args) throws Exception {
    Path directory = Files.createTempDirectory("freshness-");
    Path server = directory.resolve("postgres");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.open(server);
        Connection connection = connect(postgres)) {
      connection.createStatement().execute("ALTER SYSTEM SET track_commit_timestamp = on");
    }
    try (EmbeddedPostgres postgres = EmbeddedPostgres.open(server)) {
      System.out.println("calls/s wanted, reached, rows, p50 ms, p99 ms, max ms; max ms at start");
      for (int i = 1; i < args.length; i++) {
        int rate = Integer.parseInt(args[i]);
        measure(postgres, directory, rate, Integer.parseInt(args[0]) * rate);
      }
    }
  }

  private static void measure(EmbeddedPostgres postgres, Path directory, int rate, int calls)
      throws Exception {
    String service = "rate-" + rate;
    Path own = Files.createDirectories(directory.resolve(service));
    Path ends = own.resolve("ends");
    ForwarderSetup forwarder =
        new ForwarderSetup(own, own.resolve("queue"), postgres.settings())
            .with("http: { port: 0 }");
    try (AccountedProvider provider = AccountedProvider.start();
        JavaProcess run = forwarder.start(Jdks.current(), "run");
        Connection connection = connect(postgres)) {
      run.awaitLine("http: ", AT_MOST);
      long before = AccountedLedger.rows(forwarder);
      double ownBefore = ownCpuSeconds();
      AgentSetup agent = new AgentSetup(own, service).endpoints(provider.provider());
      try (JavaProcess load = new Load(calls, rate).start(Jdks.current(), agent, provider, ends)) {
        if (load.exitCode(AT_MOST) != 0) {
          throw new IllegalStateException(load.transcript());
        }
        System.out.printf(
            "processor seconds: application %s, forwarder %s, provider %.1f%n",
            load.out().get(load.out().size() - 1), run.cpuSeconds(), ownCpuSeconds() - ownBefore);
      }
      AccountedLedger.awaitRows(forwarder, (int) before + calls, AT_MOST, run);
      print(rate, ends(ends), commits(connection, service));
      run.terminate();
      run.exitCode(AT_MOST);
    }
  }

  private static double ownCpuSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
  }

  private static void print(int rate, Map<String, Long> ends, Map<String, Long> commits) {
    long first = Collections.min(ends.values());
    long last = Collections.max(ends.values());
    List<Double> steady = new ArrayList<>();
    double worstAtStart = 0;
    long[] worstInSecond = new long[(int) ((last - first) / 1_000_000) + 1];
    for (Map.Entry<String, Long> end : ends.entrySet()) {
      double millis = (commits.get(end.getKey()) - end.getValue()) / 1e3;
      int second = (int) ((end.getValue() - first) / 1_000_000);
      worstInSecond[second] = Math.max(worstInSecond[second], Math.round(millis));
      if (end.getValue() - first > WARM_UP_MICROS) {
        steady.add(millis);
      } else {
        worstAtStart = Math.max(worstAtStart, millis);
      }
    }
    Collections.sort(steady);
    System.out.printf(
        "%d, %.0f, %d, %.0f, %.0f, %.0f; %.0f%n",
        rate,
        ends.size() * 1e6 / (last - first),
        steady.size(),
        steady.get(steady.size() / 2),
        steady.get(steady.size() * 99 / 100),
        steady.get(steady.size() - 1),
        worstAtStart);
    System.out.println("  max ms of each second: " + Arrays.toString(worstInSecond));
  }

  private static Map<String, Long> ends(Path file) throws Exception {
    Map<String, Long> ends = new HashMap<>();
    for (String line : Files.readAllLines(file)) {
      int space = line.indexOf(' ');
      ends.put("call-" + line.substring(0, space), Long.valueOf(line.substring(space + 1)));
    }
    return ends;
  }

  private static Map<String, Long> commits(Connection connection, String service)
      throws SQLException {
    Map<String, Long> commits = new HashMap<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT response_id, (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1e6)::bigint"
                + " FROM token_ledger.token_ledger_events WHERE app_name = ?")) {
      statement.setString(1, service);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          commits.put(row.getString(1), row.getLong(2));
        }
      }
    }
    return commits;
  }

  private static Connection connect(EmbeddedPostgres postgres) throws SQLException {
    return DriverManager.getConnection(
        postgres.settings().url(), postgres.settings().user(), postgres.settings().password());
  }
}
