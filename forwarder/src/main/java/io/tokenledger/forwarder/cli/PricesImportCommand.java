package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.download.Download;
import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.pricing.PriceDiff;
import io.tokenledger.forwarder.pricing.PricePublisher;
import io.tokenledger.forwarder.pricing.imports.CatalogueImport;
import io.tokenledger.forwarder.store.PriceFileStore;
import io.tokenledger.forwarder.store.StoredPrices;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
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
    name = "import",
    description = {
      "Imports a public price catalogue: litellm, genai-prices or models-dev, from a file or a URL.",
      "Shows what changes; says what was taken, what not, and why. Nothing defaults to 0."
    },
    mixinStandardHelpOptions = true)
final class PricesImportCommand implements Callable<Integer> {
  /** The largest catalogue known is 3 MiB. */
  private static final Download.Limits LIMITS =
      new Download.Limits(32 * 1024 * 1024, Duration.ofSeconds(60), 5);

  private final Map<String, String> environment;
  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "file-or-url", description = "The catalogue: a file, or http(s)://...")
  private String place;

  @Option(
      names = "--format",
      required = true,
      paramLabel = "format",
      description = "litellm, genai-prices (v2) or models-dev.")
  private String format;

  @Option(
      names = "--valid-from",
      paramLabel = "yyyy-MM-dd",
      description = "First day, UTC, of these prices; required unless the catalogue has dates.")
  private LocalDate validFrom;

  @Option(
      names = "--max-move",
      paramLabel = "part",
      description = "Largest change of a rate that needs no --accept-moves: 0.5 is by a half.")
  private BigDecimal maxMove = new BigDecimal("0.5");

  @Option(names = "--accept-moves", description = "Take changes beyond --max-move too.")
  private boolean acceptMoves;

  @Option(names = "--dry-run", description = "Only show what would change.")
  private boolean dryRun;

  PricesImportCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    if (!CatalogueImport.formats().contains(format)) {
      throw new ParameterException(
          spec.commandLine(),
          "'"
              + format
              + "' is no format; there are "
              + String.join(", ", CatalogueImport.formats())
              + ".");
    }
    PrintWriter out = spec.commandLine().getOut();
    ForwarderConfig settings = config.read(environment);
    CatalogueImport imported =
        CatalogueImport.of(format, content(), place, validFrom, LocalDate.now(ZoneOffset.UTC));
    try (OpenLedger ledger = OpenLedger.open(settings)) {
      ledger.prepare(Catalogue.builtIn());
      try (Connection connection = ledger.database().connect()) {
        connection.setAutoCommit(false);
        Catalogue before = StoredPrices.read(Catalogue.builtIn(), connection);
        PriceDiff diff = PriceDiff.of(before, List.of(imported.file()));
        diff.print(out);
        printCounts(imported, out);
        List<PriceDiff.Move> far = diff.movesBeyond(maxMove);
        if (!far.isEmpty() && !acceptMoves) {
          far.stream().limit(20).forEach(move -> out.println("  beyond   " + PriceDiff.text(move)));
          throw new CommandException(
              far.size()
                  + " rates move by more than "
                  + maxMove.toPlainString()
                  + ": look at them, then import with --accept-moves. Nothing was loaded.");
        }
        if (dryRun) {
          out.println("Dry run: nothing was loaded.");
          return Commands.DONE;
        }
        boolean loaded = PriceFileStore.load(connection, imported.file());
        PricePublisher.publish(StoredPrices.read(Catalogue.builtIn(), connection), connection);
        connection.commit();
        out.println(
            (loaded ? "Imported '" : "Nothing to do, already imported: '")
                + imported.file().name()
                + "'.");
        return Commands.DONE;
      } catch (SQLException failure) {
        throw ledger.database().explain(failure);
      }
    }
  }

  private static void printCounts(CatalogueImport imported, PrintWriter out) {
    out.println(
        imported.entries() + " entries: " + imported.taken() + " models taken, the rest skipped.");
    imported
        .skipped()
        .forEach((reason, count) -> out.println("  skipped  " + count + ": " + reason));
    imported
        .leftOut()
        .forEach((reason, count) -> out.println("  left out " + count + ": " + reason));
  }

  private String content() {
    try {
      return place.contains("://") ? download() : read(Path.of(place));
    } catch (IOException failure) {
      throw unreadable(FileTrouble.reason(failure));
    } catch (InvalidPathException failure) {
      throw unreadable(failure.getMessage());
    }
  }

  private CommandException unreadable(String why) {
    return new CommandException("The catalogue " + place + " cannot be read (" + why + ").");
  }

  private static String read(Path file) throws IOException {
    if (Files.size(file) > LIMITS.maxBytes()) {
      throw new IOException("it is longer than " + LIMITS.maxBytes() / (1024 * 1024) + " MiB");
    }
    return Files.readString(file);
  }

  private String download() throws IOException {
    try {
      HttpResponse<String> response = new Download(LIMITS).get(Download.address(place), Map.of());
      if (response.statusCode() != 200) {
        throw new IOException("HTTP " + response.statusCode());
      }
      return response.body();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted");
    }
  }
}
