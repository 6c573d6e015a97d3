package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.store.rollup.Verification;
import java.io.PrintWriter;
import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "verify",
    description = {
      "Adds the rows up anew and compares the sums with the rollups: hourly, daily, users, latency.",
      "A forwarder may go on writing meanwhile. Exit code 1: there are differences, each is listed."
    },
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  @Option(
      names = "--from",
      paramLabel = "yyyy-MM-dd",
      description = "First day, UTC. Default: as far back as rows are kept.")
  private LocalDate from;

  @Option(
      names = "--to",
      paramLabel = "yyyy-MM-dd",
      description = "Last day, UTC, included. Default: as far as there are rows.")
  private LocalDate to;

  @Option(names = "--json", description = "As JSON: one line per difference, then the result.")
  private boolean json;

  VerifyCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    if (from != null && to != null && to.isBefore(from)) {
      throw new ParameterException(
          spec.commandLine(), "--to " + to + " is before --from " + from + ".");
    }
    PrintWriter out = spec.commandLine().getOut();
    try (OpenLedger ledger = OpenLedger.open(config.read(environment))) {
      if (ledger.isEmbedded()) {
        ledger.prepare(Catalogue.builtIn());
      }
      Verification verification = new Verification(ledger.database());
      Verification.Result result =
          verification.run(
              from,
              to,
              difference ->
                  out.println(
                      json ? VerificationJson.of(difference) : VerificationText.of(difference)));
      out.println(json ? VerificationJson.of(result) : VerificationText.of(result));
      return result.differences() == 0 ? Commands.DONE : Commands.FAILED;
    }
  }
}
