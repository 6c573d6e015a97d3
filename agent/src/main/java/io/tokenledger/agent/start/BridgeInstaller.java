package io.tokenledger.agent.start;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.util.jar.JarFile;

/**
 * Gives the application's class loaders the one class of ours that they can see.
 *
 * <p>It is defined straight into {@code java.lang}, for which {@link ModuleAccess} is needed: a jar
 * appended to the boot path makes the JVM print a warning and costs the application its shared
 * class data, and filtering loaders (OSGi) delegate only {@code java.*}. Where the JVM refuses, the
 * jar is appended all the same.
 */
final class BridgeInstaller {
  private static final String CLASS_DATA = "bridge/java-lang.classdata";
  private static final String FALLBACK_JAR = "bridge/bootstrap.jar";
  private static final String COPY = "bridge.jar";
  private static final String FALLBACK = "io.tokenledger.bootstrap.TokenLedgerBridge";

  private BridgeInstaller() {}

  /**
   * The bridge as the boot loader defines it.
   *
   * @param directory for a copy of the jar, while it is being appended
   * @throws IOException if the JVM wants that jar and it cannot be written, or not even takes it
   */
  static Class<?> install(Instrumentation instrumentation, ClassLoader agent, File directory)
      throws IOException {
    try {
      return MethodHandles.privateLookupIn(Object.class, MethodHandles.lookup())
          .defineClass(bytes(agent, CLASS_DATA));
    } catch (IllegalAccessException | LinkageError | RuntimeException refused) {
      return append(instrumentation, agent, directory);
    }
  }

  private static Class<?> append(Instrumentation instrumentation, ClassLoader agent, File directory)
      throws IOException {
    File copy = new File(directory, COPY);
    try {
      try (FileOutputStream out = new FileOutputStream(copy)) {
        out.write(bytes(agent, FALLBACK_JAR));
      }
      try (JarFile jar = new JarFile(copy)) {
        instrumentation.appendToBootstrapClassLoaderSearch(jar);
      }
      return Class.forName(FALLBACK, true, null);
    } catch (ClassNotFoundException refused) {
      throw new IOException("the JVM does not take " + FALLBACK, refused);
    } finally {
      // The JVM keeps it open, and has read all that it will ever ask for.
      copy.delete();
    }
  }

  private static byte[] bytes(ClassLoader agent, String resource) throws IOException {
    try (InputStream in = agent.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("the agent's jar has no " + resource);
      }
      return in.readAllBytes();
    }
  }
}
