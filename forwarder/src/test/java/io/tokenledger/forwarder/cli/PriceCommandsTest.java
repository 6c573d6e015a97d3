package io.tokenledger.forwarder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.download.ScriptedServer;
import io.tokenledger.forwarder.report.LedgerRows;
import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The commands about money, end to end in this process. */
@ExtendWith(PostgresExtension.class)
class PriceCommandsTest {
  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Map<String, String> environment = Map.of();
  private Path config;

  @Test
  void explainsARowToTheLastDigit(PostgresSettings settings) throws Exception {
    String eventId = ledgerWith(settings, "anthropic", "claude-sonnet-4-6");

    assertThat(run("explain", eventId)).isZero();

    assertThat(out.toString())
        .contains(
            "sheet  anthropic/claude-sonnet-4-6/standard@",
            "source genai-prices 47df840a5ab1",
            "input                               2 x 3 / 1000000 = 0.000006",
            "cache_read                      14983 x 0.3 / 1000000 = 0.0044949",
            "cache_write_5m                    327 x 3.75 / 1000000 = 0.00122625",
            "output                             72 x 15 / 1000000 = 0.00108",
            "Cost: 0.00680715 USD, source: catalogue",
            "The row in the ledger says the same.");
  }

  @Test
  void saysThatARowIsNotThere(PostgresSettings settings) throws Exception {
    ledgerWith(settings, "openai", "gpt-5");

    assertThat(run("explain", "00000000-0000-7000-8000-000000000000")).isEqualTo(1);
    assertThat(err.toString()).startsWith("There is no row with event_id").hasLineCount(1);
  }

  @Test
  void loadsPricesRepricesAndKeepsClosedMonths(PostgresSettings settings) throws Exception {
    String eventId = ledgerWith(settings, "local", "one");
    Path file =
        Files.writeString(
            directory.resolve("offer.yml"),
            """
            name: offer
            layer: override
            prices:
            - provider: local
              currency: USD
              sources: { mine: { name: "offer 7", date: "2026-10-01" } }
              tiers: { standard: standard }
              models:
              - model: one
                periods: [ { source: mine, rates: { standard: { input: "1", cache_read: "1", cache_write: "1", output: "2" } } } ]
            """);

    assertThat(run("explain", eventId)).isZero();
    assertThat(text()).contains("Cost: not known, because: unknown_model");
    assertThat(run("prices", "load", "--dry-run", file.toString())).isZero();
    assertThat(text()).contains("1 new sheets", "Dry run: nothing was loaded.");
    assertThat(run("prices", "load", file.toString())).isZero();
    assertThat(text()).contains("Loaded override 'offer'");
    assertThat(run("prices", "list")).isZero();
    assertThat(text()).contains("override  offer  version 1, loaded");
    assertThat(run("explain", eventId)).isZero();
    assertThat(text()).contains("Cost: 0.015456 USD", "says otherwise (cost_usd NULL");

    assertThat(run("close", "2026-10")).isZero();
    assertThat(text()).contains("Closed 2026-10: 1 row, 0 USD known");
    assertThat(reprice()).isZero();
    assertThat(text()).contains("1 of 1 rows would change", "1 newly priced");
    assertThat(reprice("--apply")).isEqualTo(1);
    assertThat(err.toString()).contains("Closed: 2026-10.", "--reopen");
    assertThat(reprice("--apply", "--reopen", "--reason", "offer 7")).isZero();
    assertThat(text()).contains("Repriced 1 of 1 rows");
    assertThat(reprice("--apply")).isZero();
    assertThat(text()).contains("Repriced 0 of 1 rows");
    assertThat(run("prices", "remove", "override", "offer")).isZero();
    assertThat(run("prices", "remove", "override", "offer")).isEqualTo(1);
  }

