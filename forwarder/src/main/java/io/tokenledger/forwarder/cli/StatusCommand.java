package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.drain.SourceStatus;
import io.tokenledger.forwarder.drain.StatusReader;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "status",
    description = "Shows each source: live or ended, how far it is drained, last report, gaps.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Option(names = "--all", description = "Also sources whose files are deleted.")
  private boolean all;

  StatusCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    ForwarderConfig settings = config.read(environment);
    try (OpenLedger ledger = OpenLedger.openToRead(settings)) {
      List<SourceStatus> sources =
          new StatusReader(ledger.database(), settings.queueDirectory())
              .read(all, spec.commandLine().getErr()::println);
      if (json) {
        spec.commandLine().getOut().println(StatusJson.of(sources, ledger.description()));
      } else {
        StatusText.print(sources, spec.commandLine().getOut());
      }
      return Commands.DONE;
    }
  }
}
