package io.tokenledger.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
  @TempDir Path directory;

  private final Map<String, String> properties = new HashMap<>(Map.of("user.home", "/home/u"));
  private final Map<String, String> variables = new HashMap<>();
  private final ConfigReader reader =
      new ConfigReader(
          new Settings.Environment() {
            @Override
            public String property(String name) {
              return properties.get(name);
            }

            @Override
            public String variable(String name) {
              return variables.get(name);
            }
          });

  @Test
  void servesDefaultsWithoutAFile() throws ConfigException {
    properties.put("sun.java.command", "com.acme.shop.Main --port 80");

    AgentConfig config = reader.read(null);

    assertThat(config.enabled()).isTrue();
    assertThat(config.service()).isEqualTo("Main");
    assertThat(config.environment()).isNull();
    assertThat(config.queue().maxBytes()).isEqualTo(1L << 30);
    assertThat(config.queue().directoryMaxBytes()).isEqualTo(4L << 30);
    assertThat(config.queue().minFreeDiskBytes())
        .isEqualTo(AgentConfig.Queue.DEFAULT_MIN_FREE_DISK);
    assertThat(config.queue().fileMode()).isEqualTo(0600);
    assertThat(config.queue().directoryMode()).isEqualTo(0700);
    assertThat(config.endpoints()).isEmpty();
    assertThat(config.discover()).isTrue();
    assertThat(config.meters("okhttp")).isTrue();
    assertThat(config.preview()).isEqualTo(new AgentConfig.Preview(false, 500));
    assertThat(config.requestStreamUsage()).isFalse();
    assertThat(config.log()).isEqualTo(new AgentConfig.Log("warn", "-"));
    assertThat(reader.warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "com.acme.Main a b, Main",
    "Main, Main",
    "/opt/my shop/shop-1.2.jar --x, shop-1.2",
    "mod.name/com.acme.App x, App",
    "run.jarred.Main, Main",
    "'', unknown",
  })
  void namesTheServiceAfterMainClassOrJar(String command, String service) throws ConfigException {
    properties.put("sun.java.command", command);

    assertThat(reader.read(null).service()).isEqualTo(service);
  }

  @Test
  void readsEveryKeyOfTheFile() throws Exception {
    AgentConfig config =
        read(
            """
            enabled: true
            service: shop
            environment: prod
            queue:
              directory: /data/q
              max_bytes: 10MiB
              directory_max_bytes: 2 GiB
              min_free_disk: 5KiB
              file_mode: 0660
            endpoints:
              - { url: "http://gw:8080/openai/", provider: gateway, dialect: openai, billed: false }
              - url: https://llm.acme.com
                provider: acme
            discover: false
            clients: { okhttp: false }
            attribution:
              team: "search"
              cost_center: 42
            fingerprint.salt: s3cret
            preview: { enabled: true, max_chars: 20 }
            stream_usage: request
            log: { level: debug, file: /tmp/x.log }
            """);

    assertThat(config.service()).isEqualTo("shop");
    assertThat(config.environment()).isEqualTo("prod");
    assertThat(config.queue())
        .isEqualTo(new AgentConfig.Queue("/data/q", 10L << 20, 2L << 30, 5 << 10, 0660));
    assertThat(config.queue().directoryMode()).isEqualTo(02770);
    assertThat(config.endpoints())
        .containsExactly(
            new AgentConfig.Endpoint("http://gw:8080/openai", "gateway", "openai", false),
            new AgentConfig.Endpoint("https://llm.acme.com", "acme", null, true));
    assertThat(config.discover()).isFalse();
    assertThat(config.meters("okhttp")).isFalse();
    assertThat(config.meters("jdk")).isTrue();
    assertThat(config.attribution()).isEqualTo(Map.of("team", "search", "cost_center", "42"));
    assertThat(config.fingerprintSalt()).isEqualTo("s3cret");
    assertThat(config.preview()).isEqualTo(new AgentConfig.Preview(true, 20));
    assertThat(config.requestStreamUsage()).isTrue();
    assertThat(config.log()).isEqualTo(new AgentConfig.Log("debug", "/tmp/x.log"));
    assertThat(reader.warnings())
        .as("keys that this version does not act on yet")
        .containsExactly("preview.enabled: this version stores no text, ignored");
  }

  @Test
  void prefersSystemPropertyToEnvironmentToFile() throws Exception {
    properties.put("tokenledger.queue.directory", "/property");
    variables.put("TOKENLEDGER_QUEUE_DIRECTORY", "/variable");
    variables.put("TOKENLEDGER_ENVIRONMENT", "variable");
    variables.put("TOKENLEDGER_CLIENTS_JDK", "false");

    AgentConfig config =
        read("queue.directory: /file\nenvironment: file\nservice: file\nclients.jdk: true");

    assertThat(config.queue().directory()).isEqualTo("/property");
    assertThat(config.environment()).isEqualTo("variable");
    assertThat(config.service()).isEqualTo("file");
    assertThat(config.meters("jdk")).isFalse();
    assertThat(config.meters("apache5-async")).isTrue();
  }

  @Test
  void switchesVariantsOfAClientByItsOneKey() throws Exception {
    assertThat(read("clients.apache5: false").meters("apache5-async")).isFalse();
  }

  @Test
  void warnsOnceOfEachUnknownKeyAndIgnoresIt() throws Exception {
    AgentConfig config =
        read(
            """
            service: shop
            newer: { a: 1 }
            queue: { directry: /x }
            clients: { netty: true }
            endpoints: [ { url: "http://h", provider: p, weight: 3 } ]
            """);

    assertThat(config.service()).isEqualTo("shop");
    assertThat(reader.warnings())
        .containsExactly(
            "agent.yml line 2, newer: unknown key, ignored",
            "agent.yml line 3, queue.directry: unknown key, ignored",
            "agent.yml line 4, clients.netty: unknown key, ignored",
            "agent.yml line 5, endpoints[].weight: unknown key, ignored");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "enabled: maybe | line 1, enabled: \"maybe\" is neither true nor false",
        "queue: { max_bytes: lots } | line 1, queue.max_bytes: \"lots\" is not a size",
        "queue.max_bytes: 1000 | line 1, queue.max_bytes: \"1000\" is not a size",
        "queue.max_bytes: 1MB | is not a size",
        "queue.max_bytes: 99999999999GiB | is not a size",
        "queue.max_bytes: -1B | is not a size",
        "queue.file_mode: 0777 | \"0777\" is not one of 0600, 0660",
        "queue: text | line 1, queue: keys below it expected",
        "queue: { directory: [a] } | line 1, queue.directory: one value expected",
        "endpoints: { url: x } | line 1, endpoints: a list expected",
        "endpoints: [ http://h ] | endpoints: { url, provider } expected",
        "endpoints: [ { url: http://h } ] | endpoints[]: provider is missing",
        "endpoints: [ { provider: p } ] | endpoints[]: url is missing",
        "endpoints: [ { url: h/x, provider: p } ] | endpoints[].url: \"h/x\" is not a prefix",
        "endpoints: [ { url: \"http://\", provider: p } ] | is not a prefix of a URL",
        "endpoints: [ { url: \"http://h\", provider: p, billed: no } ] | neither true nor false",
        "preview.max_chars: -5 | is not a whole number from 0 to",
        "stream_usage: always | is not one of observe, request",
        "log.level: loud | is not one of warn, off, error, info, debug",
        "service: [x] | service: one value expected",
        "queue.directory: /a | NONE",
      })
  void namesFileLineAndKeyOfAWrongValue(String line, String message) throws Exception {
    if (message.equals("NONE")) {
      read(line);
      return;
    }
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> read(line))
        .withMessageStartingWith("agent.yml line 1")
        .withMessageContaining(message);
  }

  @Test
  void namesThePropertyOrVariableOfAWrongValue() {
    properties.put("tokenledger.discover", "yes");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> reader.read(null))
        .withMessage("system property tokenledger.discover: \"yes\" is neither true nor false");

    properties.remove("tokenledger.discover");
    variables.put("TOKENLEDGER_DISCOVER", "no");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> reader.read(null))
        .withMessage("environment variable TOKENLEDGER_DISCOVER: \"no\" is neither true nor false");
  }

  @Test
  void refusesAKeyThatIsThereInTwoSpellings() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> read("queue.directory: /a\nqueue: { directory: /b }"))
        .withMessage("agent.yml line 2, queue.directory: the key is there twice");
  }

  @Test
  void saysThatAFileCannotBeRead() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> reader.read(directory.resolve("none.yml").toString()))
        .withMessageContaining("none.yml: cannot be read");
  }

  @Test
  void givesEqualConfigurationsEqualDigestsAndOthersNot() throws Exception {
    String one = read("service: a\nfingerprint.salt: x").digest();

    assertThat(read("# same\nservice: 'a'\nfingerprint.salt: y").digest()).isEqualTo(one);
    assertThat(read("service: b\nfingerprint.salt: x").digest()).isNotEqualTo(one);
  }

  private AgentConfig read(String text) throws ConfigException, IOException {
    Path file = Files.writeString(directory.resolve("agent.yml"), text);
    return reader.read(file.toString());
  }
}
