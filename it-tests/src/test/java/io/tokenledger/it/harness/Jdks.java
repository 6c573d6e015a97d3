package io.tokenledger.it.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The Java runtimes that tests spawn: those of {@code -Djdks=<home>,<home>}, else the one that runs
 * the tests and, where it is installed, a JDK 25 ({@code JAVA_HOME_25} or under {@code
 * /usr/lib/jvm}).
 */
public final class Jdks {
  /**
   * One Java runtime.
   *
   * @param feature 17, 25 ...
   * @param home its home directory
   */
  public record Jdk(int feature, Path home) {
    public Path java() {
      return home.resolve("bin").resolve("java");
    }

    @Override
    public String toString() {
      return "jdk" + feature;
    }
  }

  private static final List<Jdk> ALL = find();

  private Jdks() {}

  /** Every runtime to test on, lowest first; never empty. */
  public static List<Jdk> all() {
    return ALL;
  }

  /** The runtime that runs the tests. */
  public static Jdk current() {
    return new Jdk(Runtime.version().feature(), Path.of(System.getProperty("java.home")));
  }

  private static List<Jdk> find() {
    String named = System.getProperty("jdks", "");
    TreeMap<Integer, Jdk> found = new TreeMap<>();
    if (!named.isEmpty()) {
      for (String home : named.split(",")) {
        add(found, Path.of(home.trim()));
      }
    } else {
      found.put(current().feature(), current());
      String home25 = System.getenv("JAVA_HOME_25");
      if (home25 != null) {
        add(found, Path.of(home25));
      }
      for (Path home : installed(Path.of("/usr/lib/jvm"))) {
        if (!found.containsKey(25) && featureOf(home) == 25) {
          add(found, home);
        }
      }
    }
    return new ArrayList<>(found.values());
  }

  private static List<Path> installed(Path base) {
    if (!Files.isDirectory(base)) {
      return List.of();
    }
    try (Stream<Path> homes = Files.list(base)) {
      return homes.filter(home -> Files.isExecutable(home.resolve("bin/java"))).sorted().toList();
    } catch (IOException unreadable) {
      return List.of();
    }
  }

  private static void add(TreeMap<Integer, Jdk> found, Path home) {
    int feature = featureOf(home);
    if (feature == 0) {
      throw new IllegalArgumentException(home + " is no Java home: it has no 'release' file");
    }
    found.putIfAbsent(feature, new Jdk(feature, home));
  }

  private static int featureOf(Path home) {
    try {
      for (String line : Files.readAllLines(home.resolve("release"))) {
        if (line.startsWith("JAVA_VERSION=")) {
          return Integer.parseInt(line.replaceAll("JAVA_VERSION=\"(\\d+).*", "$1"));
        }
      }
      return 0;
    } catch (IOException notAJdk) {
      return 0;
    }
  }
}
