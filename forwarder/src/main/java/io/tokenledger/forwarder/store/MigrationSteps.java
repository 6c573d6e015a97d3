package io.tokenledger.forwarder.store;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The numbers of the steps that this version brings, found without a database. */
final class MigrationSteps {
  static final String LOCATION = "db/migration";

  private static final Pattern FILE = Pattern.compile("V(\\d+)__.*\\.sql");

  private MigrationSteps() {}

  static SortedSet<Integer> known() {
    try {
      URI location = MigrationSteps.class.getResource("/" + LOCATION + "/V1__events.sql").toURI();
      if (!location.getScheme().equals("jar")) {
        return numbers(Path.of(location).getParent());
      }
      try (FileSystem jar = FileSystems.newFileSystem(location, Map.of())) {
        return numbers(jar.getPath("/" + LOCATION));
      }
    } catch (IOException | URISyntaxException unreadable) {
      throw new IllegalStateException("The steps of the schema cannot be listed", unreadable);
    }
  }

  private static SortedSet<Integer> numbers(Path folder) throws IOException {
    SortedSet<Integer> numbers = new TreeSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      files
          .map(file -> FILE.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .forEach(name -> numbers.add(Integer.valueOf(name.group(1))));
    }
    return numbers;
  }
}
