package io.tokenledger.it.overhead;

import io.tokenledger.forwarder.store.EmbeddedPostgres;
import io.tokenledger.it.harness.ForwarderSetup;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The memory of {@code run} while it drains millions of records from sources that come and go, with
 * a fixed heap. The rows are thrown away as they come, the sums stay. Run by {@code
 * it-tests/flat-memory}; prints a line for each half million records.
 */
public final class FlatMemory {
  private static final Duration AT_MOST = Duration.ofMinutes(5);
  private static final int SOURCES_OF_A_CHUNK = 5;
  private static final Pattern AFTER_GC = Pattern.compile("\\d+M->(\\d+)M\\(");

  private final Path work;
  private final ForwarderSetup forwarder;

  /** What was seen at one moment. */
  public record Sample(long rows, double seconds, long residentMebibytes, long heapMebibytes) {}

  /**
   * @param heap such as 96m
   */
  public FlatMemory(Path work, EmbeddedPostgres postgres, String heap) {
    this.work = work;
    this.forwarder =
        new ForwarderSetup(work, work.resolve("queue"), postgres.settings())
            .with("http: { port: 0 }")
            .jvm("-Xmx" + heap, "-Xlog:gc:file=" + gcLog() + "::filecount=0");
  }

  /** Arguments: working directory, records, heap. */
  public static void main(String[] args) throws Exception {
    Path work = Files.createDirectories(Path.of(args[0]));
    try (EmbeddedPostgres postgres = EmbeddedPostgres.open(work.resolve("postgres"))) {
      System.out.println("rows, rows/s, resident MiB, least heap after a collection MiB");
      new FlatMemory(work, postgres, args[2]).run(Long.parseLong(args[1]), 500_000);
    }
  }

  /**
   * Drains so many records, a chunk after the other.
   *
   * @return the last sample
   */
  public Sample run(long records, int chunk) throws Exception {
    try (JavaProcess run = forwarder.start(Jdks.current(), "run")) {
      run.awaitLine("http: ", AT_MOST);
      long start = System.nanoTime();
      Sample sample = null;
      for (long made = 0; made < records; made += chunk) {
        make(chunk);
        awaitCalls(made + chunk, run);
        sample = sample(run, made + chunk, (System.nanoTime() - start) / 1e9);
        System.out.printf(
            Locale.ROOT,
            "%d, %.0f, %d, %d%n",
            sample.rows(),
            sample.rows() / sample.seconds(),
            sample.residentMebibytes(),
            sample.heapMebibytes());
        throwRowsAway();
      }
      run.terminate();
      if (run.exitCode(AT_MOST) != 0) {
        throw new IllegalStateException(run.transcript());
      }
      return sample;
    }
  }

  private void make(int records) {
    try (JavaProcess maker =
        JavaProcess.on(Jdks.current())
            .jvm(
                "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
                "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED")
            .main(
                QueueMaker.class,
                work.resolve("queue").toString(),
                String.valueOf(SOURCES_OF_A_CHUNK),
                String.valueOf(records))
            .start()) {
      if (maker.exitCode(AT_MOST) != 0) {
        throw new IllegalStateException(maker.transcript());
      }
    }
  }

  private void awaitCalls(long calls, JavaProcess run) throws SQLException {
    long deadline = System.nanoTime() + AT_MOST.toNanos();
    while (calls() < calls) {
      if (!run.isAlive() || System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(calls() + " of " + calls + "\n" + run.transcript());
      }
      LockSupport.parkNanos(100_000_000);
    }
  }

  private long calls() throws SQLException {
    try (Connection connection = forwarder.connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT coalesce(sum(calls), 0) FROM token_ledger.token_ledger_hourly")) {
      row.next();
      return row.getLong(1);
    }
  }

  private void throwRowsAway() throws SQLException {
    try (Connection connection = forwarder.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "TRUNCATE token_ledger.token_ledger_events, token_ledger.token_ledger_seen");
    }
  }

  private Sample sample(JavaProcess run, long rows, double seconds) throws IOException {
    String resident =
        Files.readAllLines(Path.of("/proc/" + run.pid() + "/status")).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .findFirst()
            .orElseThrow();
    long least = Long.MAX_VALUE;
    List<String> log = Files.readAllLines(gcLog());
    for (String line : log.subList(Math.max(0, log.size() - 100), log.size())) {
      Matcher after = AFTER_GC.matcher(line);
      if (after.find()) {
        least = Math.min(least, Long.parseLong(after.group(1)));
      }
    }
    return new Sample(rows, seconds, Long.parseLong(resident.replaceAll("\\D", "")) / 1024, least);
  }

  private Path gcLog() {
    return work.resolve("gc.log");
  }
}
