package io.tokenledger.forwarder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.PostgresExtension;
import io.tokenledger.forwarder.store.PostgresSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PostgresExtension.class)
class SupportBundleCommandTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("SOME_API_KEY", "zq-environment-secret", "HTTP_TOKEN", "zq-http-secret");

  /** None may be in a bundle, whatever the place it was put into. */
  private static final List<String> SECRETS =
      List.of(
          "zq-environment-secret",
          "zq-http-secret",
          "zq-keystore-secret",
          "zq-record-secret",
          "zq-reason-secret",
          "zq-report-secret",
          "zq-client-secret",
          "sk-proj-abcdefghijklmnop1234",
          "zq-prompt-secret");

  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private PostgresSettings postgres;
  private Path zip;

  @BeforeEach
  void open(PostgresSettings postgres) throws Exception {
    this.postgres = postgres;
    zip = directory.resolve("bundle.zip");
    Path source = Files.createDirectories(directory.resolve("queue/shop-1"));
    Files.writeString(source.resolve("20261121-2252.cq4"), "zq-prompt-secret");
  }

  @Test
  void holdsNoPasswordTokenOrKeyWhereverOneIs() throws Exception {
    String config = config(postgres.url());
    assertThat(run("migrate", "--config", config)).isZero();
    plant();

    assertThat(run("support-bundle", "--config", config, "--output", zip.toString())).isZero();

    Map<String, String> parts = parts();
    assertThat(parts).hasSizeGreaterThan(10);
    parts.forEach(
        (name, text) -> {
          assertThat(text).as(name).doesNotContain(SECRETS);
          assertThat(text).as(name).doesNotContain(postgres.password());
          assertThat(text)
              .as(name)
              .doesNotContainPattern(
                  "(?i)(password|token|key)\"?\\s*[=:]\\s*\"?(?!\\[redacted])[^\\s\"]");
        });
    assertThat(parts.get("ledger/agents.jsonl")).contains("checkout", "[redacted]");
  }

  @Test
  void tellsHowTheInstallationStands() throws Exception {
    String config = config(postgres.url());
    assertThat(run("migrate", "--config", config)).isZero();
    plant();

    assertThat(run("support-bundle", "--config", config, "--output", zip.toString())).isZero();

    Map<String, String> parts = parts();
    assertThat(parts.values()).noneMatch(text -> text.startsWith("Not readable"));
    assertThat(parts.get("configuration.txt"))
        .contains("postgres.password is set", "http.token is set", "with sslpassword");
    assertThat(parts.get("queue.txt")).contains("shop-1/20261121-2252.cq4  16  ");
    assertThat(parts.get("sources.json")).contains("\"elsewhere\"", "\"dead_letters\" : 2");
    assertThat(parts.get("ledger/dead-letters.jsonl"))
        .contains("\"sqlstate\":\"22P02\"", "cut at byte 3");
    assertThat(parts.get("ledger/schema.jsonl")).contains("\"success\":true");
    assertThat(parts.get("ledger/server.jsonl")).contains("PostgreSQL");
    assertThat(parts.get("metrics.txt")).contains("tokenledger_dead_letters 2.0");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(zip)))
        .isEqualTo("rw-------");
  }

  @Test
  void isWrittenWithoutTheLedgerToo() throws Exception {
    String config = config("jdbc:postgresql://127.0.0.1:1/ledger");

    assertThat(run("support-bundle", "--config", config, "--output", zip.toString())).isZero();

    assertThat(err.toString()).contains("cannot be reached").doesNotContain(SECRETS);
    assertThat(parts().get("ledger/unreachable.txt"))
        .contains("cannot be reached")
        .doesNotContain(SECRETS);
    assertThat(parts()).containsKeys("environment.txt", "configuration.txt", "queue.txt");
  }

  @Test
  void namesEachKeyOfTheConfigurationAndNoSecretOfItsUrls() throws Exception {
    String config =
        Files.writeString(
                directory.resolve("urls.yml"),
                """
                queue: { directory: '%s' }
                postgres:
                  url: 'jdbc:postgresql://127.0.0.1:1/ledger?user=me&password=zq-url-secret'
                  migrate_url: 'jdbc:postgresql://127.0.0.1:1/ledger?user=o&password=zq-migrate-secret'
                retention: { events: 13mo }
                """
                    .formatted(directory.resolve("queue")))
            .toString();

    assertThat(run("support-bundle", "--config", config, "--output", zip.toString())).isZero();

    String configuration = parts().get("configuration.txt");
    for (ConfigKey key : ConfigKey.values()) {
      assertThat(configuration).contains("\n" + key.path() + " ");
    }
    assertThat(configuration).contains("retention.events P13M", "with user&password");
    assertThat(parts().toString() + err).doesNotContain("zq-");
  }

  @Test
  void replacesNoFile() throws Exception {
    Files.writeString(zip, "mine");

    assertThat(
            run(
                "support-bundle",
                "--config",
                config("jdbc:postgresql://127.0.0.1:1/ledger"),
                "--output",
                zip.toString()))
        .isEqualTo(Commands.FAILED);

    assertThat(Files.readString(zip)).isEqualTo("mine");
    assertThat(err.toString()).contains("is there already");
  }

  private void plant() throws Exception {
    try (Connection connection =
            DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO token_ledger.token_ledger_sources (source_id, service, reported_at, clients, report)"
              + " VALUES ('00000000-0000-7000-8000-000000000001', 'checkout', now(),"
              + " '{\"okhttp\": \"refused: https://user:zq-client-secret@proxy/\"}',"
              + " '{\"authorization\": \"Bearer zq-report-secret\", \"error\": \"sk-proj-abcdefghijklmnop1234\","
              + " \"api_key\": \"zq-report-secret\"}')");
      statement.execute(
          "INSERT INTO token_ledger.token_ledger_dead_letters (source_id, place, reason, sqlstate, record)"
              + " VALUES ('00000000-0000-7000-8000-000000000001', 'a', 'invalid: zq-reason-secret', '22P02',"
              + " 'zq-record-secret'), ('00000000-0000-7000-8000-000000000001', 'b', 'cut at byte 3', NULL,"
              + " 'zq-record-secret')");
      statement.execute("SELECT token_ledger.ensure_partition('2026-11-01')");
      statement.execute(
          "INSERT INTO token_ledger.token_ledger_events (event_id, timestamp, ingested_at, source_id,"
              + " source_seq, request_preview) VALUES (gen_random_uuid(), '2026-11-20 12:00:00+00', now(),"
              + " gen_random_uuid(), 0, 'zq-prompt-secret')");
    }
  }

  private String config(String url) throws Exception {
    return Files.writeString(
            directory.resolve("forwarder.yml"),
            String.join(
                "\n",
                "queue: { directory: '" + directory.resolve("queue") + "' }",
                "http: { token: '${HTTP_TOKEN}' }",
                "postgres:",
                "  url: '"
                    + url
                    + (url.contains("?") ? "&" : "?")
                    + "sslpassword=zq-keystore-secret'",
                "  user: '" + postgres.user() + "'",
                "  password: '" + postgres.password() + "'"))
        .toString();
  }

  private Map<String, String> parts() throws Exception {
    Map<String, String> parts = new TreeMap<>();
    try (ZipFile file = new ZipFile(zip.toFile())) {
      for (ZipEntry entry : file.stream().toList()) {
        parts.put(
            entry.getName(),
            new String(file.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return parts;
  }

  private int run(String... arguments) {
    return ForwarderMain.run(
        new PrintWriter(out, true), new PrintWriter(err, true), ENVIRONMENT, arguments);
  }
}
