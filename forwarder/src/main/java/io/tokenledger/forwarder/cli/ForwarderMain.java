package io.tokenledger.forwarder.cli;

import java.io.PrintWriter;
import java.util.Map;

/** Where {@code java -jar tokenledger-forwarder.jar} begins. */
public final class ForwarderMain {
  private ForwarderMain() {}

  public static void main(String[] arguments) {
    System.exit(
        run(
            new PrintWriter(System.out, true),
            new PrintWriter(System.err, true),
            System.getenv(),
            arguments));
  }

  /**
   * Runs one command.
   *
   * @return the exit code of the process: 0 done, 1 failed, 2 usage or configuration
   */
  public static int run(
      PrintWriter out, PrintWriter err, Map<String, String> environment, String... arguments) {
    return Commands.line(out, err, environment).execute(arguments);
  }
}
