package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.drain.Drain;
import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.store.StoredPrices;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "drain",
    description = "Moves everything that is there now into the ledger, then exits.",
    mixinStandardHelpOptions = true)
final class DrainCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  DrainCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    ForwarderConfig settings = config.read(environment);
    PrintWriter out = spec.commandLine().getOut();
    Catalogue catalogue = Catalogue.builtIn();
    try (OpenLedger ledger = OpenLedger.openToDrain(settings)) {
      out.println(ledger.description());
      ledger.prepare(catalogue);
      if (!Files.isDirectory(settings.queueDirectory())) {
        out.println(
            "There is no queue directory "
                + settings.queueDirectory()
                + ": nothing to drain. If an application ran with the agent, check queue.directory.");
        return Commands.DONE;
      }
      try (Drain drain =
          new Drain(
              ledger.database(),
              new StoredPrices(catalogue, out::println),
              Settings.ofDrain(settings, ledger.isEmbedded()))) {
        SummaryText.print(drain.drainAll(), out);
      }
      return Commands.DONE;
    }
  }
}
