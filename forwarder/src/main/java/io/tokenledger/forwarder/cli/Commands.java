package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.pricing.CatalogueException;
import io.tokenledger.forwarder.reconcile.BillException;
import io.tokenledger.forwarder.store.StoreException;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands of the forwarder, and how each failure ends: one sentence and an exit code. */
@Command(
    name = "tokenledger-forwarder",
    description =
        "Moves the usage records of TokenLedger agents into Postgres, and reports what was spent.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Exit codes: 0 done, 1 failed, 2 usage or configuration."})
final class Commands implements Runnable {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int MISUSED = 2;

  @Spec private CommandSpec spec;

  private Commands() {}

  static CommandLine line(PrintWriter out, PrintWriter err, Map<String, String> environment) {
    CommandLine line =
        new CommandLine(new Commands())
            .addSubcommand(new RunCommand(environment))
            .addSubcommand(new DrainCommand(environment))
            .addSubcommand(new ReportCommand(environment))
            .addSubcommand(new ExplainCommand(environment))
            .addSubcommand(PricesCommand.line(environment))
            .addSubcommand(new CloseCommand(environment))
            .addSubcommand(new ReconcileCommand(environment))
            .addSubcommand(new VerifyCommand(environment))
            .addSubcommand(new StatusCommand(environment))
            .addSubcommand(new SupportBundleCommand(environment))
            .addSubcommand(new ExportCommand(environment))
            .addSubcommand(DeadLettersCommand.line(environment))
            .addSubcommand(new RetentionCommand(environment))
            .addSubcommand(new MigrateCommand(environment));
    return ArgumentTypes.register(line)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler((failure, arguments) -> misused(failure))
        .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, command));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Name a command: " + String.join(", ", names(spec)) + ".");
  }

  private static Iterable<String> names(CommandSpec spec) {
    return spec.subcommands().keySet();
  }

  private static int misused(ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    command.getErr().println(Misuse.sentence(failure));
    command.getErr().println("Help: " + command.getCommandSpec().qualifiedName() + " --help");
    return MISUSED;
  }

  private static int failed(Exception failure, CommandLine command) {
    command.getErr().println(sentence(failure));
    return codeFor(failure);
  }

  static int codeFor(Exception failure) {
    return failure instanceof ConfigException ? MISUSED : FAILED;
  }

  /** What to tell the user of a failure: one sentence, never a stack trace. */
  static String sentence(Exception failure) {
    if (failure instanceof StoreException
        || failure instanceof ConfigException
        || failure instanceof CatalogueException
        || failure instanceof BillException
        || failure instanceof CommandException) {
      return failure.getMessage();
    }
    String says = failure.getMessage() == null ? "" : ": " + failure.getMessage();
    return "Unexpected " + failure.getClass().getSimpleName() + says.lines().findFirst().orElse("");
  }
}
