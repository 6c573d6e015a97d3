package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.pricing.PriceDiff;
import io.tokenledger.forwarder.pricing.PriceFile;
import io.tokenledger.forwarder.pricing.PriceFileReader;
import io.tokenledger.forwarder.pricing.PricePublisher;
import io.tokenledger.forwarder.store.PriceFileStore;
import io.tokenledger.forwarder.store.StoredPrices;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "load",
    description = {
      "Lays a price file of yours over the catalogue: overrides, contracts, exchange rates,",
      "deployments, aliases. Shows what changes. A file of the same layer and name is replaced."
    },
    mixinStandardHelpOptions = true)
final class PricesLoadCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "file", description = "The price file; format: docs/pricing.md.")
  private Path path;

  @Option(names = "--dry-run", description = "Only show what would change.")
  private boolean dryRun;

  PricesLoadCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PriceFile file = PriceFileReader.read(path.getFileName().toString(), content());
    try (OpenLedger ledger = OpenLedger.open(config.read(environment))) {
      ledger.prepare(Catalogue.builtIn());
      try (Connection connection = ledger.database().connect()) {
        connection.setAutoCommit(false);
        Catalogue before = StoredPrices.read(Catalogue.builtIn(), connection);
        PriceDiff diff = PriceDiff.of(before, List.of(file));
        diff.print(out);
        if (dryRun) {
          out.println("Dry run: nothing was loaded.");
          return Commands.DONE;
        }
        boolean loaded = PriceFileStore.load(connection, file);
        PricePublisher.publish(StoredPrices.read(Catalogue.builtIn(), connection), connection);
        connection.commit();
        out.println(
            loaded
                ? "Loaded "
                    + file.layer().text()
                    + " '"
                    + file.name()
                    + "': rows that come now are priced by it; 'prices reprice' does the others."
                : "Nothing to do: "
                    + file.layer().text()
                    + " '"
                    + file.name()
                    + "' is loaded with just this content.");
        return Commands.DONE;
      } catch (SQLException failure) {
        throw ledger.database().explain(failure);
      }
    }
  }

  private String content() {
    try {
      return Files.readString(path);
    } catch (IOException failure) {
      throw new CommandException(
          "The price file " + path + " cannot be read (" + FileTrouble.reason(failure) + ").");
    }
  }
}
