package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.store.MigrationResult;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "migrate",
    description = "Brings the schema of the ledger and its price sheets up to this version.",
    mixinStandardHelpOptions = true)
final class MigrateCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  MigrateCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (OpenLedger ledger = OpenLedger.open(config.read(environment))) {
      out.println(ledger.description());
      MigrationResult result = ledger.prepare(Catalogue.builtIn());
      out.println(
          result.applied() == 0
              ? "The schema is current (version " + result.version() + ")."
              : "The schema was brought to version " + result.version() + ".");
      out.println(
          ledger.publishedSheets() == 0
              ? "The price sheets are current."
              : ledger.publishedSheets() + " price sheets are new or closed now.");
      return Commands.DONE;
    }
  }
}
