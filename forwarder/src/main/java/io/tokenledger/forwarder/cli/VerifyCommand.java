package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.store.rollup.Verification;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

  @Mixin private DayOptions days;

  @Option(names = "--json", description = "As JSON: one line per difference, then the result.")
  private boolean json;

  VerifyCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    days.requireOrder(spec);
    PrintWriter out = spec.commandLine().getOut();
    try (OpenLedger ledger = OpenLedger.openToRead(config.read(environment))) {
      Verification verification = new Verification(ledger.database());
      Verification.Result result =
          verification.run(
              days.from(),
              days.to(),
              difference ->
                  out.println(
                      json ? VerificationJson.of(difference) : VerificationText.of(difference)));
      out.println(json ? VerificationJson.of(result) : VerificationText.of(result));
      return result.differences() == 0 ? Commands.DONE : Commands.FAILED;
    }
  }
}
