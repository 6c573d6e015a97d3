package io.tokenledger.forwarder.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "dead-letters",
    description = "Lists records that could not be decoded or stored, and tries them again.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true)
final class DeadLettersCommand implements Runnable {
  @Spec private CommandSpec spec;

  private DeadLettersCommand() {}

  static CommandLine line(Map<String, String> environment) {
    return new CommandLine(new DeadLettersCommand())
        .addSubcommand(new DeadLettersListCommand(environment))
        .addSubcommand(new DeadLettersRetryCommand(environment));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Name what to do with dead letters: "
            + String.join(", ", spec.subcommands().keySet())
            + ".");
  }
}
