package io.tokenledger.forwarder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.pricing.PriceNote;
import io.tokenledger.forwarder.pricing.UnpricedReason;
import io.tokenledger.forwarder.report.Dimension;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The pages name everything that they promise to name. */
class DocumentationTest {
  @Test
  void documentsEachKey() throws IOException {
    for (String key : ConfigKey.paths()) {
      assertThat(page("forwarder")).contains("\n| `" + key + "` |");
    }
  }

  @Test
  void documentsEachCommandAndOption() throws IOException {
    CommandLine line =
        Commands.line(new PrintWriter(System.out), new PrintWriter(System.err), Map.of());
    line.getSubcommands().forEach((name, command) -> assertDocumented(name, command));
    for (Dimension dimension : Dimension.values()) {
      if (dimension != Dimension.TOTAL) {
        assertThat(page("forwarder")).contains("`" + dimension.text() + "`");
      }
    }
  }

  private static void assertDocumented(String name, CommandLine command) {
    assertThat(page("forwarder")).contains("\n| `" + name + "` |");
    command.getCommandSpec().options().stream()
        .map(option -> option.longestName())
        .filter(option -> !option.equals("--help") && !option.equals("--version"))
        .forEach(option -> assertThat(page("forwarder")).contains("`" + option + "`"));
    command.getSubcommands().forEach((part, below) -> assertDocumented(name + " " + part, below));
  }

  @Test
  void documentsEachNoteAndReasonOfAPrice() {
    for (PriceNote note : PriceNote.values()) {
      assertThat(page("pricing")).contains("`" + note.name().toLowerCase(Locale.ROOT) + "`");
    }
    for (UnpricedReason reason : UnpricedReason.values()) {
      assertThat(page("pricing"))
          .contains("\n| `" + reason.name().toLowerCase(Locale.ROOT) + "` |");
    }
  }

  private static String page(String name) {
    try {
      return Files.readString(Path.of("..", "docs", name + ".md"));
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }
}
