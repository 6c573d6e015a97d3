package io.tokenledger.agent.config;

import java.io.File;

/** Defaults that depend on the JVM and the machine. */
final class Defaults {
  private static final String SHARED_DIRECTORY = "/var/lib/tokenledger/queue";

  private Defaults() {}

  /** The simple name of the main class, or the name of the jar without its ending. */
  static String service(Settings.Environment environment) {
    String command = environment.property("sun.java.command");
    String main = command == null ? "" : command.strip();
    int jar = main.indexOf(".jar");
    if (jar >= 0 && (jar + 4 == main.length() || main.charAt(jar + 4) == ' ')) {
      return lastPart(main.substring(0, jar), '/');
    }
    int space = main.indexOf(' ');
    String type = space < 0 ? main : main.substring(0, space);
    return lastPart(type.substring(type.indexOf('/') + 1), '.');
  }

  /** The shared directory where we may write, else one of the user's own. */
  static String queueDirectory(Settings.Environment environment) {
    File existing = new File(SHARED_DIRECTORY);
    while (existing != null && !existing.exists()) {
      existing = existing.getParentFile();
    }
    if (existing != null && existing.isDirectory() && existing.canWrite()) {
      return SHARED_DIRECTORY;
    }
    return environment.property("user.home") + "/.local/state/tokenledger/queue";
  }

  private static String lastPart(String name, char separator) {
    String last = name.substring(name.lastIndexOf(separator) + 1);
    return last.isEmpty() ? "unknown" : last;
  }
}
