package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.export.ExportFormat;
import io.tokenledger.forwarder.export.LedgerExport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "export",
    description = {
      "Writes rows by the time at which they came into the ledger: CSV, JSON Lines or FOCUS 1.2.",
      "Says on standard error where to go on: 'watermark: ' and the value for the next --from."
    },
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  @Option(names = "--format", required = true, description = "csv, jsonl or focus.")
  private ExportFormat format;

  @Option(
      names = "--from",
      paramLabel = "instant",
      description = "First ingested_at, such as 2026-11-01T00:00:00Z; none: the beginning.")
  private Instant from;

  @Option(
      names = "--until",
      paramLabel = "instant",
      description = "First ingested_at beyond the window; none: all that is settled.")
  private Instant until;

  @Option(
      names = "--repriced",
      description = "Also rows that were repriced in the window, whenever they came.")
  private boolean repriced;

  @Option(
      names = "--output",
      paramLabel = "file",
      description = "Write to a file, which appears when it is complete; none: standard output.")
  private Path output;

  ExportCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    if (from != null && until != null && until.isBefore(from)) {
      throw new ParameterException(
          spec.commandLine(), "--until " + until + " is before --from " + from + ".");
    }
    try (OpenLedger ledger = OpenLedger.openToRead(config.read(environment))) {
      LedgerExport export = new LedgerExport(ledger.database());
      Instant end = end(export.settled());
      LedgerExport.Result result = output == null ? print(export, end) : save(export, end);
      PrintWriter err = spec.commandLine().getErr();
      err.println(
          result.rows()
              + (result.rows() == 1 ? " row" : " rows")
              + (until == null ? "; what came after " + end + " is for the next export." : "."));
      if (!result.leftOut().isEmpty()) {
        err.println(result.leftOut());
      }
      err.println("watermark: " + end);
      return Commands.DONE;
    }
  }

  /** What is not settled yet may still get rows, which no later window would have. */
  private Instant end(Instant settled) {
    if (until == null) {
      return from != null && from.isAfter(settled) ? from : settled;
    }
    if (until.isAfter(settled)) {
      throw new CommandException(
          "--until "
              + until
              + " is not settled: rows may still come before it. Leave it out, or name "
              + settled
              + " at the latest.");
    }
    return until;
  }

  private LedgerExport.Result print(LedgerExport export, Instant end) {
    PrintWriter out = spec.commandLine().getOut();
    try {
      LedgerExport.Result result = export.write(format, from, end, repriced, out);
      if (out.checkError()) {
        throw new IOException("standard output is closed");
      }
      return result;
    } catch (IOException failure) {
      throw new CommandException("The export cannot be written (" + failure.getMessage() + ").");
    }
  }

  private LedgerExport.Result save(LedgerExport export, Instant end) {
    Path part = output.resolveSibling(output.getFileName() + ".part");
    try {
      LedgerExport.Result result;
      try (Writer file = Files.newBufferedWriter(part)) {
        result = export.write(format, from, end, repriced, file);
      }
      Files.move(part, output, StandardCopyOption.REPLACE_EXISTING);
      return result;
    } catch (IOException failure) {
      throw new CommandException(
          "The export cannot be written to " + output + " (" + FileTrouble.reason(failure) + ").");
    }
  }
}