  @Test
  void importsACatalogueOnlyWhenItsMovesAreAccepted(PostgresSettings settings) throws Exception {
    ledgerWith(settings, "openai", "gpt-5");
    Path file =
        Files.writeString(
            directory.resolve("litellm.json"),
            """
            {"gpt-5": {"litellm_provider": "openai", "input_cost_per_token": 1.25e-04, "output_cost_per_token": 1e-05}}
            """);
    String[] arguments = {"prices", "import", "--format", "litellm", file.toString()};

    assertThat(run(arguments)).isEqualTo(1);
    assertThat(err.toString()).contains("give --valid-from");
    assertThat(run(with(arguments, "--valid-from", "2026-11-01"))).isEqualTo(1);
    assertThat(err.toString()).contains("1 rates move by more than 0.5");
    assertThat(text()).contains("openai/gpt-5/standard input: 1.25 -> 125 (+9900.0 %)");
    assertThat(run(with(arguments, "--valid-from", "2026-11-01", "--accept-moves"))).isZero();
    assertThat(text()).contains("1 entries: 1 models taken", "Imported 'litellm 2026-11-01'");
  }

  @Test
  void reconcilesAFileWithTheLedger(PostgresSettings settings) throws Exception {
    ledgerWith(settings, "anthropic", "claude-sonnet-4-6");
    Path bill =
        Files.writeString(
            directory.resolve("bill.csv"),
            """
            day,account,class,tokens,amount_usd
            2026-10-10,,fresh_input,2,
            2026-10-10,,cache_read,14983,
            2026-10-10,,cache_write,327,
            2026-10-10,,output,72,
            2026-10-10,,,,0.00680715
            2026-10-11,,,,1.5
            """);

    assertThat(run("reconcile", "--provider", "anthropic", "--month", "2026-10", "csv=" + bill))
        .isZero();

    assertThat(text())
        .contains(
            "cache_read     bill 14,983, ledger 14,983, missing 0",
            "= known                  0.006807",
            "+ never seen             1.500000",
            "+ difference             0.000000");
  }

  @Test
  void asksTheProviderItselfWithAKeyThatIsNoArgument(PostgresSettings settings) throws Exception {
    ledgerWith(settings, "anthropic", "claude-sonnet-4-6");
    String period =
        "?starting_at=2026-10-01T00:00:00Z&ending_at=2026-11-01T00:00:00Z&bucket_width=1d&limit=31&group_by%5B%5D=workspace_id";
    try (ScriptedServer server = new ScriptedServer()) {
      server
          .on(
              "/v1/organizations/usage_report/messages" + period + "&group_by%5B%5D=api_key_id",
              ScriptedServer.Answer.ok("{\"data\": [], \"has_more\": false}"))
          .on(
              "/v1/organizations/cost_report" + period,
              ScriptedServer.Answer.ok(
                  """
                  {"data": [{"starting_at": "2026-10-10T00:00:00Z", "results": [
                    {"currency": "USD", "amount": "10.680715", "workspace_id": null}]}], "has_more": false}
                  """));
      String[] arguments = {
        "reconcile",
        "--provider",
        "anthropic",
        "--month",
        "2026-10",
        "--settle-days",
        "0",
        "--fetch",
        "--address",
        server.address()
      };

      assertThat(run(arguments)).isEqualTo(1);
      assertThat(err.toString())
          .contains("The environment variable ANTHROPIC_ADMIN_KEY is not set");
      environment = Map.of("ANTHROPIC_ADMIN_KEY", "sk-ant-admin-1");
      assertThat(run(arguments)).isZero();
      assertThat(text())
          .contains("invoice                  0.106807", "+ never seen             0.100000");
      Path key = Files.writeString(directory.resolve("key"), "sk-ant-admin-2\n");
      assertThat(run(with(arguments, "--key-file", key.toString()))).isZero();
      assertThat(server.asked())
          .extracting(asked -> asked.headers().get("X-api-key").get(0))
          .containsExactly("sk-ant-admin-1", "sk-ant-admin-1", "sk-ant-admin-2", "sk-ant-admin-2");
      assertThat(out.toString() + err).doesNotContain("sk-ant-admin");
    }
  }

