package io.tokenledger.forwarder.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tokenledger.forwarder.drain.Drain;
import io.tokenledger.forwarder.drain.DrainObserver;
import io.tokenledger.forwarder.drain.DrainSettings;
import io.tokenledger.forwarder.drain.Heartbeat;
import io.tokenledger.forwarder.drain.QueueFixture;
import io.tokenledger.forwarder.pricing.PriceSource;
import io.tokenledger.forwarder.pricing.RowCost;
import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.forwarder.store.StoreException;
import io.tokenledger.record.AgentReport;
import io.tokenledger.record.GapRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the pages and the rules say of metrics, findings and alerts is what there is. */
@ExtendWith(PostgresExtension.class)
class WatchPagesTest {
  private static final Pattern METRIC = Pattern.compile("tokenledger_[a-z_]+");
  private static final String FROM_THE_SCRIPT = "tokenledger_forwarder_silent_seconds";

  /** Prometheus adds these to whatever it scrapes. */
  private static final Set<String> OF_THE_SCRAPE = Set.of("instance", "job");

  private static final Duration AT_MOST = Duration.ofSeconds(60);

  private static final PriceSource NO_PRICE =
      connection ->
          usage ->
              new RowCost(
                  null, null, null, null, null, null, null, null, null, null, List.of(), null,
                  null);

  @TempDir Path queues;
  @TempDir Path other;

  @Test
  void everyMetricHasALineOnThePageAndTheOtherWayRound(PostgresSettings settings) throws Exception {
    Set<String> documented =
        page("forwarder.md")
            .lines()
            .filter(line -> line.startsWith("| `tokenledger_"))
            .map(line -> line.substring(0, line.indexOf(" |", 2)))
            .flatMap(line -> METRIC.matcher(line).results().map(found -> found.group()))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(documented).isEqualTo(families(scrapeOfEverything(settings)));
  }

  @Test
  void everyAlertUsesMetricsThatAreThereAndHasAnEntryWithACommand(PostgresSettings settings)
      throws Exception {
    String scrape = scrapeOfEverything(settings);
    Set<String> series = new TreeSet<>(Set.of(FROM_THE_SCRIPT));
    scrape
        .lines()
        .filter(line -> line.startsWith("tokenledger_"))
        .forEach(line -> series.add(line.split("[{ ]", 2)[0]));
    String operations = page("operations.md");

    List<JsonNode> rules = rules();
    assertThat(rules).hasSizeGreaterThan(10);
    for (JsonNode rule : rules) {
      String name = rule.get("alert").asText();
      List<String> used =
          METRIC.matcher(rule.get("expr").asText()).results().map(found -> found.group()).toList();
      assertThat(used).as(name).isNotEmpty();
      assertThat(series).as(name).containsAll(used);
      assertThat(rule.at("/labels/severity").asText()).as(name).isIn("page", "warn", "info");
      assertThat(rule.at("/annotations/runbook").asText())
          .isEqualTo("docs/operations.md#" + name.toLowerCase(Locale.ROOT));
      int entry = operations.indexOf("\n### " + name + "\n");
      assertThat(entry).as("operations.md has an entry %s", name).isPositive();
      int next = operations.indexOf("\n### ", entry + 1);
      String text = operations.substring(entry, next < 0 ? operations.length() : next);
      assertThat(text).as(name).containsPattern("[Ff]irst type").contains("\n```");
    }
  }

  @Test
  void everyLabelThatARuleNamesIsOneOfItsMetrics(PostgresSettings settings) throws Exception {
    Map<String, Set<String>> labels = labels(scrapeOfEverything(settings));
    labels.put(FROM_THE_SCRIPT, Set.of("directory"));
    Pattern selected = Pattern.compile("(tokenledger_[a-z_]+)\\{([^}]*)}");
    Pattern grouped = Pattern.compile("by \\(([^)]*)\\) \\((?:rate\\()?(tokenledger_[a-z_]+)");
    Pattern shown = Pattern.compile("\\$labels\\.([a-z_]+)");
    int named = 0;
    for (JsonNode rule : rules()) {
      String name = rule.get("alert").asText();
      String expression = rule.get("expr").asText();
      Set<String> result = new TreeSet<>(OF_THE_SCRAPE);
      for (MatchResult one : selected.matcher(expression).results().toList()) {
        for (String matcher : one.group(2).split(", *")) {
          assertThat(labels.get(one.group(1))).as(name).contains(matcher.split("[=!~]")[0]);
          named++;
        }
      }
      List<MatchResult> groups = grouped.matcher(expression).results().toList();
      for (MatchResult one : groups) {
        Set<String> known = new TreeSet<>(OF_THE_SCRAPE);
        known.addAll(labels.get(one.group(2)));
        assertThat(known).as(name).containsAll(List.of(one.group(1).split(", ")));
        result.addAll(List.of(one.group(1).split(", ")));
        named++;
      }
      if (groups.isEmpty()) {
        METRIC.matcher(expression).results().forEach(one -> result.addAll(labels.get(one.group())));
      }
      assertThat(
              shown
                  .matcher(rule.at("/annotations/summary").asText())
                  .results()
                  .map(l -> l.group(1)))
          .as(name)
          .isSubsetOf(result);
    }
    assertThat(named).isGreaterThan(10);
  }

