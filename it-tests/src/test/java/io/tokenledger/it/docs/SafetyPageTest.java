package io.tokenledger.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A guarantee names the test that holds it: such a test must be there. */
class SafetyPageTest {
  private static final Pattern TEST = Pattern.compile("\\b([A-Z]\\w+(?:Test|IT))\\b");
  private static final Path ROOT = Path.of("..");

  @Test
  void namesOnlyTestsThatExist() throws IOException {
    Set<String> tests = testClasses();
    Matcher named = TEST.matcher(Files.readString(ROOT.resolve("docs/safety.md")));
    Set<String> missing = new TreeSet<>();
    int count = 0;
    while (named.find()) {
      count++;
      if (!tests.contains(named.group(1))) {
        missing.add(named.group(1));
      }
    }
    assertThat(count).isGreaterThan(10);
    assertThat(missing).as("named in docs/safety.md").isEmpty();
  }

  @Test
  void linksOfTheDocumentationLeadSomewhere() throws IOException {
    Pattern link = Pattern.compile("\\]\\((?!https?:|#)([^)#]+)");
    Set<String> broken = new TreeSet<>();
    for (Path page : pages()) {
      Matcher found = link.matcher(Files.readString(page));
      while (found.find()) {
        if (!Files.exists(page.resolveSibling(found.group(1)))) {
          broken.add(ROOT.relativize(page) + " -> " + found.group(1));
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  private static Set<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      Set<Path> pages =
          docs.filter(file -> file.toString().endsWith(".md")).collect(Collectors.toSet());
      pages.add(ROOT.resolve("README.md"));
      return pages;
    }
  }

  private static Set<String> testClasses() throws IOException {
    Set<String> names = new TreeSet<>();
    for (String module : new String[] {"record", "agent", "forwarder", "it-tests", "shaded-deps"}) {
      Path tests = ROOT.resolve(module).resolve("src/test/java");
      if (Files.isDirectory(tests)) {
        try (Stream<Path> files = Files.walk(tests)) {
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".java"))
              .forEach(name -> names.add(name.substring(0, name.length() - ".java".length())));
        }
      }
    }
    return names;
  }
}
