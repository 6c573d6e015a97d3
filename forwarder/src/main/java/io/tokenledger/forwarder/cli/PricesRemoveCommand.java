package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.pricing.PriceFile;
import io.tokenledger.forwarder.store.PriceFileStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "remove",
    description = "Takes a price file out of use; rows that it priced keep their costs.",
    mixinStandardHelpOptions = true)
final class PricesRemoveCommand implements Callable<Integer> {
  private static final List<String> LAYERS =
      Arrays.stream(PriceFile.Layer.values())
          .filter(layer -> layer != PriceFile.Layer.BUILT_IN)
          .map(PriceFile.Layer::text)
          .toList();

  private final Map<String, String> environment;
  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "layer", description = "contract, override or import.")
  private String layer;

  @Parameters(index = "1", paramLabel = "name", description = "The name of the file.")
  private String name;

  PricesRemoveCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    if (!LAYERS.contains(layer)) {
      throw new ParameterException(
          spec.commandLine(),
          "'" + layer + "' is no layer; there are " + String.join(", ", LAYERS) + ".");
    }
    try (OpenLedger ledger = OpenLedger.open(config.read(environment))) {
      ledger.prepare(Catalogue.builtIn());
      try (Connection connection = ledger.database().connect()) {
        if (!PriceFileStore.remove(connection, layer, name)) {
          throw new CommandException(
              "No " + layer + " '" + name + "' is loaded; 'prices list' shows what is.");
        }
      } catch (SQLException failure) {
        throw ledger.database().explain(failure);
      }
      spec.commandLine().getOut().println("Removed " + layer + " '" + name + "'.");
      return Commands.DONE;
    }
  }
}
