package io.tokenledger.forwarder.cli;

import java.util.Collection;
import java.util.TreeSet;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is said of a command line that is none: one sentence. */
final class Misuse {
  private Misuse() {}

  static String sentence(ParameterException failure) {
    return failure instanceof UnmatchedArgumentException unmatched
        ? ofUnmatched(unmatched)
        : failure.getMessage();
  }

  private static String ofUnmatched(UnmatchedArgumentException failure) {
    String first = failure.getUnmatched().get(0);
    CommandSpec spec = failure.getCommandLine().getCommandSpec();
    Collection<String> commands = spec.subcommands().keySet();
    boolean isOption = first.startsWith("-");
    if (!commands.isEmpty()) {
      return isOption
          ? "Before " + first + " a command is missing: " + String.join(", ", commands) + "."
          : "There is no command '" + first + "'" + end(Suggestion.of(first, commands));
    }
    return isOption
        ? "There is no option '" + first + "'" + end(Suggestion.of(first, options(spec)))
        : "'" + first + "' is one argument too many.";
  }

  private static Collection<String> options(CommandSpec spec) {
    return new TreeSet<>(spec.options().stream().map(option -> option.longestName()).toList());
  }

  private static String end(String sentence) {
    return sentence.endsWith("?") ? sentence : sentence + ".";
  }
}
