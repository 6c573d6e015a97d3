package io.tokenledger.forwarder.cli;

import static java.time.temporal.ChronoUnit.SECONDS;

import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.store.ClosedMonths;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "close",
    description = {
      "Closes a month: its rows are repriced only with --reopen, and rows that come later are",
      "shown as since close."
    },
    mixinStandardHelpOptions = true)
final class CloseCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "yyyy-MM", description = "The month, UTC; it must be over.")
  private YearMonth month;

  CloseCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    if (!month.isBefore(YearMonth.now(ZoneOffset.UTC))) {
      throw new ParameterException(spec.commandLine(), month + " is not over yet (UTC).");
    }
    PrintWriter out = spec.commandLine().getOut();
    try (OpenLedger ledger = OpenLedger.open(config.read(environment))) {
      ledger.prepare(Catalogue.builtIn());
      DroppedRows.of(ledger, month.atDay(1), month.atEndOfMonth()).refuse("closed");
      try (Connection connection = ledger.database().connect()) {
        ClosedMonths.Closed closed = ClosedMonths.close(connection, month);
        out.println(
            (closed.before()
                    ? month + " is closed already, since " + closed.at().truncatedTo(SECONDS)
                    : "Closed " + month)
                + ": "
                + closed.events()
                + (closed.events() == 1 ? " row, " : " rows, ")
                + closed.costUsd().stripTrailingZeros().toPlainString()
                + " USD known, before tax, credits and commitments.");
      } catch (SQLException failure) {
        throw ledger.database().explain(failure);
      }
      return Commands.DONE;
    }
  }
}
