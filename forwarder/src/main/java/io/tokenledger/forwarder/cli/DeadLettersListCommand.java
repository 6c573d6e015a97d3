package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.report.DeadLettersJson;
import io.tokenledger.forwarder.report.DeadLettersText;
import io.tokenledger.forwarder.store.DeadLetterStore;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "list",
    description = "Lists the dead letters: number, source, place, reason, and how many bytes.",
    mixinStandardHelpOptions = true)
final class DeadLettersListCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "As JSON Lines, one object for each.")
  private boolean json;

  DeadLettersListCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (OpenLedger ledger = OpenLedger.openToRead(config.read(environment))) {
      try (Connection connection = ledger.database().connect()) {
        connection.setAutoCommit(false);
        if (json) {
          new DeadLetterStore()
              .list(connection, letter -> out.println(DeadLettersJson.line(letter)));
        } else {
          DeadLettersText text = new DeadLettersText(out);
          new DeadLetterStore().list(connection, text);
          text.end();
        }
      } catch (SQLException failure) {
        throw ledger.database().explain(failure);
      }
      return Commands.DONE;
    }
  }
}
