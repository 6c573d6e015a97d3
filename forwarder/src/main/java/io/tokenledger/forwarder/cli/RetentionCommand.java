package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.retention.Retention;
import io.tokenledger.forwarder.retention.RetentionPlan;
import io.tokenledger.forwarder.retention.RetentionSettings;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "retention",
    description = {
      "Shows which months of rows would be dropped by the keys below retention: rows, bytes, export.",
      "Drops them with --apply, each after it was exported where that is configured."
    },
    mixinStandardHelpOptions = true)
final class RetentionCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  @Option(names = "--apply", description = "Do it; without it nothing is changed.")
  private boolean apply;

  RetentionCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    ForwarderConfig settings = config.read(environment);
    PrintWriter out = spec.commandLine().getOut();
    try (OpenLedger ledger = apply ? OpenLedger.open(settings) : OpenLedger.openToRead(settings)) {
      if (apply) {
        ledger.prepare(Catalogue.builtIn());
      }
      Retention retention = new Retention(ledger.database(), settings.retention());
      if (!apply) {
        print(retention.plan(), settings.retention(), out);
        return Commands.DONE;
      }
      boolean done = retention.apply(out::println);
      out.println(done ? "Nothing is left that should have gone." : "Some rows stay for now.");
      return done ? Commands.DONE : Commands.FAILED;
    }
  }

  private static void print(RetentionPlan plan, RetentionSettings settings, PrintWriter out) {
    if (plan.firstKept() == null) {
      out.println("Rows stay for ever: retention.events is not set.");
    } else if (plan.months().isEmpty()) {
      out.println("Rows from " + plan.firstKept() + " on stay; there are no older ones.");
    } else {
      out.println("Rows from " + plan.firstKept() + " on stay. With --apply these go:");
      for (RetentionPlan.Month month : plan.months()) {
        out.println(
            String.format(
                Locale.ROOT,
                "  %s  %s  %,d bytes  %s",
                month.month(),
                rows(month.rows()),
                month.bytes(),
                export(month, settings)));
      }
      out.println("Their sums by day stay in token_ledger_daily.");
    }
    out.println("Hourly rollups and latency histograms before " + plan.hourlyBefore() + " go.");
  }

  private static String rows(Long rows) {
    return rows == null
        ? "rows that only the owner of the schema can count"
        : String.format(Locale.ROOT, "%,d rows", rows);
  }

  private static String export(RetentionPlan.Month month, RetentionSettings settings) {
    if (month.exported() != null) {
      return "exported to " + month.exported();
    }
    return settings.exportDirectory() == null
        ? "not exported"
        : "to be exported to " + settings.exportDirectory();
  }
}
