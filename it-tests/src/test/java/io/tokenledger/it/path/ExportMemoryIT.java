package io.tokenledger.it.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.it.harness.ForwarderSetup;
import io.tokenledger.it.harness.Jars;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Far more rows than a small heap could hold go through it. */
@ExtendWith(PostgresExtension.class)
class ExportMemoryIT {
  private static final int ROWS = 100_000;
  private static final Duration AT_MOST = Duration.ofSeconds(90);

  @TempDir Path directory;

  @Test
  void exportsAHundredThousandRowsWithinASmallHeap(PostgresSettings postgres) throws Exception {
    ForwarderSetup forwarder =
        new ForwarderSetup(directory, Files.createDirectory(directory.resolve("queue")), postgres);
    forwarder.done("migrate");
    fill(forwarder);

    for (String format : new String[] {"jsonl", "focus"}) {
      Path output = directory.resolve("rows." + format);
      JavaProcess export =
          JavaProcess.on(Jdks.current())
              .in(directory)
              .environment("LEDGER_PASSWORD", postgres.password())
              .jvm("-Xmx48m")
              .jar(
                  Jars.forwarder(),
                  "export",
                  "--format",
                  format,
                  "--output",
                  output.toString(),
                  "--config",
                  directory.resolve("forwarder.yml").toString())
              .start();

      assertThat(export.exitCode(AT_MOST)).as(export.transcript()).isZero();
      assertThat(Files.size(output)).as("more than the heap").isGreaterThan(48L << 20);
      try (Stream<String> lines = Files.lines(output)) {
        assertThat(lines.count()).isGreaterThanOrEqualTo(ROWS);
      }
    }
  }

  private static void fill(ForwarderSetup forwarder) throws SQLException {
    try (Connection ledger = forwarder.connect();
        Statement statement = ledger.createStatement()) {
      statement.execute(
          "SELECT token_ledger.ensure_partition((now() - interval '2 hours')::date),"
              + " token_ledger.ensure_partition(now()::date)");
      statement.execute(
          "INSERT INTO token_ledger.token_ledger_events (event_id, timestamp, ingested_at,"
              + " source_id, source_seq, provider, api, model, billed, status, completion,"
              + " usage_source, input_tokens, output_tokens, total_tokens, cost_usd,"
              + " list_cost_usd, input_cost_usd, output_cost_usd, cost_source, price_id,"
              + " app_name, metadata) SELECT gen_random_uuid(),"
              + " now() - interval '1 hour' - n * interval '10 milliseconds',"
              + " now() - interval '1 hour' - n * interval '10 milliseconds', gen_random_uuid(), n,"
              + " 'openai', 'openai.chat', 'gpt-4o-mini', true, 'success', 'complete',"
              + " 'provider', 10, 5, 15, 0.0003, 0.0003, 0.0001, 0.0002, 'catalogue', 'p', 'shop',"
              + " jsonb_build_object('filler', repeat('x', 300)) FROM generate_series(1, "
              + ROWS
              + ") AS n");
    }
  }
}
