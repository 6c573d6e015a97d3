package io.tokenledger.it.harness;

import java.nio.file.Files;
import java.nio.file.Path;

/** The built jars under test, and the class path of an application that has nothing of ours. */
public final class Jars {
  private Jars() {}

  public static Path agent() {
    return built("agent.jar");
  }

  public static Path forwarder() {
    return built("forwarder.jar");
  }

  /** The SDKs and our test applications, and nothing of the agent or the forwarder. */
  public static String applicationClassPath() {
    String testClasses =
        Path.of(Jars.class.getProtectionDomain().getCodeSource().getLocation().getPath())
            .toString();
    return testClasses + java.io.File.pathSeparator + System.getProperty("sample.lib") + "/*";
  }

  private static Path built(String property) {
    String path = System.getProperty(property);
    if (path == null || !Files.isRegularFile(Path.of(path))) {
      throw new IllegalStateException(
          "the jar of -D" + property + " is not there: run 'mvn package' first (" + path + ")");
    }
    return Path.of(path).normalize();
  }
}
