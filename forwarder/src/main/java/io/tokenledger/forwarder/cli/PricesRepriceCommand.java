package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.store.ClosedMonths;
import io.tokenledger.forwarder.store.Repricing;
import io.tokenledger.forwarder.store.RepricingResult;
import io.tokenledger.forwarder.store.StoredPrices;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "reprice",
    description = {
      "Prices rows anew at the prices of now. Without --apply it only shows what would change.",
      "Can be stopped and run again at any time."
    },
    mixinStandardHelpOptions = true)
final class PricesRepriceCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "yyyy-MM-dd",
      description = "First day, UTC.")
  private LocalDate from;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "yyyy-MM-dd",
      description = "Last day, UTC, included.")
  private LocalDate to;

  @Option(names = "--provider", paramLabel = "provider", description = "Only rows of this one.")
  private String provider;

  @Option(
      names = "--model",
      paramLabel = "model",
      description = "Only rows of this one, as served, else as requested.")
  private String model;

  @Option(
      names = "--reason",
      paramLabel = "text",
      description = "For the audit table token_ledger_repricings.")
  private String reason = "prices changed";

  @Option(names = "--apply", description = "Change the rows.")
  private boolean apply;

  @Option(names = "--reopen", description = "Open the closed months among these days.")
  private boolean reopen;

  @Option(
      names = "--pause-ms",
      paramLabel = "ms",
      description = "Pause after each transaction of at most 5,000 rows; 100.")
  private long pauseMs = 100;

  PricesRepriceCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    DayOptions.requireOrder(from, to, spec);
    PrintWriter out = spec.commandLine().getOut();
    try (OpenLedger ledger = OpenLedger.openToRead(config.read(environment))) {
      Catalogue builtIn = Catalogue.builtIn();
      if (apply) {
        ledger.ensurePrepared(builtIn);
      }
      openMonths(ledger);
      DroppedRows.of(ledger, from, to).tell("repriced", out);
      RepricingResult result =
          new Repricing(ledger.database(), new StoredPrices(builtIn, out::println))
              .run(
                  new Repricing.Scope(from, to, provider, model),
                  new Repricing.Mode(apply, reason, Duration.ofMillis(pauseMs)));
      print(result, out);
      return Commands.DONE;
    }
  }

  private void openMonths(OpenLedger ledger) {
    try (Connection connection = ledger.database().connect()) {
      List<YearMonth> closed = ClosedMonths.closed(connection, from, to);
      if (!apply || closed.isEmpty()) {
        return;
      }
      if (!reopen) {
        throw new CommandException(
            "Closed: "
                + closed.stream().map(YearMonth::toString).collect(Collectors.joining(", "))
                + ". Leave these days out, or open them with --reopen. Nothing was changed.");
      }
      ClosedMonths.reopen(connection, from, to);
    } catch (SQLException failure) {
      throw ledger.database().explain(failure);
    }
  }

  private void print(RepricingResult result, PrintWriter out) {
    result
        .models()
        .forEach(
            (name, sums) ->
                out.println(
                    String.format(
                        Locale.ROOT,
                        "  %-44s %,10d rows  %s -> %s USD%s%s",
                        name,
                        sums.rows(),
                        money(sums.before()),
                        money(sums.after()),
                        sums.newlyPriced() > 0 ? ", " + sums.newlyPriced() + " newly priced" : "",
                        sums.newlyUnpriced() > 0
                            ? ", " + sums.newlyUnpriced() + " newly unpriced"
                            : "")));
    String changes =
        String.format(Locale.ROOT, "%,d of %,d rows", result.changed(), result.looked());
    if (apply) {
      out.println("Repriced " + changes + "; audit: run_id " + result.runId() + ".");
    } else {
      out.println(
          changes
              + " would change; about "
              + mebibytes(result.walBytes())
              + " of WAL, with full-page images at most "
              + mebibytes(result.walBytes() + result.fullPageBytes())
              + ". Run it with --apply.");
    }
  }

  private static String money(BigDecimal usd) {
    return usd.setScale(6, RoundingMode.HALF_EVEN).toPlainString();
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
  }
}
