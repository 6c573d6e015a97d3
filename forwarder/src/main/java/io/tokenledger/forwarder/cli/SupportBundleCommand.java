package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.drain.StatusReader;
import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.StoreException;
import io.tokenledger.forwarder.support.LedgerFacts;
import io.tokenledger.forwarder.support.QueueListing;
import io.tokenledger.forwarder.support.SupportBundle;
import io.tokenledger.forwarder.watch.Watch;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "support-bundle",
    description = {
      "Writes a zip that tells somebody else how this installation stands: versions, configuration,",
      "sources, gaps, sizes. No secrets, no rows, no prompts."
    },
    mixinStandardHelpOptions = true)
final class SupportBundleCommand implements Callable<Integer> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Map<String, String> environment;
  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  @Option(
      names = "--output",
      paramLabel = "file",
      description = "The zip; none: tokenledger-support-<time>.zip here. No file is replaced.")
  private Path output;

  SupportBundleCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    ForwarderConfig settings = config.read(environment);
    SupportBundle bundle = new SupportBundle(Secrets.of(settings, environment));
    bundle.add("environment.txt", SupportBundleCommand::environment);
    bundle.add("configuration.txt", () -> Secrets.describe(settings));
    bundle.add("queue.txt", () -> QueueListing.of(settings.queueDirectory()));
    try (OpenLedger ledger = OpenLedger.open(settings)) {
      add(bundle, ledger, settings);
    } catch (StoreException unreachable) {
      spec.commandLine().getErr().println("Without the ledger: " + unreachable.getMessage());
      bundle.add(
          "ledger/unreachable.txt",
          () -> {
            throw unreachable;
          });
    }
    Path file = output != null ? output : Path.of("tokenledger-support-" + now() + ".zip");
    try {
      bundle.write(file);
    } catch (FileAlreadyExistsException exists) {
      throw new CommandException(file + " is there already: name another file with --output.");
    } catch (IOException failure) {
      throw new CommandException(
          "The bundle cannot be written to " + file + " (" + FileTrouble.reason(failure) + ").");
    }
    spec.commandLine()
        .getOut()
        .println("Wrote " + file.toAbsolutePath() + ": look through it before you pass it on.");
    return Commands.DONE;
  }

  private static void add(SupportBundle bundle, OpenLedger ledger, ForwarderConfig settings) {
    Database database = ledger.database();
    StringBuilder notices = new StringBuilder();
    bundle.add(
        "sources.json",
        () ->
            StatusJson.of(
                new StatusReader(database, settings.queueDirectory())
                    .read(true, notice -> notices.append(notice).append('\n')),
                ledger.isEmbedded() ? "embedded" : "configured"));
    bundle.add("notices.txt", notices::toString);
    try (Watch watch =
        new Watch(database, Settings.ofDrain(settings, ledger.isEmbedded()), Version.ofThis())) {
      watch.look();
      bundle.add("health.json", () -> watch.health().json());
      bundle.add("metrics.txt", watch::scrape);
    }
    for (LedgerFacts facts : LedgerFacts.values()) {
      bundle.add(facts.file(), () -> facts.read(database));
    }
  }

  private static String environment() {
    Runtime runtime = Runtime.getRuntime();
    return String.join(
        "\n",
        new Version().getVersion()[0],
        "java "
            + System.getProperty("java.runtime.version")
            + ", "
            + System.getProperty("java.vendor"),
        "os "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"),
        "processors " + runtime.availableProcessors() + ", heap at most " + runtime.maxMemory(),
        "now " + Instant.now(),
        "");
  }

  private static String now() {
    return TIME.format(Instant.now());
  }
}
