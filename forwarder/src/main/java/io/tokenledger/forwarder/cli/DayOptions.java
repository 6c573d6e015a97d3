package io.tokenledger.forwarder.cli;

import java.time.LocalDate;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The days that a command looks at; null where there is no end on that side. */
final class DayOptions {
  @Option(
      names = "--from",
      paramLabel = "yyyy-MM-dd",
      description = "First day, UTC. Default: as far back as there is anything.")
  private LocalDate from;

  @Option(
      names = "--to",
      paramLabel = "yyyy-MM-dd",
      description = "Last day, UTC, included. Default: as far as there is anything.")
  private LocalDate to;

  LocalDate from() {
    return from;
  }

  LocalDate to() {
    return to;
  }

  void requireOrder(CommandSpec spec) {
    requireOrder(from, to, spec);
  }

  /**
   * Refuses days that end before they begin.
   *
   * @throws ParameterException then
   */
  static void requireOrder(LocalDate from, LocalDate to, CommandSpec spec) {
    if (from != null && to != null && to.isBefore(from)) {
      throw new ParameterException(
          spec.commandLine(), "--to " + to + " is before --from " + from + ".");
    }
  }
}
