package io.tokenledger.it.demo;

import io.tokenledger.it.harness.FakeProvider;
import io.tokenledger.it.harness.ReplayProvider;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The whole path in one run: an unmodified application with the agent attached, its exchanges on
 * disk, a drain into Postgres, a report. Started by {@code it-tests/demo}, which builds the jars
 * first.
 *
 * <p>With {@code --live} the application calls the real providers whose keys are in {@code
 * OPENAI_API_KEY} and {@code ANTHROPIC_API_KEY}.
 */
public final class Demo {
  private final Path root;
  private final Path work;
  private final String sampleClassPath;

  private Demo(Path root) {
    this.root = root;
    this.work = root.resolve("it-tests/target/demo");
    this.sampleClassPath =
        root.resolve("it-tests/target/test-classes")
            + File.pathSeparator
            + root.resolve("it-tests/target/sample/lib")
            + File.separator
            + "*";
  }

  public static void main(String[] args) throws Exception {
    boolean live = List.of(args).contains("--live");
    List<String> unknown = Arrays.stream(args).filter(arg -> !arg.equals("--live")).toList();
    if (!unknown.isEmpty()) {
      System.err.println("demo: unknown argument " + unknown.get(0) + "; the only one is --live");
      System.exit(2);
    }
    boolean openAi = System.getenv("OPENAI_API_KEY") != null;
    boolean anthropic = System.getenv("ANTHROPIC_API_KEY") != null;
    if (live && !openAi && !anthropic) {
      System.err.println(
          "demo: --live needs OPENAI_API_KEY or ANTHROPIC_API_KEY in the environment");
      System.exit(2);
    }
    new Demo(Path.of(System.getProperty("root"))).run(live, openAi, anthropic);
  }

  private void run(boolean live, boolean openAi, boolean anthropic) throws Exception {
    deleteEarlierRun();
    Files.createDirectories(work);
    try (FakeProvider provider = ReplayProvider.start()) {
      step("1", live ? "real providers, your keys" : "fake provider on " + provider.url());
      String openAiUrl = live ? "https://api.openai.com/v1" : provider.url() + "/openai/v1";
      String anthropicUrl = live ? "https://api.anthropic.com" : provider.url() + "/anthropic";

      Path agentConfig = work.resolve("agent.yml");
      Files.writeString(agentConfig, agentConfig(provider));
      step("2", "sample application, attached by -javaagent only");
      run(
          "the sample application",
          live ? Map.of() : Map.of("OPENAI_API_KEY", "sk-demo", "ANTHROPIC_API_KEY", "sk-demo"),
          "-javaagent:" + root.resolve("agent/target/tokenledger-agent.jar") + "=" + agentConfig,
          "-cp",
          sampleClassPath,
          "com.example.SampleApplication",
          live && !openAi ? "-" : openAiUrl,
          live && !anthropic ? "-" : anthropicUrl);
    }

    Path forwarderConfig = work.resolve("forwarder.yml");
    Files.writeString(forwarderConfig, "queue: { directory: " + work.resolve("queue") + " }\n");
    step("3", "drain into Postgres (embedded: none is configured)");
    forwarder("drain", forwarderConfig);
    step("4", "report");
    forwarder("report", forwarderConfig);
    printHowToAttach();
  }

  private String agentConfig(FakeProvider provider) {
    return String.join(
        "\n",
        "service: sample-application",
        "environment: demo",
        "queue:",
        "  directory: " + work.resolve("queue"),
        "endpoints:",
        "  - { url: \"" + provider.url() + "/openai\", provider: openai }",
        "  - { url: \"" + provider.url() + "/anthropic\", provider: anthropic }",
        "attribution:",
        "  team: platform",
        "  feature: demo",
        "");
  }

  private void forwarder(String command, Path config) throws Exception {
    run(
        "the forwarder",
        Map.of(),
        "-jar",
        root.resolve("forwarder/target/tokenledger-forwarder.jar").toString(),
        command,
        "--config",
        config.toString());
  }

  private void run(String what, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO().directory(work.toFile());
    builder.environment().putAll(environment);
    int exit = builder.start().waitFor();
    if (exit != 0) {
      System.err.println("demo: " + what + " ended with exit code " + exit);
      System.exit(1);
    }
  }

  /** An earlier run's queue and database: this run's report shows this run. */
  private void deleteEarlierRun() throws IOException {
    if (Files.isDirectory(work)) {
      try (Stream<Path> files = Files.walk(work)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private void printHowToAttach() {
    Path jar = root.resolve("agent/target/tokenledger-agent.jar");
    step("5", "attach it to your own application");
    System.out.println("    java -javaagent:" + jar + " -jar your-application.jar");
    System.out.println(
        "    java -jar " + root.resolve("forwarder/target/tokenledger-forwarder.jar") + " drain");
    System.out.println(
        "    java -jar " + root.resolve("forwarder/target/tokenledger-forwarder.jar") + " report");
  }

  private static void step(String number, String what) {
    System.out.println();
    System.out.println("[" + number + "/5] " + what);
  }
}