  @Test
  void saysThatABillIsNeeded(PostgresSettings settings) throws Exception {
    ledgerWith(settings, "anthropic", "claude-sonnet-4-6");

    assertThat(run("reconcile", "--provider", "anthropic", "--month", "2026-10")).isEqualTo(2);
    assertThat(err.toString()).contains("There is no bill: give format=file, or --fetch.");
  }

  @Test
  void importsACatalogueFromAnAddress(PostgresSettings settings) throws Exception {
    ledgerWith(settings, "openai", "gpt-5");
    try (ScriptedServer server = new ScriptedServer()) {
      server
          .on(
              "/prices.json",
              new ScriptedServer.Answer(302, Map.of("Location", "/v2/prices.json"), ""))
          .on(
              "/v2/prices.json",
              ScriptedServer.Answer.ok(
                  """
                  {"acme": {"id": "acme", "models": {
                    "one": {"id": "one", "cost": {"input": 1.5, "output": 6}},
                    "two": {"id": "two"}}}}
                  """));
      String[] arguments = {
        "prices", "import", "--format", "models-dev", "--valid-from", "2026-11-01"
      };

      assertThat(run(with(arguments, server.address() + "/prices.json"))).isZero();
      assertThat(text())
          .contains("2 entries: 1 models taken, the rest skipped.", "skipped  1: no price");
      assertThat(run(with(arguments, server.address() + "/none.json"))).isEqualTo(1);
      assertThat(err.toString()).contains("/none.json cannot be read (HTTP 404).");
      assertThat(run(with(arguments, "ftp://host/prices.json"))).isEqualTo(1);
      assertThat(err.toString())
          .contains("cannot be read (it is no address of http:// or https://).");
    }
  }

  private int reprice(String... more) {
    return run(
        with(
            new String[] {"prices", "reprice", "--from", "2026-10-01", "--to", "2026-10-31"},
            more));
  }

  private static String[] with(String[] first, String... more) {
    return java.util.stream.Stream.of(first, more)
        .flatMap(java.util.Arrays::stream)
        .toArray(String[]::new);
  }

  /** A ledger with one row of October; its event_id. */
  private String ledgerWith(PostgresSettings settings, String provider, String model)
      throws IOException, SQLException {
    config =
        Files.writeString(
            directory.resolve("forwarder.yml"),
            "postgres: { url: \""
                + settings.url()
                + "\", user: "
                + settings.user()
                + ", password: \""
                + settings.password()
                + "\" }\n");
    try (Database database = Database.open(settings)) {
      database.migrate();
      new LedgerRows(database)
          .add(
              UsageRecord.builder()
                  .set(UsageField.TIMESTAMP, Instant.parse("2026-10-10T12:00:00Z"))
                  .set(UsageField.PROVIDER, provider)
                  .set(UsageField.API, provider + ".chat")
                  .set(UsageField.MODEL, model)
                  .set(UsageField.SERVICE_TIER, "standard")
                  .set(UsageField.STATUS, "success")
                  .set(UsageField.COMPLETION, "complete")
                  .set(UsageField.INPUT_TOKENS, 15312L)
                  .set(UsageField.CACHE_READ_TOKENS, 14983L)
                  .set(UsageField.CACHE_WRITE_TOKENS, 327L)
                  .set(UsageField.CACHE_WRITE_5M_TOKENS, 327L)
                  .set(UsageField.CACHE_WRITE_1H_TOKENS, 0L)
                  .set(UsageField.OUTPUT_TOKENS, 72L)
                  .build());
      try (Connection connection = database.connect();
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT event_id FROM token_ledger_events")) {
        row.next();
        return row.getString(1);
      }
    }
  }

  /** What was printed since the last call. */
  private String text() {
    String text = out.toString();
    out.getBuffer().setLength(0);
    return text;
  }

  private int run(String... arguments) {
    return ForwarderMain.run(
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        environment,
        with(arguments, "--config", config.toString()));
  }
}
