package io.tokenledger.forwarder.cli;

import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;

/** The option that every command has. */
final class ConfigOption {
  @Option(
      names = "--config",
      paramLabel = "forwarder.yml",
      description = "Configuration file; without it the defaults serve.")
  private Path file;

  ForwarderConfig read(Map<String, String> environment) {
    return ConfigReader.read(file, environment);
  }
}
