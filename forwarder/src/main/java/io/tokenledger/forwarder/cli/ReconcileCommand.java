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
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HashMap;
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
  private YearMonth month;

  @Option(
      names = "--settle-days",
      paramLabel = "days",
      description = "Days that may still change at the provider, and are left out; 2.")
  private long settleDays = 2;

  @Option(
      names = "--key",
      paramLabel = "id=fingerprint",
      description = "The provider's id of an API key, and its api_key_fingerprint in the ledger.")
  private List<String> keys = List.of();

  @Option(names = "--whole", description = "All accounts together.")
  private boolean whole;

  @Option(names = "--json", description = "As JSON, with exact decimals.")
  private boolean json;

  ReconcileCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    Map<String, String> fingerprints = fingerprints();
    if (files.isEmpty() && !published.isAsked()) {
      throw new ParameterException(
          spec.commandLine(), "There is no bill: give format=file, or --fetch.");
    }
    LocalDate settled = LocalDate.now(ZoneOffset.UTC).minusDays(settleDays + 1);
    LocalDate last = settled.isBefore(month.atEndOfMonth()) ? settled : month.atEndOfMonth();
    Bill bill = published.read(provider, month, last, environment);
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
      DroppedRows.of(ledger, month.atDay(1), month.atEndOfMonth()).refuse("reconciled");
      Reconciliation.Terms terms = new Reconciliation.Terms(month, last, whole, fingerprints);
      Comparison comparison =
          Reconciliation.of(
              terms, bill, new LedgerDaysReader(ledger.database()).read(provider, month));
      if (json) {
        WaterfallText.printJson(comparison, out);
      } else {
        WaterfallText.print(comparison, out);
      }
      return Commands.DONE;
    }
  }

  private Map<String, String> fingerprints() {
    Map<String, String> fingerprints = new HashMap<>();
    for (String key : keys) {
      int equals = key.indexOf('=');
      if (equals < 1 || equals == key.length() - 1) {
        throw new ParameterException(
            spec.commandLine(), "--key '" + key + "' is not id=fingerprint.");
      }
      fingerprints.put(key.substring(0, equals), key.substring(equals + 1));
    }
    return fingerprints;
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
                        "'"
                            + formatAndFile
                            + "' is not format=file; formats are "
                            + String.join(", ", BillFormat.names())
                            + "."));
    Path path = Path.of(formatAndFile.substring(equals + 1));
    try {
      return format.parse(path.toString(), Files.readString(path));
    } catch (IOException failure) {
      throw new CommandException(
          "The file " + path + " cannot be read (" + FileTrouble.reason(failure) + ").");
    }
  }
}
