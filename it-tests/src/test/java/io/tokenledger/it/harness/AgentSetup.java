package io.tokenledger.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A configuration of the agent in a directory of its own. */
public final class AgentSetup {
  private final Path directory;
  private final Path queueDirectory;
  private final List<String> lines = new ArrayList<>();
  private final List<String> endpoints = new ArrayList<>();

  /** A configuration for a service, with its queue in {@code directory/queue}. */
  public AgentSetup(Path directory, String service) {
    this(directory, service, directory.resolve("queue"), "1MiB");
  }

  /**
   * A configuration for a service.
   *
   * @param minFreeDisk {@code queue.min_free_disk}
   */
  public AgentSetup(Path directory, String service, Path queueDirectory, String minFreeDisk) {
    this.directory = directory;
    this.queueDirectory = queueDirectory;
    lines.add("service: " + service);
    lines.add("environment: test");
    lines.add("queue:");
    lines.add("  directory: " + queueDirectory);
    lines.add("  min_free_disk: " + minFreeDisk);
  }

  /** Meters an address as a provider's. */
  public AgentSetup endpoint(String url, String provider) {
    endpoints.add("  - { url: \"" + url + "\", provider: " + provider + " }");
    return this;
  }

  /** The two providers of {@link ReplayProvider}. */
  public AgentSetup endpoints(FakeProvider provider) {
    return endpoint(provider.url() + "/openai", "openai")
        .endpoint(provider.url() + "/anthropic", "anthropic");
  }

  /** Adds lines of YAML as they are. */
  public AgentSetup with(String... more) {
    lines.addAll(List.of(more));
    return this;
  }

  public Path queueDirectory() {
    return queueDirectory;
  }

  /** Writes the file and gives the argument that attaches the agent with it. */
  public String javaagent() {
    List<String> all = new ArrayList<>(lines);
    if (!endpoints.isEmpty()) {
      all.add("endpoints:");
      all.addAll(endpoints);
    }
    try {
      Files.createDirectories(queueDirectory());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Path file = ConfigurationFile.write(directory.resolve("agent.yml"), all);
    return "-javaagent:" + Jars.agent() + "=" + file;
  }
}
