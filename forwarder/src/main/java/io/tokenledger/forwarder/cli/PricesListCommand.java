package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.store.PriceFileStore;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "list",
    description = "Lists the price files that are loaded over the built-in catalogue.",
    mixinStandardHelpOptions = true)
final class PricesListCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  PricesListCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (OpenLedger ledger = OpenLedger.openToRead(config.read(environment))) {
      Catalogue builtIn = Catalogue.builtIn();
      out.println("built_in  " + builtIn.sheets().size() + " sheets of this version");
      try (Connection connection = ledger.database().connect()) {
        for (PriceFileStore.Entry entry : PriceFileStore.list(connection)) {
          out.println(
              String.format(
                  "%-9s %s  version %d, %s %s",
                  entry.layer(),
                  entry.name(),
                  entry.version(),
                  entry.removed() ? "removed" : "loaded",
                  entry.loadedAt()));
        }
      } catch (SQLException failure) {
        throw ledger.database().explain(failure);
      }
      return Commands.DONE;
    }
  }
}
