package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.pricing.CataloguePricer;
import io.tokenledger.forwarder.pricing.Pricing;
import io.tokenledger.forwarder.report.ExplanationText;
import io.tokenledger.forwarder.store.EventReader;
import io.tokenledger.forwarder.store.EventRow;
import io.tokenledger.forwarder.store.StoredPrices;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "explain",
    description =
        "Prints the arithmetic of one row: counts, rates, where each rate is from, and the sum.",
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "event_id", description = "The event_id of the row.")
  private UUID eventId;

  ExplainCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    try (OpenLedger ledger = OpenLedger.openToRead(config.read(environment));
        Connection connection = ledger.database().connect()) {
      Optional<EventRow> row = EventReader.find(connection, eventId);
      if (row.isEmpty()) {
        throw new CommandException("There is no row with event_id " + eventId + " in the ledger.");
      }
      Catalogue catalogue = StoredPrices.read(Catalogue.builtIn(), connection);
      Pricing pricing = new CataloguePricer(catalogue).explain(row.get().usage());
      ExplanationText.print(row.get(), pricing, spec.commandLine().getOut());
      return Commands.DONE;
    } catch (SQLException failure) {
      throw new CommandException("The ledger cannot be read (" + failure.getMessage() + ").");
    }
  }
}
