package io.tokenledger.it.start;

import java.util.ArrayList;
import java.util.List;

/** An application that prints what it sees of the agent, and exits with 7. */
public final class StartMain {
  private StartMain() {}

  public static void main(String[] classes) {
    List<String> threads = new ArrayList<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().contains("tokenledger") || thread.getName().contains("~")) {
        threads.add(thread.getName());
      }
    }
    System.out.println("threads " + threads);
    for (String name : classes) {
      System.out.println(name + " " + origin(name));
    }
    System.exit(7);
  }

  private static String origin(String name) {
    try {
      Class<?> found = Class.forName(name, false, ClassLoader.getSystemClassLoader());
      if (found.getProtectionDomain().getCodeSource() == null) {
        return "boot";
      }
      String path = found.getProtectionDomain().getCodeSource().getLocation().getPath();
      return path.substring(path.lastIndexOf('/') + 1);
    } catch (ClassNotFoundException missing) {
      return "not found";
    }
  }
}
