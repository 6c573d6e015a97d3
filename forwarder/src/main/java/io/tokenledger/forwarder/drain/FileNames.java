package io.tokenledger.forwarder.drain;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Lists files of a source whose names sort in the order of writing. */
final class FileNames {
  private FileNames() {}

  static NavigableSet<String> list(Path directory, Predicate<String> wanted) throws IOException {
    NavigableSet<String> names = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (wanted.test(name)) {
          names.add(name);
        }
      }
    } catch (DirectoryIteratorException failure) {
      throw failure.getCause(); // unchecked, it would end the drain instead of this source's turn
    }
    return names;
  }
}
