package io.tokenledger.forwarder.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
  @TempDir Path directory;

  @Test
  void fillsInTheDefaults() {
    ForwarderConfig config = ConfigReader.read(null, Map.of());

    assertThat(config.queueDirectory().toString()).endsWith("tokenledger/queue");
    assertThat(config.keep()).isEqualTo(Duration.ofHours(24));
    assertThat(config.directoryMaxBytes()).isEqualTo(4L << 30);
    assertThat(config.deadLettersKeep()).isEqualTo(Duration.ofDays(30));
    assertThat(config.shutdownDrain()).isEqualTo(Duration.ofSeconds(20));
    assertThat(config.postgres()).isNull();
    assertThat(config.embeddedDirectory())
        .isEqualTo(config.queueDirectory().resolveSibling("postgres"));
    assertThat(config.http()).isEqualTo(new ForwarderConfig.Http("127.0.0.1", 8765, null));
  }

  @Test
  void readsTheExampleOfTheContracts() throws IOException {
    ForwarderConfig config =
        read(
            """
            queue: { directory: /var/lib/tokenledger/queue, keep: 48h, directory_max_bytes: 8GiB }
            postgres: { url: "jdbc:postgresql://db/ledger", user: ledger, password: "${LEDGER_PASSWORD}" }
            http: { address: 127.0.0.1, port: 0 }
            shutdown_drain: 5s
            """,
            Map.of("LEDGER_PASSWORD", "p$1\\w"));

    assertThat(config.queueDirectory()).isEqualTo(Path.of("/var/lib/tokenledger/queue"));
    assertThat(config.keep()).isEqualTo(Duration.ofDays(2));
    assertThat(config.directoryMaxBytes()).isEqualTo(8L << 30);
    assertThat(config.shutdownDrain()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.postgres().password()).isEqualTo("p$1\\w");
    assertThat(config.http().port()).isZero();
  }

  @Test
  void takesThePasswordOutOfTheUrlThatMessagesName() throws IOException {
    ForwarderConfig config =
        read(
            "postgres: { url: 'jdbc:postgresql://db/ledger?user=me&password=s%2Fcret&ssl=true' }",
            Map.of());

    assertThat(config.postgres().url()).isEqualTo("jdbc:postgresql://db/ledger?user=me&ssl=true");
    assertThat(config.postgres().password()).isEqualTo("s/cret");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          queue:\\n  directroy: x | line 2: unknown key 'queue.directroy'; did you mean 'queue.directory'?
          colour: green | line 1: unknown key 'colour'; known are queue.directory, queue.keep
          queue: [a, b] | line 1: queue must not be a list.
          queue: here | line 1: queue must hold keys of its own, not a value.
          queue:\\n  keep: { a: 1 } | line 2: queue.keep must be a single value.
          queue:\\n  keep: | line 2: queue.keep has no value.
          queue:\\n  keep: long | line 2: queue.keep is 'long', not a duration such as 20s, 15m or 24h.
          http:\\n  port: 99999 | line 2: http.port is '99999', not a port from 0 to 65535.
          http:\\n  address: 0.0.0.0 | line 2: http.address is 0.0.0.0, which others can reach: set http.token as well.
          postgres:\\n  url: mysql://x | line 2: postgres.url must look like jdbc:postgresql://host:port/database.
          postgres:\\n  url: "jdbc:postgresql://me:s3cret@db/ledger" | line 2: postgres.url has a user before the host, which a JDBC URL cannot
          postgres:\\n  user: me | line 2: postgres.user is set, but postgres.url is not.
          postgres:\\n  url: "${NO_SUCH}" | line 2: postgres.url needs the environment variable NO_SUCH, which is not set.
          queue: { keep: 1h }\\nqueue: { keep: 2h } | line 2: Duplicate field 'queue'
          - a | line 1: the file must consist of keys and values.
          """)
  void refusesWithFileLineAndKey(String yaml, String complaint) {
    assertThatThrownBy(() -> read(yaml.replace("\\n", "\n"), Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(directory.resolve("forwarder.yml") + " line ")
        .hasMessageContaining(complaint)
        .message()
        .doesNotContain("s3cret");
  }

  @Test
  void refusesWhatIsNoYaml() {
    assertThatThrownBy(() -> read("queue: { directory: [\n", Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("forwarder.yml line ")
        .message()
        .hasLineCount(1);
  }

  @Test
  void refusesAFileThatIsNotThere() {
    assertThatThrownBy(() -> ConfigReader.read(directory.resolve("none.yml"), Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessage("There is no configuration file " + directory.resolve("none.yml") + ".");
  }

  @Test
  void takesAnEmptyFileForTheDefaults() throws IOException {
    assertThat(read("", Map.of()).http().port()).isEqualTo(8765);
    assertThat(read("# nothing\n", Map.of()).http().port()).isEqualTo(8765);
  }

  private ForwarderConfig read(String yaml, Map<String, String> environment) throws IOException {
    Path file = directory.resolve("forwarder.yml");
    Files.writeString(file, yaml);
    return ConfigReader.read(file, environment);
  }
}
