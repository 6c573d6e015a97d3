package io.tokenledger.agent;

import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Where the JVM enters the agent: the only class of ours that the system class loader can see.
 * Compiled for Java 8, so that it can say on any JVM that the JVM is too old. Whatever happens, the
 * application starts.
 *
 * <p>It is a class loader for the sake of one class: {@code AgentClassLoader}, which loads
 * everything else, is kept from the system loader too.
 */
public final class AgentMain extends ClassLoader {
  private static final String LOADER = "io.tokenledger.agent.start.AgentClassLoader";
  private static final int OLDEST_JAVA = 17;

  private static boolean attached;

  private final ZipFile jar;

  private AgentMain(ZipFile jar) {
    super(ClassLoader.getSystemClassLoader().getParent());
    this.jar = jar;
  }

  /** Called by the JVM for {@code -javaagent}. */
  public static void premain(String configFile, Instrumentation instrumentation) {
    attach(configFile, instrumentation);
  }

  /** Called by the JVM when the agent is attached to a running JVM. */
  public static void agentmain(String configFile, Instrumentation instrumentation) {
    attach(configFile, instrumentation);
  }

  private static synchronized void attach(String configFile, Instrumentation instrumentation) {
    try {
      String java = System.getProperty("java.specification.version", "0");
      if (feature(java) < OLDEST_JAVA) {
        say("Java " + java + " is too old, the agent needs 17 or newer");
      } else if (attached) {
        say(
            "the agent is attached twice (see -javaagent and JAVA_TOOL_OPTIONS); this one is ignored");
      } else if (!switchedOff()) {
        attached = true;
        start(configFile, instrumentation);
      }
    } catch (InvocationTargetException failed) {
      failed(failed.getCause());
    } catch (Throwable anything) {
      failed(anything);
    }
  }

  /** The two switches that need no file; a jar that is off costs nothing more than this. */
  private static boolean switchedOff() {
    String value = System.getProperty("tokenledger.enabled");
    return "false".equals(value == null ? System.getenv("TOKENLEDGER_ENABLED") : value);
  }

  private static void start(String configFile, Instrumentation instrumentation) throws Exception {
    File file =
        new File(AgentMain.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    ZipFile jar = new ZipFile(file);
    new AgentMain(jar)
        .loadClass(LOADER)
        .getMethod("start", String.class, Instrumentation.class)
        .invoke(null, configFile, instrumentation);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    ZipEntry entry = jar.getEntry("inst/" + name.replace('.', '/') + ".classdata");
    if (!name.startsWith(LOADER) || entry == null) {
      throw new ClassNotFoundException(name);
    }
    byte[] bytes = new byte[(int) entry.getSize()];
    try (DataInputStream in = new DataInputStream(jar.getInputStream(entry))) {
      in.readFully(bytes);
    } catch (IOException unreadable) {
      throw new ClassNotFoundException(name, unreadable);
    }
    return defineClass(name, bytes, 0, bytes.length, AgentMain.class.getProtectionDomain());
  }

  private static int feature(String specificationVersion) {
    try {
      return Integer.parseInt(specificationVersion);
    } catch (NumberFormatException before9) {
      return 8;
    }
  }

  private static void failed(Throwable cause) {
    say("the agent could not start: " + cause + "; the application runs without metering");
  }

  private static void say(String sentence) {
    System.err.println("[tokenledger] " + sentence);
  }
}
