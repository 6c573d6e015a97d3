package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.drain.DeadLetterRetry;
import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.report.DeadLettersJson;
import io.tokenledger.forwarder.store.DeadLetterBooking.Outcome;
import io.tokenledger.forwarder.store.DeadLetterBooking.Result;
import io.tokenledger.forwarder.store.StoredPrices;
import java.io.PrintWriter;
import java.util.EnumMap;
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
import picocli.CommandLine.TypeConversionException;

@Command(
    name = "retry",
    description = {
      "Reads dead letters again and books those that this version understands; each is removed in",
      "the transaction that books it. Exits with 1 when some of them stay."
    },
    mixinStandardHelpOptions = true)
final class DeadLettersRetryCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  private final Map<Result, Long> counts = new EnumMap<>(Result.class);
  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "dead_letter_id",
      description = "Numbers of the letters; none: all.")
  private List<String> numbers = List.of();

  @Option(names = "--json", description = "As JSON Lines, one object for each.")
  private boolean json;

  DeadLettersRetryCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    List<Long> numbers = numbers();
    PrintWriter out = spec.commandLine().getOut();
    try (OpenLedger ledger = OpenLedger.open(config.read(environment))) {
      Catalogue catalogue = Catalogue.builtIn();
      ledger.prepare(catalogue);
      DeadLetterRetry retry =
          new DeadLetterRetry(
              ledger.database(), new StoredPrices(catalogue, spec.commandLine().getErr()::println));
      if (numbers.isEmpty()) {
        retry.retryAll(outcome -> tell(outcome, out));
      } else {
        numbers.forEach(number -> tell(retry.retry(number), out));
      }
    }
    if (!json) {
      out.println(summary());
    }
    return count(Result.REFUSED) + count(Result.EXPIRED) == 0 ? Commands.DONE : Commands.FAILED;
  }

  /** Picocli calls an argument that is no number one too many. */
  private List<Long> numbers() {
    try {
      return numbers.stream().map(ArgumentTypes::wholeNumber).toList();
    } catch (TypeConversionException malformed) {
      throw new ParameterException(spec.commandLine(), malformed.getMessage());
    }
  }

  private void tell(Outcome outcome, PrintWriter out) {
    counts.merge(outcome.result(), 1L, Long::sum);
    if (json) {
      out.println(DeadLettersJson.line(outcome));
    } else if (outcome.result().isLeft()) {
      out.println(outcome.number() + "  stays: " + outcome.reason().replace('\n', ' '));
    } else if (outcome.result() == Result.ABSENT) {
      out.println(
          outcome.number() + "  is no dead letter: it was booked before, or never was one.");
    }
  }

  private String summary() {
    if (counts.isEmpty()) {
      return "There are no dead letters.";
    }
    return "Booked "
        + count(Result.BOOKED)
        + ", found "
        + count(Result.HELD_ALREADY)
        + " in the ledger already, left "
        + (count(Result.REFUSED) + count(Result.EXPIRED))
        + ".";
  }

  private long count(Result result) {
    return counts.getOrDefault(result, 0L);
  }
}
