package io.tokenledger.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** A file that appears whole: another process of the same test may be reading the one before. */
final class ConfigurationFile {
  private ConfigurationFile() {}

  static Path write(Path file, List<String> lines) {
    try {
      Path unfinished = Files.createTempFile(file.getParent(), file.getFileName().toString(), null);
      Files.write(unfinished, lines);
      return Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
