package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.reconcile.AdminKey;
import io.tokenledger.forwarder.reconcile.Bill;
import io.tokenledger.forwarder.reconcile.BillDownload;
import io.tokenledger.forwarder.reconcile.BillingApi;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Map;
import picocli.CommandLine.Option;

/**
 * Options that let a command ask the provider itself. The key is no argument, which every user of
 * the machine could see, and nothing keeps it.
 */
final class BillKeyOptions {
  @Option(
      names = "--fetch",
      description = "Ask the provider (openai, anthropic), with an administration key.")
  private boolean fetch;

  @Option(
      names = "--key-env",
      paramLabel = "variable",
      description = "Environment variable with the key; OPENAI_ADMIN_KEY or ANTHROPIC_ADMIN_KEY.")
  private String variable;

  @Option(names = "--key-file", paramLabel = "file", description = "A file with the key.")
  private Path file;

  @Option(names = "--key-prompt", description = "Ask for the key, without showing it.")
  private boolean prompt;

  @Option(
      names = "--address",
      paramLabel = "url",
      description = "Where the provider's API is, if not at its usual place.")
  private String address;

  boolean isAsked() {
    return fetch;
  }

  /** What the provider publishes; empty where it is not to be asked. */
  Bill read(String provider, YearMonth month, LocalDate last, Map<String, String> environment) {
    if (!fetch) {
      return Bill.empty();
    }
    BillingApi api =
        BillingApi.of(provider)
            .orElseThrow(
                () ->
                    new CommandException(
                        provider + " has no billing interface that is known: give files."));
    try {
      AdminKey key = AdminKey.of(key(api, environment));
      String place = address == null ? api.defaultAddress() : address;
      return new BillDownload(api, place, key, time -> Thread.sleep(time.toMillis()))
          .read(month, last);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CommandException("Interrupted.");
    }
  }

  private String key(BillingApi api, Map<String, String> environment) {
    if (prompt) {
      Console console = System.console();
      char[] typed = console == null ? null : console.readPassword("Administration key: ");
      if (typed == null) {
        throw new CommandException("There is no terminal to ask for the key: use --key-file.");
      }
      return new String(typed);
    }
    if (file != null) {
      try {
        return Files.readString(file);
      } catch (IOException failure) {
        throw new CommandException(
            "The file " + file + " cannot be read (" + FileTrouble.reason(failure) + ").");
      }
    }
    String name = variable == null ? api.keyVariable() : variable;
    String value = environment.get(name);
    if (value == null) {
      throw new CommandException(
          "The environment variable "
              + name
              + " is not set: it, --key-file or --key-prompt"
              + " gives the administration key.");
    }
    return value;
  }
}
