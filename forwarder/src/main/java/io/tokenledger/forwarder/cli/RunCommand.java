package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.drain.Drain;
import io.tokenledger.forwarder.drain.DrainSettings;
import io.tokenledger.forwarder.drain.Heartbeat;
import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.retention.Retention;
import io.tokenledger.forwarder.retention.RetentionLoop;
import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.StoredPrices;
import io.tokenledger.forwarder.watch.Watch;
import io.tokenledger.forwarder.web.WebServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "run",
    description = {
      "Moves records into the ledger as they come, until it is stopped.",
      "A Postgres that is away is waited for, at the start too: /health/ready says so.",
      "On SIGTERM or SIGINT it drains what is there, at most shutdown_drain, and says what is left."
    },
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  RunCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    ForwarderConfig settings = config.read(environment);
    PrintWriter out = spec.commandLine().getOut();
    Catalogue catalogue = Catalogue.builtIn();
    OrderlyStop stop = OrderlyStop.install(settings.shutdownDrain());
    int code = Commands.DONE;
    try (OpenLedger ledger = OpenLedger.openOrWait(settings, catalogue)) {
      out.println(ledger.description());
      follow(settings, catalogue, ledger, stop, out);
    } catch (RuntimeException failure) {
      spec.commandLine().getErr().println(Commands.sentence(failure));
      code = Commands.codeFor(failure);
    }
    // Only now: the process may end as soon as this is said.
    stop.finished(code);
    return code;
  }

  private void follow(
      ForwarderConfig settings,
      Catalogue catalogue,
      OpenLedger ledger,
      OrderlyStop stop,
      PrintWriter out) {
    DrainSettings draining = Settings.ofDrain(settings, ledger.isEmbedded());
    try (Watch watch = new Watch(ledger.database(), draining, Version.ofThis()).start();
        Drain drain =
            new Drain(
                ledger.database(),
                new StoredPrices(catalogue, spec.commandLine().getErr()::println),
                draining,
                spec.commandLine().getErr()::println,
                watch
                    .observer()
                    .and(
                        new Heartbeat(
                            settings.queueDirectory(), spec.commandLine().getErr()::println)));
        WebServer web = listen(settings.http(), watch);
        RetentionLoop retention =
            RetentionLoop.start(
                notices -> retain(ledger, settings, notices),
                spec.commandLine().getErr()::println)) {
      out.println("Draining " + settings.queueDirectory() + "; stop with SIGTERM or Ctrl-C.");
      out.println("http: " + web.url());
      stop.onStop(
          () -> {
            retention.stop();
            drain.stop();
          });
      SummaryText.print(drain.follow(() -> ledger.ensurePrepared(catalogue)), out);
    }
  }

  private static void retain(
      OpenLedger ledger, ForwarderConfig settings, Consumer<String> notices) {
    if (!ledger.awaitPrepared()) {
      return;
    }
    try (Database database = ledger.another()) {
      new Retention(database, settings.retention()).apply(notices);
    }
  }

  private static WebServer listen(ForwarderConfig.Http http, Watch watch) {
    try {
      return WebServer.start(http.address(), http.port(), http.token(), watch);
    } catch (IOException failure) {
      throw new CommandException(
          "Cannot listen on http.address "
              + http.address()
              + ", http.port "
              + http.port()
              + " ("
              + failure.getMessage()
              + "): choose another port, or 0 for any free one.");
    }
  }
}
