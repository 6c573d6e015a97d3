package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.report.Dimension;
import io.tokenledger.forwarder.report.Period;
import io.tokenledger.forwarder.report.Report;
import io.tokenledger.forwarder.report.ReportCsv;
import io.tokenledger.forwarder.report.ReportJson;
import io.tokenledger.forwarder.report.ReportReader;
import io.tokenledger.forwarder.report.ReportText;
import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "report",
    description =
        "Prints cost, calls and tokens by provider, model, service, team, feature and day.",
    mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  @Mixin private ConfigOption config;
  @ArgGroup private Format format = new Format();
  @Spec private CommandSpec spec;

  @Mixin private DayOptions days;

  @Option(
      names = "--by",
      split = ",",
      paramLabel = "dimension",
      description =
          "Only these tables: provider, model, service, team, feature, day. JSON and CSV have all.")
  private Set<Dimension> by = EnumSet.allOf(Dimension.class);

  /** At most one of these. */
  private static final class Format {
    @Option(names = "--json", description = "As JSON, with exact decimals.")
    private boolean json;

    @Option(names = "--csv", description = "As CSV, with exact decimals.")
    private boolean csv;
  }

  ReportCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    days.requireOrder(spec);
    PrintWriter out = spec.commandLine().getOut();
    try (OpenLedger ledger = OpenLedger.openToRead(config.read(environment))) {
      Report report =
          new ReportReader(ledger.database())
              .read(new Period(days.from(), days.to()), ledger.description());
      if (format.json) {
        ReportJson.print(report, out);
      } else if (format.csv) {
        ReportCsv.print(report, out);
      } else {
        ReportText.print(report, by, out);
      }
      return Commands.DONE;
    }
  }
}
