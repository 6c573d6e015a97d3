package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.store.MigrationResult;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "migrate",
    description = "Brings the schema of the ledger and its price sheets up to this version.",
    mixinStandardHelpOptions = true)
final class MigrateCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  @Option(
      names = "--grant-writer",
      paramLabel = "role",
      description = "Gives a role that exists what a forwarder needs, now and at each migration.")
  private List<String> writers = List.of();

  @Option(
      names = "--grant-auditor",
      paramLabel = "role",
      description = "Gives a role that exists what commands need that read, likewise.")
  private List<String> auditors = List.of();

  @Option(
      names = "--grant-reader",
      paramLabel = "role",
      description = "Gives a role that exists the views, now and at each migration.")
  private List<String> readers = List.of();

  MigrateCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (OpenLedger ledger = OpenLedger.open(config.read(environment))) {
      out.println(ledger.description());
      MigrationResult result = ledger.migrate(Catalogue.builtIn());
      out.println(
          result.applied() == 0
              ? "The schema is current (version " + result.version() + ")."
              : "The schema was brought to version " + result.version() + ".");
      out.println(
          ledger.publishedSheets() == 0
              ? "The price sheets are current."
              : ledger.publishedSheets() + " price sheets are new or closed now.");
      for (String role : writers) {
        ledger.database().grantWriter(role);
        out.println("Role " + role + " may write: it serves a forwarder.");
      }
      for (String role : auditors) {
        ledger.database().grantAuditor(role);
        out.println("Role " + role + " may read tables and views: it serves commands that read.");
      }
      for (String role : readers) {
        ledger.database().grantReader(role);
        out.println("Role " + role + " may read the views: it serves dashboards.");
      }
      return Commands.DONE;
    }
  }
}
