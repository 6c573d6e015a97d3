package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.pricing.CatalogueException;
import io.tokenledger.forwarder.reconcile.BillException;
import io.tokenledger.forwarder.store.StoreException;
import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

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
    return new CommandLine(new Commands())
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
        .addSubcommand(new MigrateCommand(environment))
        .registerConverter(
            LocalDate.class, text -> read(text, LocalDate::parse, "day", "2026-11-01"))
        .registerConverter(
            Instant.class, text -> read(text, Instant::parse, "instant", "2026-11-01T00:00:00Z"))
        .registerConverter(
            UUID.class,
            text -> read(text, UUID::fromString, "id", "01936e5c-0000-7000-8000-000000000000"))
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

  private static <T> T read(String text, Function<String, T> parser, String what, String such) {
    try {
      return parser.apply(text);
    } catch (DateTimeException | IllegalArgumentException malformed) {
      throw new TypeConversionException("'" + text + "' is no " + what + " such as " + such + ".");
    }
  }

  private static Iterable<String> names(CommandSpec spec) {
    return spec.subcommands().keySet();
  }

  private static int misused(ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    command.getErr().println(failure.getMessage());
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