  @Test
  void everyAlertFiresOnWhatItIsForAndOnNothingElse() throws Exception {
    Path given = Path.of("src", "test", "resources", "alerts", "firing.yml");
    String tests = Files.readString(given);
    for (JsonNode rule : rules()) {
      assertThat(tests).contains("alertname: " + rule.get("alert").asText());
    }
    Path promtool = Path.of("/usr/bin/promtool");
    assumeTrue(Files.isExecutable(promtool), "needs promtool (Debian: prometheus)");
    Files.writeString(other.resolve("alerts.yml"), page("alerts.yml"));
    Files.writeString(other.resolve("firing.yml"), tests);

    Process run =
        new ProcessBuilder(promtool.toString(), "test", "rules", "firing.yml")
            .directory(other.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(run.getInputStream().readAllBytes());

    assertThat(run.waitFor(AT_MOST.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(run.exitValue()).as(said).isZero();
  }

  @Test
  void everyFindingIsOnThePage() throws Exception {
    for (Finding.Code code : Finding.Code.values()) {
      String status = code.isDown() ? "down" : "degraded";
      assertThat(page("forwarder.md")).contains("\n| `" + code.text() + "` | " + status + " |");
    }
  }

  @Test
  void theDeadManScriptIsQuietWhereNobodyWritesAndSaysHowLongNobodyDrained() throws Exception {
    assertThat(silentSeconds(queues)).isZero();

    Path source = Files.createDirectory(queues.resolve("shop-1"));
    Path description = Files.writeString(source.resolve("source.json"), "{}");
    Instant ago = Instant.now().minusSeconds(900);
    Files.setLastModifiedTime(description, FileTime.from(ago));
    assertThat(silentSeconds(queues)).as("never drained").isBetween(900L, 960L);

    Path beat = Files.createFile(queues.resolve(Heartbeat.FILE));
    assertThat(silentSeconds(queues)).as("just drained").isBetween(0L, 60L);

    Files.setLastModifiedTime(beat, FileTime.from(Instant.now().minusSeconds(400)));
    assertThat(silentSeconds(queues)).as("dead for a while").isBetween(400L, 460L);
  }

  @Test
  void theDeadManScriptSaysNothingOfADirectoryItCannotRead() throws Exception {
    Process script = deadMan(queues.resolve("missing"));

    assertThat(script.waitFor()).isEqualTo(1);
    assertThat(new String(script.getInputStream().readAllBytes())).isEmpty();
  }

  @Test
  void anIdleForwarderStaysAliveAndADeadOneDoesNot(PostgresSettings settings) throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1");
        Database database = Database.open(settings)) {
      queue.append(0);
      database.migrate();
      try (Drain drain = drain(database, queues, new Heartbeat(queues, notice -> {}))) {
        Thread following = new Thread(drain::follow);
        following.start();
        Path beat = queues.resolve(Heartbeat.FILE);
        await(() -> Files.exists(beat));
        FileTime first = Files.getLastModifiedTime(beat);
        await(() -> Files.getLastModifiedTime(beat).compareTo(first) > 0);
        assertThat(silentSeconds(queues)).as("idle").isLessThan(10);

        drain.stop();
        following.join(AT_MOST.toMillis());
        FileTime last = Files.getLastModifiedTime(beat);
        await(() -> silentSeconds(queues) > 6);
        assertThat(Files.getLastModifiedTime(beat)).as("after its death").isEqualTo(last);
      }
    }
  }

  @Test
  void aForwarderThatCannotUseItsLedgerIsDeadFromOutside(PostgresSettings settings)
      throws Exception {
    try (QueueFixture queue = new QueueFixture(queues, "shop-1");
        Database database = Database.open(settings)) {
      queue.append(0); // into a database that has no schema yet
      List<String> failures = new ArrayList<>();
      AtomicReference<Drain> following = new AtomicReference<>();
      DrainObserver stops =
          new DrainObserver() {
            @Override
            public void failed(StoreException failure) {
              failures.add(failure.getMessage());
              following.get().stop();
            }
          };
      try (Drain drain = drain(database, queues, new Heartbeat(queues, notice -> {}).and(stops))) {
        following.set(drain);
        drain.follow();
      }
      assertThat(failures).singleElement().asString().contains("migrate");
      assertThat(queues.resolve(Heartbeat.FILE)).doesNotExist();
    }
  }

  /** A look at a ledger in which something of everything happened. */
  private String scrapeOfEverything(PostgresSettings settings) throws Exception {
    try (Database database = Database.open(settings)) {
      database.migrate();
      try (Watch watch =
              new Watch(
                  database,
                  new DrainSettings(queues, Duration.ZERO, true, Duration.ZERO),
                  "0.0.1-test");
          QueueFixture ended = new QueueFixture(queues, "shop-1");
          QueueFixture open = new QueueFixture(other, "shop-2")) {
        ended.append(0).append(5).appendBytes(new byte[] {1});
        ended.append(6, new GapRecord("overflow", 2, QueueFixture.NOON, QueueFixture.NOON));
        try (Drain drain = drain(database, queues, watch.observer())) {
          drain.drainAll();
        }
        open.append(
            0, new AgentReport(QueueFixture.NOON, "{\"clients\":{\"okhttp\":\"refused: x\"}}"));
        try (Drain drain = drain(database, other, watch.observer())) {
          drain.drainAll();
        }
        execute(database, "UPDATE token_ledger.token_ledger_sources SET drained_at = NULL");
        execute(
            database,
            "INSERT INTO token_ledger.token_ledger_coverage"
                + " (day, source_id, provider, api, usage_expected, usage_parsed)"
                + " VALUES ((now() AT TIME ZONE 'UTC')::date, gen_random_uuid(), 'p', 'a', 10, 9)");
        execute(
            database,
            "INSERT INTO token_ledger.token_ledger_unlisted_hosts VALUES"
                + " ((now() AT TIME ZONE 'UTC')::date, gen_random_uuid(), 'h', '/c', false, 4)");
        execute(
            database,
            "UPDATE token_ledger.token_ledger_daily SET day = (now() AT TIME ZONE 'UTC')::date");
        Files.move(open.directory, queues.resolve("shop-2"));
        watch.look();
        Files.move(queues.resolve("shop-2"), open.directory);
        return watch.scrape();
      }
    }
  }

  private static Drain drain(Database database, Path queues, DrainObserver observer) {
    return new Drain(
        database,
        NO_PRICE,
        new DrainSettings(queues, Duration.ofHours(1), true, Duration.ofSeconds(5)),
        notice -> {},
        observer);
  }

  /** The labels of each series. */
  private static Map<String, Set<String>> labels(String scrape) {
    Map<String, Set<String>> labels = new TreeMap<>();
    Pattern label = Pattern.compile("([a-z_]+)=\"");
    scrape
        .lines()
        .filter(line -> line.startsWith("tokenledger_"))
        .forEach(
            line ->
                labels
                    .computeIfAbsent(line.split("[{ ]", 2)[0], series -> new TreeSet<>())
                    .addAll(label.matcher(line).results().map(found -> found.group(1)).toList()));
    return labels;
  }

  /** Counters and gauges by their names, histograms without their suffixes. */
  private static Set<String> families(String scrape) {
    return scrape
        .lines()
        .filter(line -> line.startsWith("# TYPE tokenledger_"))
        .map(line -> line.split(" ")[2])
        .filter(name -> !name.endsWith("_max") || name.equals("tokenledger_queue_max"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<JsonNode> rules() throws IOException {
    JsonNode root = new YAMLMapper().readTree(page("alerts.yml"));
    List<JsonNode> rules = new ArrayList<>();
    root.at("/groups/0/rules").forEach(rules::add);
    return rules;
  }

  private static long silentSeconds(Path directory) throws Exception {
    Process script = deadMan(directory);
    String text = new String(script.getInputStream().readAllBytes());
    assertThat(script.waitFor(AT_MOST.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(script.exitValue()).as(text).isZero();
    Matcher value =
        Pattern.compile("(?m)^" + FROM_THE_SCRIPT + "\\{directory=\"" + directory + "\"\\} (\\d+)$")
            .matcher(text);
    assertThat(value.find()).as(text).isTrue();
    return Long.parseLong(value.group(1));
  }

  /** The script as it stands on the page. */
  private static Process deadMan(Path directory) throws IOException {
    String operations = page("operations.md");
    int start = operations.indexOf("#!/bin/sh\n# tokenledger-deadman");
    String script = operations.substring(start, operations.indexOf("\n```", start));
    return new ProcessBuilder("sh", "-c", script, "tokenledger-deadman", directory.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static void execute(Database database, String sql) throws Exception {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long deadline = System.nanoTime() + AT_MOST.toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime() - deadline).as("waited for too long").isNegative();
      java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
    }
  }

  private static String page(String name) throws IOException {
    return Files.readString(Path.of("..", "docs", name));
  }
}
