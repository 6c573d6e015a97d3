package io.tokenledger.forwarder.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A pooler may give each transaction another session: nothing may be left in one, nor expected. The
 * tests through PgBouncer run only where it is installed, and not every statement.
 */
class NoSessionStateTest {
  private static final Pattern STATE =
      Pattern.compile(
          "setTransactionIsolation\\(|setReadOnly\\(|setSchema\\(|setHoldability\\(|\\bLISTEN \\w"
              + "|(?i:\\bSET SESSION\\b|\\bCREATE TEMP|\\bDECLARE \\w+ .*CURSOR WITH HOLD"
              + "|pg_(?:try_)?advisory_lock\\b|\"SET (?!LOCAL|TRANSACTION))");

  private static final Pattern WITHOUT_SCHEMA =
      Pattern.compile("\\b(?:FROM|INTO|UPDATE|JOIN|TABLE)\\s+token_ledger_\\w+");

  @Test
  void isSetByNoStatement() throws IOException {
    assertThat(found(STATE)).isEmpty();
  }

  @Test
  void isExpectedByNoStatementAsASearchPath() throws IOException {
    assertThat(found(WITHOUT_SCHEMA)).isEmpty();
  }

  private static List<String> found(Pattern pattern) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
      List<Path> sources = files.filter(file -> file.toString().endsWith(".java")).toList();
      assertThat(sources).hasSizeGreaterThan(100);
      return sources.stream()
          .flatMap(
              file -> pattern.matcher(read(file)).results().map(hit -> file + ": " + hit.group()))
          .toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }
}
