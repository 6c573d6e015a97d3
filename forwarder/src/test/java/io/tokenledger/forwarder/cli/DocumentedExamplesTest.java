package io.tokenledger.forwarder.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** What the pages show for copying is taken by the commands, the configuration and systemd. */
class DocumentedExamplesTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final String JAR = "tokenledger-forwarder.jar ";

  /** What it is in a shell ends there: quotation, pipe, redirection, next command, comment. */
  private static final Pattern END_OF_COMMAND = Pattern.compile("[`|;&#]|\\d?>");

  @TempDir Path directory;

  static List<String> commands() throws IOException {
    List<String> commands = new ArrayList<>();
    try (Stream<Path> pages = Files.walk(DOCS)) {
      List<Path> all =
          new ArrayList<>(pages.filter(page -> page.toString().endsWith(".md")).toList());
      all.add(Path.of("..", "README.md"));
      for (Path page : all) {
        for (String line : Files.readAllLines(page)) {
          int at = line.indexOf(JAR);
          String command = at < 0 ? "" : END_OF_COMMAND.split(line.substring(at + JAR.length()))[0];
          boolean isCopied = line.startsWith("install ");
          if (!command.isBlank() && !command.startsWith("<") && !isCopied) {
            commands.add(command.strip());
          }
        }
      }
    }
    return commands;
  }

  @ParameterizedTest
  @MethodSource("commands")
  void isACommandLineAsTheForwarderTakesIt(String command) {
    assertThat(parse(words(command)).hasSubcommand()).as(command).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"forwarder", "postgres"})
  void isAConfigurationAsTheForwarderTakesIt(String page) throws IOException {
    Map<String, String> environment = Map.of("LEDGER_PASSWORD", "a", "OWNER_PASSWORD", "b");
    List<String> examples = fenced(page, "yaml");
    assertThat(examples).isNotEmpty();
    for (String example : examples) {
      Path file = Files.writeString(directory.resolve("forwarder.yml"), example);

      assertThat(ConfigReader.read(file, environment).postgres()).as(example).isNotNull();
    }
  }

  @Test
  void isAUnitThatSystemdTakes() throws Exception {
    String unit = fenced("operations", "ini").get(0);
    Path file = Files.writeString(directory.resolve("tokenledger-forwarder.service"), unit);
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/systemd-analyze")), "needs systemd-analyze");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/java")), "the unit starts /usr/bin/java");

    Process verify =
        new ProcessBuilder("/usr/bin/systemd-analyze", "verify", file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(verify.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(verify.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(said.lines().filter(line -> line.contains("tokenledger"))).isEmpty();
  }

  @Test
  void isAUnitThatMayWriteWhereTheForwarderDoesAndHasTheTimeToStop() throws IOException {
    Map<String, String> unit = assignments(fenced("operations", "ini").get(0));
    String[] command = unit.get("ExecStart").split(" " + JAR.strip() + "|" + JAR);

    assertThat(parse(words(command[1])).subcommand().commandSpec().name()).isEqualTo("run");
    assertThat(unit).containsEntry("ReadWritePaths", "/var/lib/tokenledger/queue");
    assertThat(unit).containsEntry("ProtectSystem", "strict");
    assertThat(unit).containsEntry("RestartPreventExitStatus", Integer.toString(Commands.MISUSED));
    String installation = fenced("operations", "sh").get(0);
    for (String path : List.of("ReadWritePaths", "EnvironmentFile")) {
      assertThat(installation).as(path).contains(unit.get(path));
    }
    assertThat(installation)
        .contains(
            "useradd", unit.get("User"), "/opt/tokenledger/" + JAR.strip(), words(command[1])[2]);
    assertThat(Duration.ofSeconds(Long.parseLong(unit.get("TimeoutStopSec"))))
        .isGreaterThan(defaults().shutdownDrain());
  }

  @Test
  void isAPodWhosePartsFitTogether() throws IOException {
    JsonNode spec = documents(0).get(0).get("spec");
    JsonNode forwarder = spec.get("initContainers").get(0);
    JsonNode application = spec.get("containers").get(0);

    requirePartsThatFit(spec, forwarder);
    // A native sidecar: it begins before the application and ends after it.
    assertThat(forwarder.get("restartPolicy").asText()).isEqualTo("Always");
    assertThat(mounts(application)).contains("/var/lib/tokenledger/queue");
    assertThat(spec.at("/securityContext/fsGroup").asInt()).isPositive();
    assertThat(variables(application))
        .containsEntry("TOKENLEDGER_QUEUE_FILE_MODE", "0660")
        .containsEntry("JAVA_TOOL_OPTIONS", "-javaagent:/opt/tokenledger/tokenledger-agent.jar");
  }

  @Test
  void isADaemonSetWhosePartsFitTogether() throws IOException {
    JsonNode set = documents(2).get(0);
    JsonNode spec = set.at("/spec/template/spec");

    requirePartsThatFit(spec, spec.get("containers").get(0));
    assertThat(set.at("/spec/selector/matchLabels"))
        .isEqualTo(set.at("/spec/template/metadata/labels"));
    // fsGroup does nothing to a hostPath: somebody has to give the directory to the group.
    JsonNode volume = spec.get("volumes").get(0);
    assertThat(volume.at("/hostPath/path").asText()).isEqualTo("/var/lib/tokenledger/queue");
    String group = spec.at("/securityContext/supplementalGroups/0").asText();
    JsonNode first = spec.get("initContainers").get(0);
    assertThat(first.get("command").get(2).asText())
        .isEqualTo(
            "chgrp "
                + group
                + " /var/lib/tokenledger/queue && chmod 2770 /var/lib/tokenledger/queue");
    assertThat(first.has("securityContext")).as("it runs as root").isFalse();
  }

  @Test
  void isAConfigMapThatTheForwarderTakesWithTheVariablesOfTheSecret() throws IOException {
    List<JsonNode> documents = documents(1);
    JsonNode configuration = documents.get(0).at("/data/forwarder.yml");
    Map<String, String> environment = new HashMap<>();
    documents
        .get(1)
        .get("stringData")
        .fields()
        .forEachRemaining(entry -> environment.put(entry.getKey(), entry.getValue().asText()));
    Path file = Files.writeString(directory.resolve("forwarder.yml"), configuration.asText());

    ForwarderConfig config = ConfigReader.read(file, environment);

    assertThat(config.queueDirectory()).isEqualTo(Path.of("/var/lib/tokenledger/queue"));
    assertThat(config.http().address()).as("probes come from outside").isEqualTo("0.0.0.0");
    assertThat(config.http().port()).isEqualTo(defaults().http().port());
    assertThat(config.directoryMaxBytes()).as("below sizeLimit").isLessThan(5L << 30);
    for (JsonNode document : documents) {
      assertThat(document.at("/metadata/name").asText()).isEqualTo("tokenledger");
    }
  }

  private static void requirePartsThatFit(JsonNode spec, JsonNode forwarder) {
    TreeSet<String> volumes = new TreeSet<>();
    spec.get("volumes").forEach(volume -> volumes.add(volume.get("name").asText()));
    TreeSet<String> mounted = new TreeSet<>();
    List<JsonNode> containers = new ArrayList<>();
    spec.get("initContainers").forEach(containers::add);
    spec.get("containers").forEach(containers::add);
    for (JsonNode container : containers) {
      assertThat(container.hasNonNull("name")).isTrue();
      assertThat(container.hasNonNull("image")).as(container.toString()).isTrue();
      container.get("volumeMounts").forEach(mount -> mounted.add(mount.get("name").asText()));
    }
    List<String> arguments = new ArrayList<>();
    forwarder.get("args").forEach(argument -> arguments.add(argument.asText()));
    JsonNode probe = forwarder.get("livenessProbe").get("httpGet");

    assertThat(mounted).isEqualTo(volumes);
    assertThat(parse(arguments.toArray(String[]::new)).subcommand().commandSpec().name())
        .isEqualTo("run");
    assertThat(mounts(forwarder)).contains(Path.of(arguments.get(2)).getParent().toString());
    assertThat(mounts(forwarder)).contains("/var/lib/tokenledger/queue");
    assertThat(forwarder.at("/envFrom/0/secretRef/name").asText()).isEqualTo("tokenledger");
    assertThat(forwarder.at("/securityContext/readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(forwarder.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(forwarder.at("/securityContext/runAsUser").asInt()).isPositive();
    assertThat(probe.get("port").asInt()).isEqualTo(defaults().http().port());
    assertThat(probe.get("path").asText()).isEqualTo("/health/live");
    assertThat(Duration.ofSeconds(spec.get("terminationGracePeriodSeconds").asLong()))
        .isGreaterThan(defaults().shutdownDrain());
  }

  /** The YAML documents of that block of the page. */
  private static List<JsonNode> documents(int block) throws IOException {
    YAMLFactory yaml =
        YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    try (MappingIterator<JsonNode> all =
        new ObjectMapper(yaml)
            .readerFor(JsonNode.class)
            .readValues(fenced("operations", "yaml").get(block))) {
      return all.readAll();
    }
  }

  private static Map<String, String> variables(JsonNode container) {
    Map<String, String> variables = new HashMap<>();
    container
        .get("env")
        .forEach(entry -> variables.put(entry.get("name").asText(), entry.get("value").asText()));
    return variables;
  }

  private static List<String> mounts(JsonNode container) {
    List<String> paths = new ArrayList<>();
    container.get("volumeMounts").forEach(mount -> paths.add(mount.get("mountPath").asText()));
    return paths;
  }

  private static ForwarderConfig defaults() {
    return ConfigReader.read(null, Map.of());
  }

  private static ParseResult parse(String... arguments) {
    PrintWriter nowhere = new PrintWriter(OutputStream.nullOutputStream());
    CommandLine line = Commands.line(nowhere, nowhere, Map.of());
    return line.parseArgs(arguments);
  }

  /** As a shell splits them; the one thing that a page has a shell put in is a time. */
  private static String[] words(String command) {
    String shown = command.replaceAll("\\$\\([^)]*\\)", "2026-11-22T09:00:00Z");
    Matcher words = Pattern.compile("\"[^\"]*\"|'[^']*'|\\S+").matcher(shown);
    List<String> all = new ArrayList<>();
    while (words.find()) {
      all.add(words.group().replaceAll("^[\"']|[\"']$", ""));
    }
    return all.toArray(String[]::new);
  }

  private static Map<String, String> assignments(String unit) {
    Map<String, String> values = new HashMap<>();
    Arrays.stream(unit.split("\n"))
        .filter(line -> line.contains("="))
        .map(line -> line.split("=", 2))
        .forEach(parts -> values.put(parts[0], parts[1]));
    return values;
  }

  /** The blocks of a page in that language. */
  private static List<String> fenced(String page, String language) throws IOException {
    String text = Files.readString(DOCS.resolve(page + ".md"));
    Matcher blocks = Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$").matcher(text);
    return blocks.results().map(block -> block.group(1)).toList();
  }
}
