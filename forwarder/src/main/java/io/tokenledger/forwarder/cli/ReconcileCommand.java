package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.reconcile.Bill;
import io.tokenledger.forwarder.reconcile.BillFormat;
import io.tokenledger.forwarder.reconcile.Comparison;
import io.tokenledger.forwarder.reconcile.LedgerDaysReader;
import io.tokenledger.forwarder.reconcile.Reconciliation;
import io.tokenledger.forwarder.reconcile.WaterfallText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "reconcile",
    description = {
      "Compares what a provider publishes with the ledger, tokens first and money second,",
      "and splits each account's invoice into what is known, assumed, missing and never seen."
    },
    mixinStandardHelpOptions = true)
final class ReconcileCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "format=file",
      description =
          "Formats: openai-usage, openai-costs, anthropic-usage, anthropic-costs, aws-cur, csv.")
  private List<String> files = List.of();

  @Mixin private BillKeyOptions published;

  @Option(names = "--provider", required = true, paramLabel = "provider", description = "Whose.")
  private String provider;

  @Option(names = "--month", required = true, paramLabel = "yyyy-MM", description = "UTC month.")
  private String month;

  @Option(
      names = "--settle-days",
      paramLabel = "days",
      description = "Days that may still change at the provider, and are left out; 2.")
  private int settleDays = 2;

  @Option(
      names = "--key",
      paramLabel = "id=fingerprint",
      description = "The provider's id of an API key, and its api_key_fingerprint in the ledger.")
  private Map<String, String> keys = Map.of();

  @Option(names = "--whole", description = "All accounts together.")
  private boolean whole;

  @Option(names = "--json", description = "As JSON, with exact decimals.")
  private boolean json;

  ReconcileCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    YearMonth compared = month();
    if (files.isEmpty() && !published.isAsked()) {
      throw new ParameterException(
          spec.commandLine(), "There is no bill: give format=file, or --fetch.");
    }
    LocalDate settled = LocalDate.now(ZoneOffset.UTC).minusDays(Math.max(0, settleDays) + 1L);
    LocalDate last = settled.isBefore(compared.atEndOfMonth()) ? settled : compared.atEndOfMonth();
    Bill bill = published.read(provider, compared, last, environment);
    for (String file : files) {
      Bill page = read(file);
      if (page.hasMore()) {
        spec.commandLine()
            .getErr()
            .println(
                file.substring(file.indexOf('=') + 1)
                    + " says that another page follows: what no file has is missing from the bill.");
      }
      bill = bill.plus(page);
    }
    PrintWriter out = spec.commandLine().getOut();
    try (OpenLedger ledger = OpenLedger.openToRead(config.read(environment))) {
      DroppedRows.of(ledger, compared.atDay(1), compared.atEndOfMonth()).refuse("reconciled");
      Reconciliation.Terms terms = new Reconciliation.Terms(compared, last, whole, keys);
      Comparison comparison =
          Reconciliation.of(
              terms, bill, new LedgerDaysReader(ledger.database()).read(provider, compared));
      if (json) {
        WaterfallText.printJson(comparison, out);
      } else {
        WaterfallText.print(comparison, out);
      }
      return Commands.DONE;
    }
  }

  private Bill read(String formatAndFile) {
    int equals = formatAndFile.indexOf('=');
    String name = equals < 0 ? "" : formatAndFile.substring(0, equals);
    BillFormat format =
        BillFormat.named(name)
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(),
                        "'" + formatAndFile + "' is not format=file with a known format."));
    Path path = Path.of(formatAndFile.substring(equals + 1));
    try {
      return format.parse(path.toString(), Files.readString(path));
    } catch (IOException failure) {
      throw new CommandException("The file " + path + " cannot be read.");
    }
  }

  private YearMonth month() {
    try {
      return YearMonth.parse(month);
    } catch (DateTimeException malformed) {
      throw new ParameterException(
          spec.commandLine(), "'" + month + "' is no month such as 2026-10.");
    }
  }
}
