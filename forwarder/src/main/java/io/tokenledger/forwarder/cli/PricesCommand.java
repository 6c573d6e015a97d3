package io.tokenledger.forwarder.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "prices",
    description = "Loads, lists and removes price files, imports catalogues, reprices rows.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true)
final class PricesCommand implements Runnable {
  @Spec private CommandSpec spec;

  private PricesCommand() {}

  static CommandLine line(Map<String, String> environment) {
    return new CommandLine(new PricesCommand())
        .addSubcommand(new PricesLoadCommand(environment))
        .addSubcommand(new PricesImportCommand(environment))
        .addSubcommand(new PricesRepriceCommand(environment))
        .addSubcommand(new PricesListCommand(environment))
        .addSubcommand(new PricesRemoveCommand(environment));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Name what to do with prices: " + String.join(", ", spec.subcommands().keySet()) + ".");
  }
}
